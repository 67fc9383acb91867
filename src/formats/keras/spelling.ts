/** Python's spelling of a name in TypeScript's: `leaky_relu` → `leakyRelu`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** TypeScript's spelling of a name in Python's: `leakyRelu` → `leaky_relu`. */
export function pythonCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

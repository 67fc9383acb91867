/**
 * The path of a file that lies beside another; undefined for names that lead elsewhere, which a model may not reach for.
 *
 * @param path of the file that names the other
 */
export function beside(path: string, name: string): string | undefined {
  if (name === '' || /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-z]+:|\0/i.test(name)) return undefined;
  return path.replace(/[^\\/]*$/, '') + name;
}

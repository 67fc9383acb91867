import { StriateError } from './error.js';

/**
 * Names of other libraries, apart by spaces where several mean the same, and what to write or to leave out here. `fitGenerator`
 * stands for `fit_generator`, too.
 */
export type ForeignNames = Readonly<Record<string, string>>;

/** `count_params` for `countParams`: as Python's names are written. */
const inPython = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A name, and as Python has it where it is of several words. */
const withPython = (name: string): string[] => (/^[a-z]+[A-Z]/.test(name) ? [name, inPython(name)] : [name]);

/**
 * Lets names that Keras, TensorFlow.js and PyTorch have say what to write here, where JavaScript alone would say «is not a
 * function», or take an assignment that does nothing. Types do not know them, and what lists names does not see them; names
 * that the target has stay its own.
 *
 * @param target an object, or the prototype of a class
 * @param where what errors call it: `model`
 */
export function refuseForeignNames(target: object, where: string, names: ForeignNames): void {
  for (const [row, advice] of Object.entries(names)) {
    for (const name of row.split(' ').flatMap(withPython)) {
      if (name in target) continue;
      const refuse = (): never => {
        throw new StriateError({ where, rule: `there is no '${name}'`, advice });
      };
      Object.defineProperty(target, name, { get: refuse, set: refuse });
    }
  }
}

/** Lets the methods and properties of a class that have several words say how they are written here, where Python's are asked for. */
export function refusePythonNames(prototype: object, where: string): void {
  const names = Object.getOwnPropertyNames(prototype).filter((name) => /^[a-z]+[A-Z]/.test(name));
  refuseForeignNames(prototype, where, Object.fromEntries(names.map((name) => [inPython(name), `write ${name}`])));
}

/**
 * A table of functions (`layers`) whose names say how they are written here, where they are asked for as classes (`Conv2D`) or in
 * Python's way (`max_pooling2d`).
 *
 * @param names other names that are likely, and what to write
 */
export function withForeignNames<T extends object>(where: string, present: T, names: ForeignNames = {}): T {
  const own = Object.keys(present);
  const foreign = {};
  for (const name of own) {
    const inKeras = name.replace(/(\d)d/, '$1D');
    const asClasses = [inKeras, name].map((one) => one[0].toUpperCase() + one.slice(1));
    const spelled = [inKeras, ...asClasses, inPython(name)].filter((other) => other !== name);
    refuseForeignNames(foreign, where, { [spelled.join(' ')]: `write ${where}.${name}` });
  }
  refuseForeignNames(foreign, where, names);
  return Object.setPrototypeOf(present, foreign) as T;
}

import { StriateError } from '../tensor/index.js';

/** Throws where options hold a name that is none of the known. */
export function expectKnown(where: string, options: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new StriateError({
    where,
    rule: `there is no option '${unknown}'`,
    advice: `the options are ${Object.keys(known).join(', ')}`,
  });
}

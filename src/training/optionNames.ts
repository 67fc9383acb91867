import { StriateError } from '../tensor/index.js';
import { oldNameAmong } from '../tensor/renamed.js';

/** Throws where an option has a name that earlier versions had, with what is written now. */
export function expectNotRenamed(where: string, options: object): void {
  const found = oldNameAmong(where, options);
  if (!found) return;
  throw new StriateError({ where, rule: `there is no '${found.old}' any more`, advice: `write ${found.now}` });
}

/** Throws where options hold a name that is not one of the known. */
export function expectKnown(where: string, options: object, known: Readonly<Record<string, true>>): void {
  expectNotRenamed(where, options);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new StriateError({
    where,
    rule: `there is no option '${unknown}'`,
    advice: `the options are ${Object.keys(known).join(', ')}`,
  });
}

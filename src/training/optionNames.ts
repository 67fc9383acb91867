import { StriateError } from '../tensor/index.js';

/** Old names of options and what to write now: another name, or a sentence that says where the option went. */
export type RenamedOptions = Readonly<Record<string, string>>;

/** Throws where an option has a name that is no longer used, with the new one. */
export function expectNotRenamed(where: string, options: object, renamed: RenamedOptions): void {
  const old = Object.keys(options).find((name) => Object.hasOwn(renamed, name));
  if (old === undefined) return;
  throw new StriateError({ where, rule: `there is no '${old}' any more`, advice: `write ${renamed[old]}` });
}

/** Throws where options hold a name that is not one of the known. */
export function expectKnown(
  where: string,
  options: object,
  known: Readonly<Record<string, true>>,
  renamed: RenamedOptions = {},
): void {
  expectNotRenamed(where, options, renamed);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new StriateError({
    where,
    rule: `there is no option '${unknown}'`,
    advice: `the options are ${Object.keys(known).join(', ')}`,
  });
}

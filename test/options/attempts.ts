import type { Kind, PublicOption } from './publicOptions.js';

/** Options that must be refused, and what the refusal must say. */
export interface Attempt {
  readonly options: Readonly<Record<string, unknown>>;
  readonly says: readonly string[];
}

/** A value of each kind that means nothing to anybody. */
const samples: Readonly<Record<Exclude<Kind, 'null'>, unknown>> = {
  boolean: true,
  number: 7.125,
  word: 'no such word',
  string: 'nothing',
  function: () => undefined,
  list: [{}],
  object: {},
};

/** What holds for any options: other names, other spellings and other kinds of values are refused, each by its name. */
export function attempts(options: readonly PublicOption[]): Attempt[] {
  return [
    { options: { notAnOption: 1 }, says: ["there is no option 'notAnOption'", 'the options are'] },
    ...options.flatMap(otherSpellings),
    ...options.flatMap(otherKinds),
    ...options.flatMap(otherNamesWithin),
  ];
}

/** As Python's libraries write it. */
function otherSpellings({ name }: PublicOption): Attempt[] {
  const inPython = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (inPython === name) return [];
  return [{ options: { [inPython]: 1 }, says: [`there is no option '${inPython}'; write ${name}`] }];
}

function otherKinds({ name, kinds }: PublicOption): Attempt[] {
  if (!kinds) return [];
  const allowed = kinds.has('string') ? [...kinds, 'word'] : [...kinds];
  return Object.entries(samples).flatMap(([kind, value]) => {
    if (allowed.includes(kind)) {
      // Of words, some are known.
      return kind === 'word' && !kinds.has('string')
        ? [{ options: { [name]: value }, says: [samples.word as string] }]
        : [];
    }
    if (kind === 'string' && kinds.has('word')) return [];
    return [{ options: { [name]: value }, says: [name] }];
  });
}

function otherNamesWithin({ name, own }: PublicOption): Attempt[] {
  return own ? [{ options: { [name]: { notAnOption: 1 } }, says: ['notAnOption'] }] : [];
}

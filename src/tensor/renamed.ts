import { StriateError } from './error.js';

/** Names that older versions had, by the group that they were in, and what replaces them now. */
const renamed = { layers: { leakyReLU: 'leakyRelu', pReLU: 'prelu', reLU: 'relu' } } as const satisfies Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/**
 * A group of names (`layers`) in which an old one throws a StriateError that says what it is called now; types know the
 * present names alone.
 */
export function withRenamed<T extends object>(group: keyof typeof renamed, present: T): T {
  const names = { ...present };
  for (const [old, name] of Object.entries<string>(renamed[group])) {
    Object.defineProperty(names, old, {
      get() {
        throw new StriateError({ where: `${group}.${old}`, rule: 'renamed', advice: `use ${group}.${name}` });
      },
    });
  }
  return names;
}

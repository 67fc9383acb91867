import { expectOptions, type OptionKind } from '../tensor/acceptedOptions.js';

/** Throws where options hold a name that is not one of the known; their values are checked by whoever takes them. */
export function expectKnown(where: string, options: object, known: Readonly<Record<string, true>>): void {
  const kinds = Object.fromEntries(Object.keys(known).map((name): [string, OptionKind] => [name, 'other']));
  expectOptions({ where, kinds }, options);
}

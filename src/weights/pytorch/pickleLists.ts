import type { PickleValue } from './pickle.js';

/** Whether a value is a list or a tuple. */
export function isList(value: PickleValue | undefined): value is PickleValue[] {
  return Array.isArray(value);
}

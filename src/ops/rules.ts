import type { Type } from '../graph/index.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';

/** Shape rule: all inputs have one type, and so has the output. */
export function sameTypes(inputs: readonly Type[], _attributes: unknown, name: string): Type {
  const [first, ...rest] = inputs;
  for (const other of rest) {
    if (!sameShape(first.shape, other.shape)) {
      throw new StriateError(
        `${name}: inputs must have the same shape; received ${inputs.map((t) => formatShape(t.shape)).join(' and ')}`,
      );
    }
  }
  return first;
}

/** Throws unless a type has this rank. */
export function expectRank(type: Type, rank: number, what: string, name: string): void {
  if (type.shape.length !== rank) {
    throw new StriateError(`${name}: ${what} must have ${rank} axes; received ${formatShape(type.shape)}`);
  }
}

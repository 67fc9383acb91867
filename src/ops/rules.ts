import type { ElementType, Type } from '../graph/index.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';

/** Shape rule: all inputs have one type, and so has the output. */
export function sameTypes(inputs: readonly Type[], _attributes: unknown, name: string): Type {
  const [first, ...rest] = inputs;
  for (const other of rest) {
    if (!sameShape(first.shape, other.shape)) {
      throw new StriateError({
        where: name,
        rule: 'inputs must have the same shape',
        received: inputs.map((t) => formatShape(t.shape)).join(' and '),
      });
    }
  }
  return first;
}

/** Throws unless an operator got so many inputs. */
export function expectInputs(inputs: readonly Type[], count: number, name: string): void {
  if (inputs.length !== count) {
    throw new StriateError({
      where: name,
      rule: `takes ${count} input${count === 1 ? '' : 's'}`,
      received: inputs.length,
    });
  }
}

/** Throws unless a type has this rank. */
export function expectRank(type: Type, rank: number, what: string, name: string): void {
  if (type.shape.length !== rank) {
    throw new StriateError({ where: name, rule: `${what} must have ${rank} axes`, received: formatShape(type.shape) });
  }
}

/** Throws unless a type has this shape. */
export function expectShape(type: Type, shape: Shape, what: string, name: string): void {
  if (!sameShape(type.shape, shape)) {
    throw new StriateError({
      where: name,
      rule: `${what} must have shape ${formatShape(shape)}`,
      received: formatShape(type.shape),
    });
  }
}

/** Throws unless a type has this element type. */
export function expectDtype(type: Type, dtype: ElementType, what: string, name: string): void {
  if (type.dtype !== dtype) {
    throw new StriateError({
      where: name,
      rule: `${what} must be ${dtype}`,
      received: `${type.dtype} ${formatShape(type.shape)}`,
    });
  }
}

/** Throws unless every input is float32. */
export function expectFloats(inputs: readonly Type[], name: string): void {
  for (const input of inputs) expectDtype(input, 'float32', inputs.length > 1 ? 'all inputs' : 'the input', name);
}

import type { Operator, Type, Value } from '../graph/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { referenceOf } from './references.js';

/**
 * Applies one operator to values by its reference implementation, its shape rule first; inputs are float32 but for the
 * positions in `int32`. For tests: models go through a graph.
 *
 * @throws StriateError when the inputs do not suit the operator.
 */
export function applyOperator<A>(
  operator: Operator<A>,
  inputs: readonly Value[],
  attributes: A,
  int32: readonly number[] = [],
): Value {
  const types = inputs.map(({ shape }, i): Type => ({ shape, dtype: int32.includes(i) ? 'int32' : 'float32' }));
  const { shape } = operator.infer(types, attributes, operator.name);
  const output = { shape, data: new Float64Array(sizeOf(shape)) };
  referenceOf(operator)(inputs, attributes, output);
  return output;
}

/** A value from its elements in row-major order; one axis where no shape is given. */
export function valueOf(elements: readonly number[], shape: Shape = [elements.length]): Value {
  return { shape, data: Float64Array.from(elements) };
}

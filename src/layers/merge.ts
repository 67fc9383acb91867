import type { Node, OperatorFunction } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { broadcastShapes, formatShape, StriateError, type Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';
import { labelOf } from './options.js';

/** Throws unless a layer that joins inputs has at least two. */
export function expectSeveral(layer: Layer, inputShapes: readonly Shape[]): void {
  if (inputShapes.length >= 2) return;
  const received = inputShapes.map(formatShape).join(', ') || 'none';
  throw new StriateError({ where: labelOf(layer), rule: 'joins at least two inputs', received });
}

/** Throws unless a layer of two inputs has two. */
export function expectPair(layer: Layer, inputShapes: readonly Shape[]): void {
  if (inputShapes.length === 2) return;
  const received = inputShapes.map(formatShape).join(', ') || 'none';
  throw new StriateError({ where: labelOf(layer), rule: 'takes two inputs', received });
}

/** The shape (without the batch) that inputs of these shapes broadcast to. */
export function mergedShape(layer: Layer, inputShapes: readonly Shape[]): Shape {
  expectSeveral(layer, inputShapes);
  return inputShapes.reduce((merged, shape) => {
    const next = broadcastShapes(merged, shape);
    if (next) return next;
    const received = inputShapes.map(formatShape).join(' and ');
    throw new StriateError({
      where: labelOf(layer),
      rule: 'inputs must have the same shape, or sizes of 1 where they differ',
      received,
    });
  });
}

/** Joins all inputs by an operator of two; an input with fewer axes gets axes of 1 after the batch, as in Keras. */
export function mergeAll(operator: OperatorFunction<object>, inputs: readonly Node[]): Node {
  const rank = Math.max(...inputs.map(({ type }) => type.shape.length));
  const aligned = inputs.map((input) => {
    const [batch, ...shape] = input.type.shape;
    if (shape.length + 1 === rank) return input;
    const ones = new Array<number>(rank - 1 - shape.length).fill(1);
    return ops.reshape(input, { shape: [batch, ...ones, ...shape] });
  });
  return aligned.reduce((a, b) => operator(a, b));
}

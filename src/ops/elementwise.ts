import type { Reference, Type } from '../graph/index.js';
import { broadcastShapes, formatShape, StriateError } from '../tensor/index.js';
import { broadcastStrides, offsets } from './indexing.js';
import { expectFloats, expectInputs, sameTypes } from './rules.js';

/** Shape rule: one float32 input of any shape; the output is like it. */
export function inferUnary(inputs: readonly Type[], _attributes: unknown, name: string): Type {
  expectInputs(inputs, 1, name);
  expectFloats(inputs, name);
  return inputs[0];
}

/** Shape rule of gradients like (dy, x) → dx: two float32 inputs of one shape; the output is like them. */
export function inferUnaryGradient(inputs: readonly Type[], attributes: unknown, name: string): Type {
  expectInputs(inputs, 2, name);
  expectFloats(inputs, name);
  return sameTypes(inputs, attributes, name);
}

/** Shape rule: two float32 inputs that broadcast as in NumPy. */
export function inferBroadcast(inputs: readonly Type[], _attributes: unknown, name: string): Type {
  expectInputs(inputs, 2, name);
  expectFloats(inputs, name);
  const shape = broadcastShapes(inputs[0].shape, inputs[1].shape);
  if (!shape) {
    throw new StriateError({
      where: name,
      rule: 'shapes must be equal or 1 along every axis, counted from the last',
      received: `${formatShape(inputs[0].shape)} and ${formatShape(inputs[1].shape)}`,
      advice: 'reshape one of them or use broadcastTo',
    });
  }
  return { shape, dtype: 'float32' };
}

/** The reference implementation that computes y = f(x) element by element. */
export function mapUnary<A>(f: (x: number, attributes: A) => number): Reference<A> {
  return ([x], attributes, y) => x.data.forEach((value, i) => (y.data[i] = f(value, attributes)));
}

/** The reference implementation that computes dx = f(dy, x) element by element. */
export function mapUnaryGradient<A>(f: (dy: number, x: number, attributes: A) => number): Reference<A> {
  return ([dy, x], attributes, dx) => x.data.forEach((value, i) => (dx.data[i] = f(dy.data[i], value, attributes)));
}

/** The reference implementation that computes y = f(a, b) element by element, broadcasting. */
export function mapBroadcast(f: (a: number, b: number) => number): Reference<object> {
  return ([a, b], _, y) => {
    const fromA = offsets(y.shape, broadcastStrides(a.shape, y.shape));
    const fromB = offsets(y.shape, broadcastStrides(b.shape, y.shape));
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(a.data[fromA[i]], b.data[fromB[i]]);
  };
}

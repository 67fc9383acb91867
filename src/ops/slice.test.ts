import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder, type Operator } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import { concat } from './concat.js';
import { evaluate } from './evaluateNodes.js';
import { checkGradients, drawShape } from './gradientCheck.js';
import { reshape } from './reshape.js';
import { pad, slice } from './slice.js';
import { transpose } from './transpose.js';

/** The values of an operator applied to [[0, 1, 2], [3, 4, 5]]. */
function moved<A>(operator: Operator<A>, attributes: A): { shape: Shape; data: number[]; dtype: string } {
  const graph = new GraphBuilder('test');
  const x = graph.constant(Int32Array.of(0, 1, 2, 3, 4, 5), [2, 3]);
  const y = graph.add(operator, [x], attributes);
  const { shape, data } = evaluate([x, y], new Map()).get(y)!;
  return { shape, data: [...data], dtype: y.type.dtype };
}

test('elements are moved as NumPy moves them, and keep their type', () => {
  expect(moved(reshape, { shape: [3, 2] })).toEqual({ shape: [3, 2], data: [0, 1, 2, 3, 4, 5], dtype: 'int32' });
  expect(moved(transpose, { permutation: [1, 0] })).toEqual({
    shape: [3, 2],
    data: [0, 3, 1, 4, 2, 5],
    dtype: 'int32',
  });
  expect(moved(slice, { begin: [0, 1], size: [2, 2] })).toEqual({ shape: [2, 2], data: [1, 2, 4, 5], dtype: 'int32' });
  expect(moved(pad, { before: [1, 0], after: [0, 1], value: 9 })).toEqual({
    shape: [3, 4],
    data: [9, 9, 9, 9, 0, 1, 2, 9, 3, 4, 5, 9],
    dtype: 'int32',
  });
  expect(moved(concat, { axis: 1 })).toEqual({ shape: [2, 3], data: [0, 1, 2, 3, 4, 5], dtype: 'int32' });
});

test('transpose moves three axes as NumPy does', () => {
  const graph = new GraphBuilder('test');
  const x = graph.constant(
    Float32Array.from({ length: 6 }, (_, i) => i),
    [1, 2, 3],
  );
  const y = transpose(x, { permutation: [2, 0, 1] });
  expect(y.type.shape).toEqual([3, 1, 2]);
  expect([...evaluate([x, y], new Map()).get(y)!.data]).toEqual([0, 3, 1, 4, 2, 5]);
});

test('concat joins rows along the last axis', () => {
  const graph = new GraphBuilder('test');
  const a = graph.constant(Float32Array.of(1, 2), [2, 1]);
  const b = graph.constant(Float32Array.of(3, 4, 5, 6), [2, 2]);
  const y = concat(a, b, a, { axis: 1 });
  expect([...evaluate([a, b, y], new Map()).get(y)!.data]).toEqual([1, 3, 4, 1, 2, 5, 6, 2]);
});

const anyShape = drawShape();

test('the gradients of reshape and transpose agree with central differences', () => {
  checkGradients(
    reshape,
    anyShape.map((shape) => ({ shapes: [shape], attributes: { shape: shape.toReversed() } })),
  );
  checkGradients(
    transpose,
    anyShape.chain((shape) =>
      fc
        .shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length },
        )
        .map((permutation) => ({ shapes: [shape], attributes: { permutation } })),
    ),
  );
});

test('the gradient of concat cuts each part out', () => {
  const cases = anyShape.chain((shape) =>
    fc
      .tuple(fc.nat(shape.length - 1), fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }))
      .map(([axis, lengths]) => ({ shapes: lengths.map((n) => shape.with(axis, n)), attributes: { axis } })),
  );
  checkGradients(concat, cases);
});

test('the gradients of slice and pad are each other', () => {
  const borders = anyShape.chain((shape) => {
    const counts = fc.array(fc.nat(2), { minLength: shape.length, maxLength: shape.length });
    return fc.tuple(fc.constant(shape), counts, counts);
  });
  checkGradients(
    pad,
    borders.map(([shape, before, after]) => ({ shapes: [shape], attributes: { before, after, value: 3 } })),
  );
  checkGradients(
    slice,
    borders.map(([size, begin, after]) => ({
      shapes: [size.map((n, axis) => begin[axis] + n + after[axis])],
      attributes: { begin, size },
    })),
  );
});

test('impossible moves are refused with what was received', () => {
  expect(() => moved(reshape, { shape: [4] })).toThrow(
    'reshape: cannot turn [2, 3] (6 elements) into [4] (4 elements)',
  );
  expect(() => moved(reshape, { shape: [-1, -6] })).toThrow(
    'reshape: sizes must be whole numbers from 0; received [-1, -6]',
  );
  expect(() => moved(transpose, { permutation: [0, 0] })).toThrow(
    'transpose: permutation must name each of the 2 axes',
  );
  expect(() => moved(slice, { begin: [0, 2], size: [2, 2] })).toThrow('slice: begin [0, 2] and size [2, 2] must name');
  expect(() => moved(slice, { begin: [0], size: [2] })).toThrow('received an input of [2, 3]');
  expect(() => moved(pad, { before: [0, -1], after: [0, 0], value: 0 })).toThrow('use slice to cut');
  expect(() => moved(concat, { axis: 2 })).toThrow('concat: axis must lie between 0 and 1; received 2');
  const graph = new GraphBuilder('test');
  const [a, b] = [graph.input('a', [2, 3]), graph.input('b', [3, 3])];
  expect(() => graph.scope('join', () => concat(a, b, { axis: 1 }))).toThrow(
    "concat 'join': inputs must have one dtype and the same size along every axis but 1; received float32 [2, 3], float32 [3, 3]",
  );
});

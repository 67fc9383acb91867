import fc from 'fast-check';
import type { Value } from '../graph/index.js';
import { Random, sizeOf, type Shape } from '../tensor/index.js';
import type { Pool2dAttributes } from './poolWindow.js';
import type { Padding } from './window.js';

/** Which numbers a test draws. */
export interface ValueRange {
  /** −2 by default. */
  readonly low?: number;
  /** 2 by default; whole numbers leave it out, as ranges do. */
  readonly high?: number;
  /** Points where the operator is not smooth: numbers keep 0.01 away from them. */
  readonly kinks?: readonly number[];
  /** All numbers differ by at least (high − low) / count / 2, so that a maximum is never a tie. */
  readonly distinct?: boolean;
  /** Whole numbers, as labels are. */
  readonly integer?: boolean;
}

/** Numbers of a range under a shape; the same seed gives the same numbers. */
export function drawValue(shape: Shape, seed: number, range: ValueRange = {}): Value {
  const { low = -2, high = 2, kinks = [], distinct = false, integer = false } = range;
  const random = new Random(seed);
  const data = new Float64Array(sizeOf(shape));
  const pitch = (high - low) / data.length;
  for (let i = 0; i < data.length; i++) {
    if (integer) data[i] = low + random.integer(high - low);
    else if (distinct) data[i] = low + (i + random.uniform(0.25, 0.75)) * pitch;
    else data[i] = random.uniform(low, high);
    for (const kink of kinks) {
      if (Math.abs(data[i] - kink) < 0.01) data[i] = kink + (data[i] < kink ? -0.01 : 0.01);
    }
  }
  if (distinct) random.shuffle(data);
  return { shape, data };
}

/** Sizes of axes. */
export interface ShapeRange {
  /** Least and most axes; [1, 4] by default. */
  readonly rank?: readonly [number, number];
  /** Least and most along an axis; [1, 4] by default. */
  readonly size?: readonly [number, number];
}

/** Any shape with so many axes of such sizes. */
export function drawShape({ rank = [1, 4], size = [1, 4] }: ShapeRange = {}): fc.Arbitrary<number[]> {
  const axis = fc.integer({ min: size[0], max: size[1] });
  return fc.array(axis, { minLength: rank[0], maxLength: rank[1] });
}

/** Two shapes that broadcast to one: axes of 1 and missing leading axes on either side. */
export function drawBroadcastShapes(range: ShapeRange = {}): fc.Arbitrary<[number[], number[]]> {
  return drawShape({ rank: [0, 4], ...range }).chain((shape) => {
    const choices = fc.array(fc.constantFrom('both', 'both', 'left', 'right'), {
      minLength: shape.length,
      maxLength: shape.length,
    });
    return fc
      .tuple(choices, fc.nat(shape.length), fc.constantFrom('left', 'right', 'none'))
      .map(([kept, cut, side]) => {
        const left = shape.map((n, axis) => (kept[axis] === 'right' ? 1 : n));
        const right = shape.map((n, axis) => (kept[axis] === 'left' ? 1 : n));
        return [left.slice(side === 'left' ? cut : 0), right.slice(side === 'right' ? cut : 0)];
      });
  });
}

/** Shapes and attributes of one application of an operator. */
export interface GradientCase<A> {
  readonly shapes: readonly Shape[];
  readonly attributes: A;
}

/** A pooling of a small batch with any window, overlap, gap, padding and rounding that fits. */
export function drawPooling(): fc.Arbitrary<GradientCase<Pool2dAttributes>> {
  const pair = (max: number): fc.Arbitrary<[number, number]> =>
    fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
  return pair(3).chain((poolSize) => {
    const [top, left] = poolSize.map((size) => fc.nat(size - 1));
    const padding: fc.Arbitrary<Padding> = fc.oneof(
      fc.constantFrom('valid' as const, 'same' as const),
      fc.tuple(top, top, left, left),
    );
    const height = fc.integer({ min: poolSize[0], max: 6 });
    const width = fc.integer({ min: poolSize[1], max: 6 });
    const others = fc.integer({ min: 1, max: 2 });
    return fc
      .record({ shape: fc.tuple(others, height, width, others), strides: pair(4), padding, ceilMode: fc.boolean() })
      .map(({ shape, ...attributes }) => ({ shapes: [shape], attributes: { poolSize, ...attributes } }));
  });
}

import type { Type } from '../graph/index.js';
import { isWhole } from '../tensor/check.js';
import { formatShape, type Shape, StriateError } from '../tensor/index.js';
import { expectFloats, expectInputs } from './rules.js';

/** Which axes a reduction folds up, counted from 0, each once; none leaves everything as it is. */
export interface ReductionAttributes {
  readonly axes: readonly number[];
  /** Whether folded axes stay, with size 1. */
  readonly keepDims: boolean;
}

/** Shape rule of reductions: one float32 input of any shape. */
export function inferReduction(inputs: readonly Type[], { axes, keepDims }: ReductionAttributes, name: string): Type {
  expectInputs(inputs, 1, name);
  expectFloats(inputs, name);
  const { shape } = inputs[0];
  const valid = axes.every((axis) => isWhole(axis, 0, shape.length - 1));
  if (!valid || new Set(axes).size !== axes.length) {
    throw new StriateError({
      where: name,
      rule: `axes must be different numbers from 0 to ${shape.length - 1}`,
      received: `[${axes.join(', ')}] for an input of ${formatShape(shape)}`,
    });
  }
  const kept = reducedShape(shape, axes);
  return { shape: keepDims ? kept : shape.filter((_, axis) => !axes.includes(axis)), dtype: 'float32' };
}

/** A shape with folded axes as 1. */
export function reducedShape(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
}

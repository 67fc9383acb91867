import type fc from 'fast-check';
import type { Value } from '../../graph/index.js';
import type { AttributesOf, OperatorName } from '../../ops/index.js';
import type { ValueRange } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';

/** How far an engine's float32 may be from the float64 reference: the sum of three allowances. */
export interface Tolerance {
  /** Times the expected element. */
  readonly relative?: number;
  /** Times the largest of the output; where `summed`, times the largest sum of the terms' absolute values. */
  readonly ofLargest?: number;
  /** Of the numbers' own unit. */
  readonly absolute?: number;
  /** Whether elements are sums of products, linear in every input: terms may cancel, their rounding errors do not. */
  readonly summed?: boolean;
  /** Why it is as large as it is. */
  readonly reason: string;
}

/** One application of an operator. */
export interface OperatorCase<A> {
  readonly shapes: readonly Shape[];
  readonly attributes: A;
  /** Which numbers each input is drawn from, where it differs from the operator's; the last holds for all further ones. */
  readonly ranges?: readonly ValueRange[];
}

/** How an operator is tested. */
export interface OperatorCases<A> {
  readonly draw: fc.Arbitrary<OperatorCase<A>>;
  /** What drawing would seldom reach: sizes of several tiles, extreme numbers. */
  readonly always?: readonly OperatorCase<A>[];
  /** Which numbers each input is drawn from; the last holds for all further ones. */
  readonly ranges?: readonly ValueRange[];
  /** Positions of int32 inputs. */
  readonly int32?: readonly number[];
  /** Recomputes inputs that depend on others (a pooling's output, labels below the number of classes). */
  readonly derive?: (inputs: readonly Value[], attributes: A) => readonly Value[];
  readonly tolerance: Tolerance;
}

/** Cases for every operator: one without is a type error. */
export type CaseTable = { readonly [K in OperatorName]: OperatorCases<AttributesOf<K>> };

/** Part of the table. */
export type SomeCases = Partial<CaseTable>;

export const exact: Tolerance = { reason: 'numbers are moved or compared, not computed with' };

export const rounded: Tolerance = {
  relative: 5e-7,
  ofLargest: 2e-7,
  reason: 'a few float32 roundings of 6e-8 each; attributes are rounded too, and differences may cancel',
};

export const transcendental: Tolerance = {
  relative: 4e-6,
  ofLargest: 1e-6,
  absolute: 1e-37,
  reason: 'vector exp and log err by a few units in the last place, and denormals may become 0',
};

export const summed: Tolerance = {
  ofLargest: 2e-6,
  summed: true,
  reason: 'float32 sums in any order err by a few roundings of the sum of absolute values',
};

export const convolved: Tolerance = {
  ofLargest: 5e-5,
  summed: true,
  reason: "Winograd's transforms cost up to two decimal digits; one missing tap would be 100 times this",
};

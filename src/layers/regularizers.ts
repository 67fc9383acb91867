import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { optionsFactory } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { withForeignNames } from '../tensor/index.js';
import { resolveNamed, type Serialized } from './named.js';

/** A penalty on a weight that training adds to the loss. */
export interface Regularizer {
  /** Keras's class name: `L2`. */
  readonly className: string;
  config(): Record<string, unknown>;
  /** Emits the penalty, a scalar. */
  penalty(weight: Node): Node;
}

/** Strength of the L1 penalty. */
export interface L1Options {
  /** 0.01 by default. */
  readonly l1?: number;
}

/** Strength of the L2 penalty. */
export interface L2Options {
  /** 0.01 by default. */
  readonly l2?: number;
}

/** Sum of a function of all elements, times a strength. */
function scaledSum(elements: Node, strength: number): Node {
  const axes = elements.type.shape.map((_, axis) => axis);
  const sum = ops.reduceSum(elements, { axes, keepDims: false });
  return ops.affine(sum, { scale: strength, offset: 0 });
}

const absolute = (weight: Node, strength: number): Node => scaledSum(ops.abs(weight), strength);

const squared = (weight: Node, strength: number): Node => scaledSum(ops.square(weight), strength);

function strength(name: string, value: number): number {
  return expectNumber(`regularizer ${name}`, 'the strength', value, { least: 0 });
}

/**
 * Adds l1 · Σ|w| to the loss, which drives weights to exactly zero (Keras's L1).
 *
 * @example
 * layers.dense({ units: 10, kernelRegularizer: regularizers.l1({ l1: 1e-4 }) });
 */
export const l1 = optionsFactory(
  { where: 'regularizer l1', first: ['l1'], kinds: { l1: 'number' } },
  (options: L1Options): Regularizer => {
    const factor = strength('l1', options.l1 ?? 0.01);
    return { className: 'L1', config: () => ({ l1: factor }), penalty: (weight) => absolute(weight, factor) };
  },
);

/**
 * Adds l2 · Σw² to the loss, which keeps weights small (Keras's L2; no factor ½).
 *
 * @example
 * layers.dense({ units: 10, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) });
 */
export const l2 = optionsFactory(
  { where: 'regularizer l2', first: ['l2'], kinds: { l2: 'number' } },
  (options: L2Options): Regularizer => {
    const factor = strength('l2', options.l2 ?? 0.01);
    return { className: 'L2', config: () => ({ l2: factor }), penalty: (weight) => squared(weight, factor) };
  },
);

/** Adds l1 · Σ|w| + l2 · Σw² to the loss (Keras's L1L2). One that is left out is 0; when both are, each is 0.01. */
export const l1l2 = optionsFactory(
  { where: 'regularizer l1l2', first: ['l1', 'l2'], kinds: { l1: 'number', l2: 'number' } },
  (options: L1Options & L2Options): Regularizer => {
    const neither = options.l1 === undefined && options.l2 === undefined ? 0.01 : 0;
    const first = strength('l1l2', options.l1 ?? neither);
    const second = strength('l1l2', options.l2 ?? neither);
    return {
      className: 'L1L2',
      config: () => ({ l1: first, l2: second }),
      penalty: (weight) => ops.add(absolute(weight, first), squared(weight, second)),
    };
  },
);

/**
 * The weight penalties, by the name that layers know them by.
 *
 * @namespace
 */
export const regularizers = withForeignNames('regularizers', { l1, l2, l1l2 } as const, {
  'L1L2 l1_l2 elasticNet': 'write regularizers.l1l2',
  'weightDecay weight_decay': 'write weightDecay of the optimizer, or regularizers.l2',
});

/** A regularizer by name (`'l2'`, with strength 0.01), itself, or as saved. */
export type RegularizerOption = keyof typeof regularizers | Regularizer | Serialized;

/** The regularizer that an option names; throws a StriateError that lists the known ones. */
export function resolveRegularizer(
  option: RegularizerOption | undefined | null,
  label: string,
): Regularizer | undefined {
  if (option === undefined || option === null) return undefined;
  return resolveNamed(
    'regularizer',
    regularizers,
    option,
    (value): value is Regularizer => 'penalty' in value && typeof value.penalty === 'function',
    label,
  );
}

import type { Node } from '../graph/index.js';
import { add, broadcastTo, clip, div, log, mul, reduceMean, reduceSum, sqrt, square } from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import { optionsFactory, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWholes } from '../tensor/check.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { expectSameShape, perExample, type AccuracyName, type Loss } from './loss.js';

const fuzz = 1e-7;

function comparison(
  name: string,
  accuracy: AccuracyName,
  measure: (prediction: Node, target: Node) => Node,
  config: Record<string, unknown> = {},
): Loss {
  return {
    name,
    targets: 'values',
    accuracy,
    fromLogits: false,
    config: () => config,
    emit(prediction, target) {
      expectSameShape(name, prediction, target);
      return perExample(measure(prediction, target));
    },
  };
}

const lastAxis = (x: Node): number => x.type.shape.length - 1;

/** Σ target · log(target / prediction), for distributions along the last axis (Keras's KLDivergence). */
export const klDivergence = (): Loss =>
  comparison('klDivergence', 'categoricalAccuracy', (prediction, target) => {
    const kept = (x: Node): Node => clip(x, { min: fuzz, max: 1 });
    const truth = kept(target);
    return reduceSum(mul(truth, log(div(truth, kept(prediction)))), { axes: [lastAxis(truth)], keepDims: false });
  });

/** Minus the cosine of the angle between prediction and target, along the last axis (Keras's CosineSimilarity). */
export const cosineSimilarity = (): Loss =>
  comparison('cosineSimilarity', 'categoricalAccuracy', (prediction, target) => {
    const axes = [lastAxis(prediction)];
    const unit = (x: Node): Node => {
      // Kept from 0 before the root, whose slope there is infinite.
      const squares = clip(reduceSum(square(x), { axes, keepDims: true }), { min: fuzz ** 2, max: Infinity });
      return div(x, sqrt(squares));
    };
    return scaled(reduceSum(mul(unit(target), unit(prediction)), { axes, keepDims: false }), -1);
  });

/** Options of the losses of masks. */
export interface MaskLossOptions {
  /**
   * The axes whose positions are one mask, the batch's being 0: all but the first by default, which gives each example a mask of
   * its own. Null takes a whole batch as one mask, Keras's default.
   */
  readonly axis?: readonly number[] | null;
}

/** Options of `tversky`. */
export interface TverskyOptions extends MaskLossOptions {
  /** How much missed positions count; 0.5 by default. */
  readonly alpha?: number;
  /** How much wrongly found positions count; 0.5 by default. */
  readonly beta?: number;
}

/** A loss of the sums over masks; without a list of axes, an example's or the batch's positions are one. */
function ofMasks(
  name: string,
  { axis, ...others }: MaskLossOptions & Record<string, unknown>,
  measure: (prediction: Node, target: Node, sum: (x: Node) => Node) => Node,
): Loss {
  if (axis) expectWholes(name, 'axis', axis.map(Math.abs), 0);
  const config = { ...others, ...(axis !== undefined && { axis: axis && [...axis] }) };
  const emit = (prediction: Node, target: Node): Node => {
    const { shape } = prediction.type;
    const axes = [...new Set(axesOf(name, axis, shape))];
    const value = measure(prediction, target, (x) => reduceSum(x, { axes, keepDims: false }));
    if (!axes.includes(0)) return value;
    // What the whole batch has in common is each example's.
    const all = value.type.shape.map((_, i) => i);
    const one = all.length ? reduceMean(value, { axes: all, keepDims: false }) : value;
    return broadcastTo(one, { shape: [shape[0]] });
  };
  return comparison(name, 'binaryAccuracy', emit, config);
}

/** The axes that are summed over, counted from the first. */
function axesOf(name: string, axis: readonly number[] | null | undefined, shape: Shape): readonly number[] {
  const all = shape.map((_, i) => i);
  if (!axis) return axis === null ? all : all.slice(1);
  return axis.map((one) => {
    const counted = one < 0 ? one + shape.length : one;
    if (counted in shape) return counted;
    throw new StriateError({
      where: name,
      rule: `axis must name axes of predictions ${formatShape(shape)}`,
      received: one,
    });
  });
}

const diceAccepts = {
  where: 'dice',
  first: [],
  kinds: { axis: 'list or null' },
} as const satisfies AcceptedOptions<MaskLossOptions>;

/**
 * 1 − 2 · common / (target + prediction), of each example's mask (Keras's Dice, which takes the masks of a batch as one unless it is
 * given axes: `axis: null` here).
 */
export const dice = optionsFactory(diceAccepts, (options: MaskLossOptions): Loss => {
  return ofMasks('dice', { ...options }, (prediction, target, sum) => {
    const common = scaled(sum(mul(target, prediction)), 2);
    return scaled(div(common, scaled(add(sum(target), sum(prediction)), 1, fuzz)), -1, 1);
  });
});

const tverskyAccepts = {
  where: 'tversky',
  first: ['alpha', 'beta'],
  kinds: { alpha: 'number', beta: 'number', axis: 'list or null' },
} as const satisfies AcceptedOptions<TverskyOptions>;

/** Dice with weights for what is missed and wrongly found (Keras's Tversky), of masks as `dice` takes them. */
export const tversky = optionsFactory(tverskyAccepts, (options: TverskyOptions): Loss => {
  const { alpha = 0.5, beta = 0.5 } = options;
  expectNumber('tversky', 'alpha', alpha, { least: 0 });
  expectNumber('tversky', 'beta', beta, { least: 0 });
  return ofMasks('tversky', { ...options }, (prediction, target, sum) => {
    const not = (x: Node): Node => scaled(x, -1, 1);
    const common = sum(mul(target, prediction));
    const missed = scaled(sum(mul(not(prediction), target)), alpha);
    const wrong = scaled(sum(mul(prediction, not(target))), beta, fuzz);
    return scaled(div(common, add(common, add(missed, wrong))), -1, 1);
  });
});

import type { Node } from '../graph/index.js';
import { add, affine, clip, div, log, mul, reduceSum, reshape, sqrt, square } from '../ops/allOperators.js';
import { expectNumber } from '../tensor/check.js';
import { expectSameShape, perExample, type AccuracyName, type Loss } from './loss.js';
import { expectKnown } from './optionNames.js';

const fuzz = 1e-7;

const scaled = (x: Node, scale: number, offset = 0): Node => affine(x, { scale, offset });

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

/** Options of `tversky`. */
export interface TverskyOptions {
  /** How much missed positions count; 0.5 by default. */
  readonly alpha?: number;
  /** How much wrongly found positions count; 0.5 by default. */
  readonly beta?: number;
}

/** Sums over everything of an example. */
function sumOf(x: Node): Node {
  const { shape } = x.type;
  const flat = reshape(x, { shape: [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)] });
  return reduceSum(flat, { axes: [1], keepDims: false });
}

/**
 * 1 − 2 · common / (target + prediction), of each example's mask (Keras's Dice with all axes but the first: the default there takes the
 * masks of a batch as one).
 */
export const dice = (): Loss =>
  comparison('dice', 'binaryAccuracy', (prediction, target) => {
    const common = scaled(sumOf(mul(target, prediction)), 2);
    return scaled(div(common, scaled(add(sumOf(target), sumOf(prediction)), 1, fuzz)), -1, 1);
  });

/** Dice with weights for what is missed and wrongly found (Keras's Tversky, of each example's mask). */
export function tversky(options: TverskyOptions = {}): Loss {
  expectKnown('tversky', options, { alpha: true, beta: true });
  const { alpha = 0.5, beta = 0.5 } = options;
  expectNumber('tversky', 'alpha', alpha, { least: 0 });
  expectNumber('tversky', 'beta', beta, { least: 0 });
  const measure = (prediction: Node, target: Node): Node => {
    const not = (x: Node): Node => scaled(x, -1, 1);
    const common = sumOf(mul(target, prediction));
    const missed = scaled(sumOf(mul(not(prediction), target)), alpha);
    const wrong = scaled(sumOf(mul(prediction, not(target))), beta, fuzz);
    return scaled(div(common, add(common, add(missed, wrong))), -1, 1);
  };
  return comparison('tversky', 'binaryAccuracy', measure, { ...options });
}

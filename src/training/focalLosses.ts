import type { Node } from '../graph/index.js';
import { add, clip, div, exp, log, mul, reduceSum, sigmoid, softmax, square, sqrt } from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import { expectOptions, type AcceptedOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber, expectNumbers } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { smoothedOptionKinds, type SmoothedCrossentropyOptions } from './crossentropies.js';
import { expectSameShape, perExample, probabilityRange, type Loss } from './loss.js';
import { endsInScores } from './scores.js';

/** Options of both focal losses. */
export interface FocalOptions extends SmoothedCrossentropyOptions {
  /** How strongly easy examples lose weight; 2 by default, 0 for none. */
  readonly gamma?: number;
}

/** Options of `binaryFocalCrossentropy`. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Whether yes counts `alpha` and no 1 − `alpha`; false by default. */
  readonly applyClassBalancing?: boolean;
  /** 0.25 by default. */
  readonly alpha?: number;
}

/** Options of `categoricalFocalCrossentropy`. */
export interface CategoricalFocalOptions extends FocalOptions {
  /** The weight of all classes, 0.25 by default, or of each. */
  readonly alpha?: number | readonly number[];
}

/** x^gamma for x from 0 to 1; halves and small whole numbers without logarithms, which 0 has none of. */
function power(x: Node, gamma: number): Node {
  if (gamma === 0) return scaled(x, 0, 1);
  if (gamma === 1) return x;
  if (gamma === 2) return square(x);
  if (gamma === 0.5) return sqrt(clip(x, { min: 1e-14, max: 1 }));
  return exp(scaled(log(clip(x, { min: 1e-14, max: 1 })), gamma));
}

const focalOptionKinds = { ...smoothedOptionKinds, gamma: 'number' } as const satisfies OptionKinds<FocalOptions>;

const binaryAccepts = {
  where: 'binaryFocalCrossentropy',
  kinds: { ...focalOptionKinds, alpha: 'number', applyClassBalancing: 'boolean' },
} as const satisfies AcceptedOptions<BinaryFocalOptions>;

const categoricalAccepts = {
  where: 'categoricalFocalCrossentropy',
  kinds: { ...focalOptionKinds, alpha: 'number or list' },
} as const satisfies AcceptedOptions<CategoricalFocalOptions>;

/** Probabilities, by the user's word or the model's last operators. */
function probabilitiesOf(prediction: Node, fromLogits: boolean | undefined, activation: (x: Node) => Node): Node {
  return (fromLogits ?? endsInScores(prediction)) ? activation(prediction) : prediction;
}

/**
 * Binary cross-entropy in which examples that are sure already count less (Lin et al. 2017; Keras's BinaryFocalCrossentropy).
 * prediction, target: [N, …] → [N].
 */
export function binaryFocalCrossentropy(options: BinaryFocalOptions = {}): Loss {
  const name = binaryAccepts.where;
  expectOptions(binaryAccepts, options);
  const { fromLogits, labelSmoothing = 0, gamma = 2, alpha = 0.25, applyClassBalancing = false } = options;
  expectNumber(name, 'labelSmoothing', labelSmoothing, { least: 0, below: 1 });
  expectNumber(name, 'gamma', gamma, { least: 0 });
  expectNumber(name, 'alpha', alpha, { least: 0, most: 1 });
  return {
    name,
    targets: 'values',
    accuracy: 'binaryAccuracy',
    fromLogits,
    config: () => ({ ...options }),
    emit(prediction, target) {
      expectSameShape(name, prediction, target);
      const truth = labelSmoothing ? scaled(target, 1 - labelSmoothing, labelSmoothing / 2) : target;
      const p = probabilitiesOf(prediction, fromLogits, sigmoid);
      const not = (x: Node): Node => scaled(x, -1, 1);
      const kept = clip(p, probabilityRange);
      const loss = scaled(add(mul(truth, log(kept)), mul(not(truth), log(not(kept)))), -1);
      const right = add(mul(truth, p), mul(not(truth), not(p)));
      const focal = mul(power(not(right), gamma), loss);
      return perExample(applyClassBalancing ? mul(scaled(truth, 2 * alpha - 1, 1 - alpha), focal) : focal);
    },
  };
}

/**
 * Cross-entropy of one-hot targets in which examples that are sure already count less (Keras's CategoricalFocalCrossentropy).
 * prediction, target: [N, …, classes] → [N].
 */
export function categoricalFocalCrossentropy(options: CategoricalFocalOptions = {}): Loss {
  const name = categoricalAccepts.where;
  expectOptions(categoricalAccepts, options);
  const { fromLogits, labelSmoothing = 0, gamma = 2, alpha = 0.25 } = options;
  expectNumber(name, 'labelSmoothing', labelSmoothing, { least: 0, below: 1 });
  expectNumber(name, 'gamma', gamma, { least: 0 });
  expectNumbers(name, typeof alpha === 'number' ? { alpha } : Object.fromEntries(alpha.entries()), { least: 0 });
  return {
    name,
    targets: 'values',
    accuracy: 'categoricalAccuracy',
    fromLogits,
    config: () => ({ ...options }),
    emit(prediction, target) {
      expectSameShape(name, prediction, target);
      const { shape } = prediction.type;
      const classes = shape[shape.length - 1];
      if (typeof alpha !== 'number' && alpha.length !== classes) {
        throw new StriateError({ where: name, rule: `alpha must have ${classes} numbers`, received: alpha.length });
      }
      const truth = labelSmoothing ? scaled(target, 1 - labelSmoothing, labelSmoothing / classes) : target;
      const given = probabilitiesOf(prediction, fromLogits, softmax);
      const axes = [shape.length - 1];
      const total = reduceSum(given, { axes, keepDims: true });
      const p = clip(div(given, total), probabilityRange);
      const loss = scaled(mul(truth, log(p)), -1);
      const focal = mul(power(scaled(p, -1, 1), gamma), loss);
      const weighted =
        typeof alpha === 'number'
          ? scaled(focal, alpha)
          : mul(focal, prediction.graph.constant(Float32Array.from(alpha), [classes]));
      return perExample(reduceSum(weighted, { axes, keepDims: false }));
    },
  };
}

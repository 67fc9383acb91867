import type { Node } from '../graph/index.js';
import {
  add,
  affine,
  broadcastTo,
  clip,
  div,
  log,
  mul,
  reduceSum,
  sigmoid,
  sigmoidCrossentropy,
  softmax,
  softmaxCrossentropy,
  sparseSoftmaxCrossentropy,
} from '../ops/allOperators.js';
import { optionsFactory, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';
import { expectSameShape, perExample, probabilityRange, type Loss } from './loss.js';
import { scoresOf } from './scores.js';

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /**
   * Whether predictions are scores before softmax or sigmoid. Where it is left out, the model's last operators tell: what
   * ends in a dense layer or convolution without activation gives scores, anything else probabilities. Keras takes false
   * for granted, and a model that ends in scores, as torchvision's do, then learns little without a word of warning.
   */
  readonly fromLogits?: boolean;
}

/** Options of the cross-entropies with one number per class. */
export interface SmoothedCrossentropyOptions extends CrossentropyOptions {
  /** How much of each target is spread evenly over the classes, 0 by default. */
  readonly labelSmoothing?: number;
}

/** The kinds of these options. */
export const smoothedOptionKinds = {
  fromLogits: 'boolean',
  labelSmoothing: 'number',
} as const satisfies OptionKinds<SmoothedCrossentropyOptions>;

/** log of predicted probabilities kept away from 0. */
function logProbability(probability: Node): Node {
  return log(clip(probability, probabilityRange));
}

/** Targets with `smoothing` of their weight moved to `floor`. */
function smooth(target: Node, smoothing: number, floor: number): Node {
  if (smoothing === 0) return target;
  return affine(target, { scale: 1 - smoothing, offset: smoothing * floor });
}

/**
 * (1 − s) · the cross-entropy with the true class + s · the one with all classes alike, which is what one-hot targets
 * smoothed by s give. Kept apart, so that a label that is no class still gives NaN.
 */
function mixWithUniform(hard: Node, logits: Node, smoothing: number): Node {
  if (smoothing === 0) return hard;
  const { shape } = logits.type;
  const share = logits.graph.scalar(1 / shape[shape.length - 1]);
  const alike = broadcastTo(share, { shape });
  const uniform = softmaxCrossentropy(logits, alike);
  const scaled = (x: Node, scale: number): Node => affine(x, { scale, offset: 0 });
  return add(scaled(hard, 1 - smoothing), scaled(uniform, smoothing));
}

/** Options of a cross-entropy as it keeps them. */
interface SmoothedSettings {
  readonly fromLogits: boolean | undefined;
  readonly labelSmoothing: number;
  /** What makes the loss again: what was not given is left out. */
  readonly config: () => Record<string, unknown>;
}

/** Checked options with their defaults. */
function smoothedOptions(name: string, options: SmoothedCrossentropyOptions): SmoothedSettings {
  const { fromLogits, labelSmoothing = 0 } = options;
  expectNumber(name, 'labelSmoothing', labelSmoothing, { least: 0, below: 1 });
  const config = (): Record<string, unknown> => ({ fromLogits, labelSmoothing });
  return { fromLogits, labelSmoothing, config };
}

/**
 * Cross-entropy between class numbers and predicted classes (Keras's SparseCategoricalCrossentropy; with label smoothing,
 * PyTorch's CrossEntropyLoss). prediction: [N, …, classes], target: int32 [N, …] → [N].
 */
export const sparseCategoricalCrossentropy = optionsFactory(
  { where: 'sparseCategoricalCrossentropy', first: ['fromLogits'], kinds: smoothedOptionKinds },
  (options: SmoothedCrossentropyOptions): Loss => {
    const name = 'sparseCategoricalCrossentropy';
    const { fromLogits, labelSmoothing, config } = smoothedOptions(name, options);
    return {
      name,
      targets: 'classes',
      accuracy: 'sparseCategoricalAccuracy',
      fromLogits,
      config,
      emit(prediction, target) {
        const expected = prediction.type.shape.slice(0, -1);
        if (!sameShape(expected, target.type.shape)) {
          throw new StriateError({
            where: name,
            rule: `labels must have shape ${formatShape(expected)} for predictions ${formatShape(prediction.type.shape)}`,
            received: formatShape(target.type.shape),
          });
        }
        // softmax(log p) = p / Σp, so that probabilities that do not sum to 1 are normalised, as in Keras.
        const logits = scoresOf(prediction, softmax, fromLogits) ?? logProbability(prediction);
        const hard = sparseSoftmaxCrossentropy(logits, target);
        return perExample(mixWithUniform(hard, logits, labelSmoothing));
      },
    };
  },
);

/**
 * Cross-entropy between one-hot (or any) distributions and predicted classes (Keras's CategoricalCrossentropy).
 * prediction, target: [N, …, classes] → [N].
 */
export const categoricalCrossentropy = optionsFactory(
  { where: 'categoricalCrossentropy', first: ['fromLogits'], kinds: smoothedOptionKinds },
  (options: SmoothedCrossentropyOptions): Loss => {
    const name = 'categoricalCrossentropy';
    const { fromLogits, labelSmoothing, config } = smoothedOptions(name, options);
    return {
      name,
      targets: 'values',
      accuracy: 'categoricalAccuracy',
      fromLogits,
      config,
      emit(prediction, target) {
        expectSameShape(name, prediction, target);
        const { shape } = prediction.type;
        const smoothed = smooth(target, labelSmoothing, 1 / shape[shape.length - 1]);
        const logits = scoresOf(prediction, softmax, fromLogits);
        if (logits) return perExample(softmaxCrossentropy(logits, smoothed));
        const axes = [shape.length - 1];
        const total = reduceSum(prediction, { axes, keepDims: true });
        const logarithms = logProbability(div(prediction, total));
        const sum = reduceSum(mul(smoothed, logarithms), { axes, keepDims: false });
        return perExample(affine(sum, { scale: -1, offset: 0 }));
      },
    };
  },
);

/**
 * Cross-entropy of independent yes-or-no predictions (Keras's BinaryCrossentropy). prediction, target: [N, …] → [N].
 */
export const binaryCrossentropy = optionsFactory(
  { where: 'binaryCrossentropy', first: ['fromLogits'], kinds: smoothedOptionKinds },
  (options: SmoothedCrossentropyOptions): Loss => {
    const name = 'binaryCrossentropy';
    const { fromLogits, labelSmoothing, config } = smoothedOptions(name, options);
    return {
      name,
      targets: 'values',
      accuracy: 'binaryAccuracy',
      fromLogits,
      config,
      emit(prediction, target) {
        expectSameShape(name, prediction, target);
        const smoothed = smooth(target, labelSmoothing, 0.5);
        const logits = scoresOf(prediction, sigmoid, fromLogits);
        if (logits) return perExample(sigmoidCrossentropy(logits, smoothed));
        const oneMinus = (x: Node): Node => affine(x, { scale: -1, offset: 1 });
        const yes = mul(smoothed, logProbability(prediction));
        const no = mul(oneMinus(smoothed), logProbability(oneMinus(prediction)));
        return perExample(affine(add(yes, no), { scale: -1, offset: 0 }));
      },
    };
  },
);

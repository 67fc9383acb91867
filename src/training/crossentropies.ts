import type { Node } from '../graph/index.js';
import {
  add,
  affine,
  broadcastTo,
  clip,
  div,
  log,
  mul,
  oneHot,
  reduceSum,
  sigmoid,
  sigmoidCrossentropy,
  softmax,
  softmaxCrossentropy,
  sparseSoftmaxCrossentropy,
} from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import { optionsFactory, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber, expectNumbers, expectWhole } from '../tensor/check.js';
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

/** Options of the cross-entropy with class numbers. */
export interface SparseCrossentropyOptions extends SmoothedCrossentropyOptions {
  /** A label that says that nothing is known, and that does not count: Keras's ignore_class, PyTorch's ignore_index; 255 in masks. */
  readonly ignoreClass?: number;
  /** How much each class counts, by its number (PyTorch's weight); all alike by default. */
  readonly classWeight?: readonly number[];
}

/** Which labels count, 1 or 0 for each class, and how much. */
interface LabelWeights {
  readonly counted: Float32Array;
  readonly weights: Float32Array;
}

/**
 * How much each label counts where not all count alike.
 *
 * @throws StriateError when there are not as many weights as classes.
 */
function labelWeights(
  name: string,
  classes: number,
  { ignoreClass, classWeight }: SparseCrossentropyOptions,
): LabelWeights | undefined {
  if (ignoreClass === undefined && classWeight === undefined) return undefined;
  if (classWeight && classWeight.length !== classes) {
    const rule = `classWeight must hold a number for each of ${classes} classes`;
    throw new StriateError({ where: name, rule, received: classWeight.length });
  }
  return {
    counted: Float32Array.from({ length: classes }, (_, c) => (c === ignoreClass ? 0 : 1)),
    weights: Float32Array.from({ length: classes }, (_, c) => classWeight?.[c] ?? 1),
  };
}

/**
 * The mean over what counts in the whole batch, as numbers for each example whose mean it is: Σ w · loss / Σ w, as PyTorch has it
 * for weights and an ignored label.
 */
function weightedCrossentropy(logits: Node, target: Node, { counted, weights }: LabelWeights, smoothing: number): Node {
  const { graph, type } = logits;
  const { shape } = type;
  const classes = shape[shape.length - 1];
  const weighted = (x: Node): Node => mul(x, graph.constant(weights, [classes], 'classWeight'));
  // A label beside the classes has zeros alone.
  const known = mul(oneHot(target, { depth: classes }), graph.constant(counted, [classes], 'counted'));
  const spread = (): Node => {
    const all = broadcastTo(reduceSum(known, { axes: [shape.length - 1], keepDims: true }), { shape });
    return add(scaled(known, 1 - smoothing), scaled(all, smoothing / classes));
  };
  const each = softmaxCrossentropy(logits, weighted(smoothing === 0 ? known : spread()));
  const axes = shape.map((_, axis) => axis);
  const inside = axes.slice(1, -1);
  const sums = inside.length > 0 ? reduceSum(each, { axes: inside, keepDims: false }) : each;
  const total = reduceSum(weighted(known), { axes, keepDims: false });
  // Of a batch in which nothing counts the loss is 0.
  return div(scaled(sums, shape[0]), scaled(total, 1, 1e-12));
}

/**
 * Cross-entropy between class numbers and predicted classes (Keras's SparseCategoricalCrossentropy; with label smoothing, weights of
 * classes or an ignored one, PyTorch's CrossEntropyLoss). prediction: [N, …, classes], target: int32 [N, …] → [N].
 */
export const sparseCategoricalCrossentropy = optionsFactory(
  {
    where: 'sparseCategoricalCrossentropy',
    first: ['fromLogits'],
    kinds: { ...smoothedOptionKinds, ignoreClass: 'number', classWeight: 'list' },
  },
  (options: SparseCrossentropyOptions): Loss => {
    const name = 'sparseCategoricalCrossentropy';
    const { fromLogits, labelSmoothing, config: common } = smoothedOptions(name, options);
    const { ignoreClass, classWeight } = options;
    if (ignoreClass !== undefined) expectWhole(name, 'ignoreClass', ignoreClass, -Infinity);
    if (classWeight) {
      expectNumbers(name, Object.fromEntries(classWeight.map((weight, c) => [`classWeight[${c}]`, weight])), {
        least: 0,
      });
    }
    return {
      name,
      targets: 'classes',
      accuracy: 'sparseCategoricalAccuracy',
      fromLogits,
      ...(ignoreClass !== undefined && { ignoredClass: ignoreClass }),
      config: () => ({
        ...common(),
        ...(ignoreClass !== undefined && { ignoreClass }),
        ...(classWeight && { classWeight: [...classWeight] }),
      }),
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
        const weights = labelWeights(name, logits.type.shape.at(-1)!, options);
        if (weights) return weightedCrossentropy(logits, target, weights, labelSmoothing);
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

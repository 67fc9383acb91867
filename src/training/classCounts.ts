import type { Node } from '../graph/index.js';
import { affine, argMax, broadcastTo, concat, mul, oneHot, reduceSum, reshape, slice } from '../ops/allOperators.js';
import { expectSameShape, type Loss } from './loss.js';
import { above, classScores, probabilities } from './metric.js';

/** How predictions become decisions that are counted. */
export interface Decisions {
  /** Probabilities above it mean yes; the largest prediction decides where it is undefined. */
  readonly threshold: number | undefined;
  /** Whether all outputs are counted as one class of yes. */
  readonly together: boolean;
  /** A class whose positions are not counted. */
  readonly ignoreClass?: number | undefined;
}

/**
 * Counts of an example, as they are summed: [N, 1 + 3 · C], first the decisions made, then right, predicted and actual ones of
 * each class. They are whole numbers, and exact.
 */
export function emitClassCounts(name: string, prediction: Node, target: Node, loss: Loss, decisions: Decisions): Node {
  const { threshold, together, ignoreClass } = decisions;
  const { shape } = prediction.type;
  const depth = shape[shape.length - 1];
  if (loss.targets === 'values') expectSameShape(name, prediction, target);
  const largest = (x: Node): Node => oneHot(argMax(x), { depth });
  const decided =
    threshold === undefined ? largest(classScores(prediction)) : above(probabilities(prediction, loss), threshold);
  const right =
    loss.targets === 'classes'
      ? oneHot(target, { depth })
      : threshold === undefined
        ? largest(target)
        : above(target, 0.5);
  const mask = ignoreClass === undefined ? undefined : countedPositions(right, ignoreClass);
  const counted = (x: Node): Node => (mask ? mul(x, mask) : x);
  const [predicted, actual] = [counted(decided), counted(right)];
  const axes = shape.slice(1).map((_, i) => i + 1);
  const within = together ? axes : axes.slice(0, -1);
  const perClass = (x: Node): Node => {
    const sums = within.length ? reduceSum(x, { axes: within, keepDims: false }) : x;
    return reshape(sums, { shape: [shape[0], together || shape.length === 1 ? 1 : depth] });
  };
  const each = together ? shape.slice(1) : shape.slice(1, -1);
  const every = broadcastTo(prediction.graph.scalar(each.reduce((a, b) => a * b, 1)), { shape: [shape[0], 1] });
  const total = mask ? reshape(reduceSum(mask, { axes, keepDims: false }), { shape: [shape[0], 1] }) : every;
  return concat(total, perClass(mul(predicted, actual)), perClass(predicted), perClass(actual), { axis: 1 });
}

/** 0 at positions of a class, else 1: [N, …, 1]. */
function countedPositions(oneHots: Node, ignored: number): Node {
  const { shape } = oneHots.type;
  const last = shape.length - 1;
  const begin = shape.map((_, i) => (i === last ? ignored : 0));
  const own = slice(oneHots, { begin, size: shape.map((n, i) => (i === last ? 1 : n)) });
  return affine(own, { scale: -1, offset: 1 });
}

/** Counts of one class. */
export interface ClassCount {
  readonly right: number;
  readonly predicted: number;
  readonly actual: number;
}

/** The sums of `emitClassCounts`, class by class. */
export function classCounts(sums: readonly number[]): { readonly total: number; readonly classes: ClassCount[] } {
  const count = (sums.length - 1) / 3;
  const classes = Array.from({ length: count }, (_, i) => ({
    right: sums[1 + i],
    predicted: sums[1 + count + i],
    actual: sums[1 + 2 * count + i],
  }));
  return { total: sums[0], classes };
}

/** The same with no as a class of its own, first, where yes is the only one. */
export function withNo(sums: readonly number[]): ReturnType<typeof classCounts> {
  const { total, classes } = classCounts(sums);
  if (classes.length > 1) return { total, classes };
  const [{ right, predicted, actual }] = classes;
  const no = { right: total - predicted - actual + right, predicted: total - predicted, actual: total - actual };
  return { total, classes: [no, ...classes] };
}

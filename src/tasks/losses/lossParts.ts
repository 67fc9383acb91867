import type { Node } from '../../graph/index.js';
import { add, div, mul, reduceMax, reduceSum, relu, slice, sub } from '../../ops/allOperators.js';
import { scaled } from '../../ops/affine.js';
import { equal, stopGradient } from '../../ops/trainingOperators.js';
import type { JointLoss } from '../../training/jointLoss.js';
import { positive } from '../../training/metric.js';

/** The smaller of two values, with gradients. */
export const smaller = (a: Node, b: Node): Node => sub(a, relu(sub(a, b)));

/** The larger of two values, with gradients. */
export const larger = (a: Node, b: Node): Node => add(b, relu(sub(a, b)));

/** Columns of the last axis: [N, P, K] → [N, P, count]. */
export function columns(x: Node, first: number, count: number): Node {
  const [examples, places] = x.type.shape;
  return slice(x, { begin: [0, 0, first], size: [examples, places, count] });
}

/** The sum over all places of each example: [N, P, K] → [N, 1, 1]. */
export const sumOfExample = (x: Node): Node => reduceSum(x, { axes: [1, 2], keepDims: true });

/**
 * 1 for the class that a place's label is, 0 for the others: [N, P, 1] → [N, P, classes].
 *
 * @param first - the first class that counts: columns before it hold zeros
 */
export function classesOf(label: Node, classes: number, first: 0 | 1): Node {
  const { graph } = label;
  // No label is −9.
  const numbers = Float32Array.from({ length: classes }, (_, i) => (i < first ? -9 : i));
  const wide = add(label, graph.constant(new Float32Array(classes), [1, 1, classes], 'classes'));
  return equal(wide, add(scaled(wide, 0), graph.constant(numbers, [1, 1, classes], 'classNumbers')));
}

/**
 * 1 for so many of the highest values of each row, else 0; no gradient flows through it. [N, P, 1], [N, 1, 1] → [N, P, 1]. The
 * least value that belongs to them is found by halving the range until its ends are neighbours in single precision; of values
 * that are equal there, more than are left to be taken, each is taken by its share, so that the sum is that of any choice.
 *
 * @param values - none is negative; those that may not be taken are 0
 */
export function highest(values: Node, count: Node): Node {
  const fixed = stopGradient(values);
  let high: Node = reduceMax(fixed, { axes: [1], keepDims: true });
  let low: Node = scaled(high, 0);
  for (let i = 0; i < 40; i++) {
    const middle = scaled(add(low, high), 0.5);
    const tooMany = positive(sub(sumOfExample(positive(sub(fixed, middle))), count));
    const enough = scaled(tooMany, -1, 1);
    low = add(mul(tooMany, middle), mul(enough, low));
    high = add(mul(enough, middle), mul(tooMany, high));
  }
  const above = positive(sub(fixed, high));
  const equals = sub(positive(sub(fixed, low)), above);
  const many = sumOfExample(equals);
  const left = sub(count, sumOfExample(above));
  // Where all of them are wanted each counts whole.
  const share = div(smaller(left, many), atLeastOne(many));
  return stopGradient(add(above, mul(equals, share)));
}

/** Adds up what all places of all examples lose: [N, 1, 1] → a number. */
const sumOfBatch = (part: Node): Node => reduceSum(part, { axes: [0, 1, 2], keepDims: false });

/** What a loss of the places of a detector is made of. */
interface PlacesLoss<Part extends string> {
  readonly name: string;
  readonly places: number;
  /** Numbers of a place's target. */
  readonly numbers: number;
  readonly parts: readonly Part[];
  /**
   * Each part of each example, [N, 1, 1], as much as it adds to the batch's loss: what is divided by the things of all pictures is
   * divided here.
   */
  readonly emit: (outputs: readonly Node[], target: Node) => Readonly<Record<Part, Node>>;
}

/** A loss of all outputs of a detector, whose targets are a row of numbers for each place. */
export function placesLoss<Part extends string>(options: PlacesLoss<Part>): JointLoss {
  const { name, places, numbers, parts, emit } = options;
  return {
    name,
    targets: [{ name: 'places', shape: [places, numbers], kind: 'values' }],
    parts,
    emit(outputs, { places: target }) {
      const emitted = emit(outputs, target);
      return Object.fromEntries(parts.map((part) => [part, sumOfBatch(emitted[part])]));
    },
  };
}

/** Sums of all examples: [N, 1, 1] → [1, 1, 1], at least 1, as what is divided by. */
export function countOfBatch(counts: Node): Node {
  return atLeastOne(reduceSum(counts, { axes: [0], keepDims: true }));
}

/** A count that one can divide by. */
export const atLeastOne = (count: Node): Node => scaled(relu(scaled(count, 1, -1)), 1, 1);

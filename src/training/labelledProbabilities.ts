import { StriateError, Tensor } from '../tensor/index.js';

/** The class of each example: numbers from 0. */
export type Labels = ArrayLike<number> | Tensor<'int32'>;

/** What a model says of each example: a row of probabilities [N, classes], or [N] those of the second of two classes. */
export type Probabilities = Tensor<'float32'> | readonly ArrayLike<number>[] | ArrayLike<number>;

/** Labels beside probabilities, checked. */
export interface LabelledProbabilities {
  readonly labels: Int32Array;
  /** [count × classes], row by row. */
  readonly probabilities: Float64Array;
  readonly count: number;
  readonly classes: number;
}

/** How far a row of float32 numbers may be from 1 in all. */
const rounding = 1e-3;

/**
 * Labels and probabilities in one form. One probability an example, as a sigmoid gives it, becomes two.
 *
 * @param where what error messages begin with
 * @throws StriateError when they do not fit each other, a label is no class, or rows are no probabilities.
 */
export function labelledProbabilities(
  where: string,
  labels: Labels,
  probabilities: Probabilities,
): LabelledProbabilities {
  const missing = [labels, probabilities].some((given) => typeof given !== 'object' || (given as unknown) === null);
  if (missing) {
    throw new StriateError({
      where,
      rule: 'needs class numbers and, after them, probabilities',
      received: `${typeof labels} and ${typeof probabilities}`,
      advice: `write ${where}(labels, probabilities)`,
    });
  }
  const classOf = labels instanceof Tensor ? labels.data : labels;
  const [count, width, numberAt] = rowsOf(where, probabilities);
  if (classOf.length !== count || count === 0) {
    throw new StriateError({
      where,
      rule: 'needs a label and a row of probabilities for each example',
      received: `${classOf.length} labels and ${count} rows`,
    });
  }
  const classes = Math.max(width, 2);
  const rows = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    let inside = true;
    for (let k = 0; k < width; k++) {
      const value = numberAt(i, k);
      inside &&= value >= -rounding && value <= 1 + rounding;
      sum += rows[i * classes + k + (classes - width)] = value;
    }
    if (width === 1) rows[2 * i] = 1 - sum;
    if (!inside || (width > 1 && !(Math.abs(sum - 1) <= rounding))) {
      throw new StriateError({
        where,
        rule: 'probabilities are numbers from 0 to 1 that add up to 1 for each example',
        received: `${Array.from({ length: Math.min(width, 5) }, (_, k) => numberAt(i, k)).join(', ')}${width > 5 ? ', …' : ''} for example ${i}`,
        advice: 'a model that ends in scores needs a softmax behind it: layers.softmax()',
      });
    }
    const label = classOf[i];
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new StriateError({
        where,
        rule: `labels are class numbers from 0 to ${classes - 1}`,
        received: `${label} for example ${i}`,
      });
    }
  }
  return { labels: Int32Array.from(classOf), probabilities: rows, count, classes };
}

/** How many rows there are, how wide they are, and their numbers. */
function rowsOf(where: string, given: Probabilities): [number, number, (i: number, k: number) => number] {
  if (given instanceof Tensor) {
    const [count, width = 1] = given.shape;
    if (given.shape.length < 1 || given.shape.length > 2) {
      throw new StriateError({
        where,
        rule: 'needs a row of probabilities for each example: [N, classes]',
        received: `[${given.shape.join(', ')}]`,
      });
    }
    return [count, width, (i, k) => given.data[i * width + k]];
  }
  if (isFlat(given)) return [given.length, 1, (i) => given[i]];
  const width = given.length === 0 ? 0 : given[0].length;
  const other = given.findIndex((row) => row.length !== width);
  if (other >= 0) {
    throw new StriateError({
      where,
      rule: `all rows of probabilities must be equally long, ${width} as the first`,
      received: `${given[other].length} for example ${other}`,
    });
  }
  return [given.length, width, (i, k) => given[i][k]];
}

function isFlat(given: readonly ArrayLike<number>[] | ArrayLike<number>): given is ArrayLike<number> {
  return typeof given[0] === 'number';
}

/** The class with the largest probability of an example, the first of equal ones. */
export function likeliest({ probabilities, classes }: LabelledProbabilities, example: number): number {
  let best = 0;
  const first = example * classes;
  for (let k = 1; k < classes; k++) if (probabilities[first + k] > probabilities[first + best]) best = k;
  return best;
}

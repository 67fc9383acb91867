import type { DataSet } from '../data/dataSet.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole, shown } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';
import { distanceNames, nearestRows, type Distance } from './nearestRows.js';
import { isDataSet } from '../fit/fitData.js';

/** Options of `KNearestNeighbors`. */
export interface KNearestNeighborsOptions {
  /** How many neighbours vote; 5 by default. */
  readonly k?: number;
  /** 'l2' by default. */
  readonly distance?: Distance;
}

const accepts = {
  where: 'kNearestNeighbors',
  kinds: { k: 'number', distance: 'string or function' },
} as const satisfies AcceptedOptions<KNearestNeighborsOptions>;

/** The nearest known pictures of each picture, the nearest first. */
export interface Neighbors {
  /** [N, k], places among the pictures that `fit` was given; of equally near ones the earlier comes first. */
  readonly indices: Tensor<'int32'>;
  /** [N, k] */
  readonly distances: Tensor<'float32'>;
}

/**
 * The k-nearest-neighbour classifier: keeps the training pictures, and gives a new one the class that most of its k nearest
 * have; where classes have equally many, the one with the nearest. Data sets are compared as a model sees them (bytes as
 * 0–1), tensors as they are. Distances are computed in float64, and the caller's thread is never held for long.
 *
 * @throws StriateError when k is not a whole number from 1, or there is no distance of that name.
 *
 * @example
 * const classifier = new KNearestNeighbors({ k: 3, distance: 'cosine' });
 * await classifier.fit(train.take(10_000));
 * const { accuracy } = await classifier.evaluate(test.take(1_000));
 */
export class KNearestNeighbors {
  readonly k: number;
  readonly distance: Distance;
  /** The names of the classes, in label order, where a data set gave them. */
  classNames: readonly string[] | undefined;
  private known: { readonly x: Float32Array; readonly y: Int32Array; readonly shape: Shape } | undefined;
  private classes = 0;

  constructor(options: KNearestNeighborsOptions = {}) {
    const { k = 5, distance = 'l2' } = expectOptions(accepts, options);
    if (typeof distance !== 'function' && !distanceNames.includes(distance)) {
      throw new StriateError({
        where: 'kNearestNeighbors',
        rule: `distance must be ${distanceNames.join(', ')}, or a function of two pictures`,
        received: shown(distance),
      });
    }
    this.k = expectWhole('kNearestNeighbors', 'k', k);
    this.distance = distance;
  }

  /** Keeps pictures, x: [N, …], with their class numbers, in place of any known before. */
  fit(x: Tensor, y: Tensor | ArrayLike<number>): Promise<void>;
  fit(data: DataSet): Promise<void>;
  async fit(data: Tensor | DataSet, labels?: Tensor | ArrayLike<number>): Promise<void> {
    const { x, y, shape } = await labelled('fit', data, labels);
    if (y.length < this.k) {
      throw new StriateError({
        where: 'kNearestNeighbors fit',
        rule: `needs at least k = ${this.k} pictures`,
        received: y.length,
        advice: 'give more, or a smaller k',
      });
    }
    this.known = { x, y, shape };
    this.classNames = data instanceof Tensor ? undefined : data.classNames;
    this.classes = this.classNames?.length ?? y.reduce((most, label) => Math.max(most, label), 0) + 1;
  }

  /** The class numbers [N] of pictures. */
  async predict(x: Tensor | DataSet): Promise<Tensor<'int32'>> {
    const { indices } = await this.neighbors(x);
    const { k, known } = this;
    const votes = new Int32Array(this.classes);
    const classes = Int32Array.from({ length: indices.shape[0] }, (_, i) => {
      const labels = Array.from(indices.data.subarray(i * k, (i + 1) * k), (index) => known!.y[index]);
      votes.fill(0);
      for (const label of labels) votes[label]++;
      // The nearest comes first, so it stays where others have only as many votes.
      return labels.reduce((best, label) => (votes[label] > votes[best] ? label : best));
    });
    return new Tensor('int32', [classes.length], classes);
  }

  /** The part of the k votes that each class gets: [N, classes]. */
  async predictProbabilities(x: Tensor | DataSet): Promise<Tensor<'float32'>> {
    const { indices } = await this.neighbors(x);
    const { k, known, classes } = this;
    const shares = new Float32Array(indices.shape[0] * classes);
    indices.data.forEach((index, i) => (shares[Math.floor(i / k) * classes + known!.y[index]] += 1 / k));
    return new Tensor('float32', [indices.shape[0], classes], shares);
  }

  /** The part of the pictures that get their own class. */
  evaluate(x: Tensor, y: Tensor | ArrayLike<number>): Promise<{ accuracy: number }>;
  evaluate(data: DataSet): Promise<{ accuracy: number }>;
  async evaluate(data: Tensor | DataSet, labels?: Tensor | ArrayLike<number>): Promise<{ accuracy: number }> {
    const { x, y, shape } = await labelled('evaluate', data, labels);
    const predicted = await this.predict(new Tensor('float32', [y.length, ...shape], x));
    return { accuracy: predicted.data.reduce((sum, label, i) => sum + Number(label === y[i]), 0) / y.length };
  }

  /** The k nearest known pictures of each picture, and how far away they are. */
  async neighbors(data: Tensor | DataSet): Promise<Neighbors> {
    const { known, k } = this;
    if (!known)
      throw new StriateError({
        where: 'kNearestNeighbors predict',
        rule: 'knows no pictures yet',
        advice: 'call fit first',
      });
    const { x, shape, count } = await pictures('predict', data);
    if (!sameShape(shape, known.shape)) {
      throw new StriateError({
        where: 'kNearestNeighbors predict',
        rule: `the known pictures have shape ${formatShape(known.shape)}`,
        received: formatShape(shape),
      });
    }
    const { distance } = this;
    const { indices, distances } = await nearestRows(x, known.x, { width: sizeOf(shape), k, distance });
    return {
      indices: new Tensor('int32', [count, k], indices),
      distances: new Tensor('float32', [count, k], Float32Array.from(distances)),
    };
  }
}

interface Pictures {
  readonly x: Float32Array;
  readonly shape: Shape;
  readonly count: number;
}

async function labelled(
  where: string,
  data: Tensor | DataSet,
  labels?: Tensor | ArrayLike<number>,
): Promise<Pictures & { readonly y: Int32Array }> {
  if (!(data instanceof Tensor) && isDataSet(data)) {
    const y = new Int32Array(data.size);
    return { ...(await pictures(where, data, y)), y };
  }
  const found = await pictures(where, data);
  const y = Int32Array.from(labels instanceof Tensor ? labels.data : (labels ?? []));
  const bad = y.findIndex((label) => label < 0);
  if (y.length !== found.count || bad >= 0) {
    throw new StriateError({
      where: `kNearestNeighbors ${where}`,
      rule: `needs a class number from 0 for each of the ${found.count} pictures`,
      received: bad >= 0 ? `${y[bad]} for picture ${bad}` : `${y.length} labels`,
    });
  }
  return { ...found, y };
}

/** Pictures as rows of numbers; a data set's labels are written to `y`. */
async function pictures(where: string, data: Tensor | DataSet, y?: Int32Array): Promise<Pictures> {
  if (!(data instanceof Tensor)) {
    const { inputShape: shape, size: count } = data;
    const x = new Float32Array(count * sizeOf(shape));
    await data.fill(
      Int32Array.from({ length: count }, (_, i) => i),
      x,
      y ?? new Int32Array(count),
    );
    return { x: finite(where, x), shape, count };
  }
  const [count, ...shape] = data.shape;
  if (data.shape.length < 2 || data.size === 0) {
    throw new StriateError({
      where: `kNearestNeighbors ${where}`,
      rule: 'x must be pictures [N, …]',
      received: formatShape(data.shape),
    });
  }
  return { x: finite(where, Float32Array.from(data.data)), shape, count };
}

function finite(where: string, x: Float32Array): Float32Array {
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return x;
  throw new StriateError({
    where: `kNearestNeighbors ${where}`,
    rule: 'all numbers must be finite',
    received: `${x[bad]} at ${bad}`,
    advice: 'clean the data',
  });
}

import { formatShape, sameShape, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';

/** A data set as far as statistics need one; `DataSet` is. */
export interface FilledExamples {
  readonly size: number;
  readonly inputShape: Shape;
  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array): void | Promise<void>;
}

/** Examples [N, ...], alone or with what they are to become, which is passed over. */
export type ExampleBatch = Tensor | readonly [Tensor, ...unknown[]];

/** What a layer adapts to: a tensor [N, ...], a data set, or batches one after another. */
export type AdaptData =
  Tensor | FilledExamples | Iterable<ExampleBatch> | AsyncIterable<ExampleBatch> | (() => AdaptData);

/** Examples of a data set that are looked at together. */
const perBatch = 64;

/** The batches of data in any of its forms. */
export async function* batchesOf(data: AdaptData, where: string): AsyncIterable<Tensor> {
  if (data instanceof Tensor) {
    yield data;
    return;
  }
  if (typeof data === 'function') {
    yield* batchesOf(data(), where);
    return;
  }
  if (typeof data === 'object' && data !== null && 'inputShape' in data) {
    for (let start = 0; start < data.size; start += perBatch) {
      const indices = Array.from({ length: Math.min(perBatch, data.size - start) }, (_, i) => start + i);
      const x = new Float32Array(indices.length * sizeOf(data.inputShape));
      await data.fill(indices, x, new Int32Array(indices.length));
      yield new Tensor('float32', [indices.length, ...data.inputShape], x);
    }
    return;
  }
  if (typeof data === 'object' && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data)) {
    for await (const batch of data) {
      const x: unknown = Array.isArray(batch) ? (batch as readonly unknown[])[0] : batch;
      if (!(x instanceof Tensor)) throw notData(where, x);
      yield x;
    }
    return;
  }
  throw notData(where, data);
}

function notData(where: string, received: unknown): StriateError {
  return new StriateError({
    where,
    rule: 'adapts to a tensor [N, ...], a data set, or batches of tensors',
    received: received === null ? 'null' : typeof received,
    advice: 'make a tensor of numbers: tensor([[1, 2], [3, 4]])',
  });
}

/** Mean and variance, divided by n, of all numbers that share their place along some axes; batches are added one by one. */
export class AxisStatistics {
  readonly mean: Float64Array;
  private readonly squares: Float64Array;
  /** For each number of an example its place among the statistics. */
  private readonly places: Int32Array;
  private count = 0;

  /** @param kept the axes whose places are kept apart, without the batch, counted from 0, in their order */
  constructor(
    private readonly shape: Shape,
    kept: readonly number[],
  ) {
    this.places = placesAlong(shape, kept);
    const size = kept.reduce((product, axis) => product * shape[axis], 1);
    this.mean = new Float64Array(size);
    this.squares = new Float64Array(size);
  }

  /** The variances; 0 before the first batch. */
  get variance(): Float64Array {
    return this.squares.map((sum) => sum / Math.max(this.count, 1));
  }

  /** @throws StriateError when the examples have another shape than those before. */
  add(batch: Tensor, where: string): void {
    const { places } = this;
    if (!sameShape(batch.shape.slice(1), this.shape)) {
      throw new StriateError({
        where,
        rule: `adapts to examples ${formatShape(this.shape)}`,
        received: `a batch ${formatShape(batch.shape)}`,
      });
    }
    const { data } = batch;
    const count = (batch.shape[0] * places.length) / this.mean.length;
    if (count === 0) return;
    // Around a mean of its own, so that large numbers far from 0 keep their small differences.
    const mean = new Float64Array(this.mean.length);
    for (let i = 0; i < data.length; i++) mean[places[i % places.length]] += data[i];
    for (let k = 0; k < mean.length; k++) mean[k] /= count;
    const squares = new Float64Array(mean.length);
    for (let i = 0; i < data.length; i++) {
      const place = places[i % places.length];
      squares[place] += (data[i] - mean[place]) ** 2;
    }
    // Chan, Golub & LeVeque: the two parts, and what their means lie apart.
    const total = this.count + count;
    for (let k = 0; k < mean.length; k++) {
      const apart = mean[k] - this.mean[k];
      this.mean[k] += (apart * count) / total;
      this.squares[k] += squares[k] + (apart * apart * this.count * count) / total;
    }
    this.count = total;
  }

  /** Whether nothing was added yet. */
  get isEmpty(): boolean {
    return this.count === 0;
  }
}

/** For each element of a shape, row after row, its position along the kept axes alone. */
function placesAlong(shape: Shape, kept: readonly number[]): Int32Array {
  const steps = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (const axis of [...kept].reverse()) {
    steps[axis] = step;
    step *= shape[axis];
  }
  const places = new Int32Array(sizeOf(shape));
  for (let i = 0; i < places.length; i++) {
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      places[i] += (rest % shape[axis]) * steps[axis];
      rest = Math.floor(rest / shape[axis]);
    }
  }
  return places;
}

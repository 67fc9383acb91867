import { Tensor, type DataSet, type Model } from 'striate';
import { batchOf } from './openData.js';
import { keepFeatures, keptFeatures } from './trainingRuns.js';

/** Pictures that go through the network at once. */
export const atOnce = 16;
/** Pictures whose features are kept together. */
const chunk = 16 * atOnce;

/** Batches that a set is gone through in. */
export function batchesOf({ size }: Pick<DataSet, 'size'>): number {
  return Math.ceil(size / atOnce);
}

/**
 * What a network whose layers stay as they are makes of pictures: each is decoded and goes through it once, and of it only the
 * numbers that the classifier decides by are kept, in memory and in this browser, so that ten thousand photos take some megabytes.
 */
export class FrozenFeatures {
  /** Pictures done. */
  done = 0;
  readonly total: number;
  private readonly width: number;
  private readonly data: Float32Array;
  private readonly labels: Int32Array;
  private coming: ReturnType<typeof batchOf> | undefined;

  /**
   * @param embedding the network up to the vector that its classifier takes
   * @param name what these features are kept by; undefined to keep none
   */
  constructor(
    private readonly embedding: Model,
    private readonly set: DataSet,
    private readonly name: string | undefined,
  ) {
    this.total = set.size;
    this.width = embedding.outputs[0].shape[0];
    this.data = new Float32Array(this.total * this.width);
    this.labels = new Int32Array(this.total);
  }

  /** Takes what this browser has kept of them. */
  async restore(): Promise<void> {
    if (this.name === undefined) return;
    for (const { first, data, labels } of await keptFeatures(this.name)) {
      const isNext = first === this.done && data.length === labels.length * this.width;
      if (!isNext || first + labels.length > this.total) return;
      this.data.set(data, first * this.width);
      this.labels.set(labels, first);
      this.done += labels.length;
    }
  }

  /** Computes those of the next pictures; those behind them are decoded meanwhile. */
  async next(): Promise<void> {
    const { done } = this;
    const filling = this.coming ?? this.filled(done);
    this.coming = undefined;
    const { x, labels } = await filling;
    const end = done + labels.length;
    const running = this.embedding.predict(x, { batchSize: atOnce });
    if (end < this.total) {
      this.coming = this.filled(end);
      // Whoever waits for them hears of it.
      this.coming.catch(() => undefined);
    }
    const { data } = await running;
    this.data.set(data, done * this.width);
    this.labels.set(labels, done);
    this.done = end;
    if (end % chunk === 0 || end === this.total) await this.keep();
  }

  /** All rows, and their classes. */
  get rows(): readonly [x: Tensor<'float32'>, y: Tensor<'int32'>] {
    const { total, width, data, labels } = this;
    return [new Tensor('float32', [total, width], data), new Tensor('int32', [total], labels)];
  }

  private filled(first: number): ReturnType<typeof batchOf> {
    const count = Math.min(atOnce, this.total - first);
    return batchOf(
      this.set,
      Array.from({ length: count }, (_, i) => first + i),
    );
  }

  private async keep(): Promise<void> {
    if (this.name === undefined) return;
    const first = Math.floor((this.done - 1) / chunk) * chunk;
    const data = this.data.slice(first * this.width, this.done * this.width);
    await keepFeatures(this.name, { first, data, labels: this.labels.slice(first, this.done) });
  }
}

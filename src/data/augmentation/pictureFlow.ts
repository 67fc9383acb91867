import { expectWhole } from '../../tensor/check.js';
import { Random, sizeOf, Tensor } from '../../tensor/index.js';
import type { DataPass, DataSet } from '../dataSet.js';

/** A batch of a generator. */
export interface FlowBatch {
  /** [N, H, W, C]. */
  readonly x: Tensor<'float32'>;
  /** [N] class numbers. */
  readonly y: Tensor<'int32'>;
}

/**
 * What `flow` gives: a data set for `fit`, and an endless sequence of batches for loops, in a new order every epoch.
 *
 * @example
 * for await (const { x, y } of generator.flow(train, { batchSize: 9, seed: 1 })) {
 *   console.log(x.shape, y.data);
 *   break; // it would go on for ever
 * }
 */
export class PictureFlow implements DataSet, AsyncIterable<FlowBatch> {
  readonly name: string;
  readonly size: number;
  readonly inputShape: readonly number[];
  readonly classNames: readonly string[];
  readonly ahead?: number;

  constructor(
    private readonly set: DataSet,
    readonly batchSize: number,
    private readonly seed: number,
    private readonly shuffle: boolean,
  ) {
    expectWhole('flow', 'batchSize', batchSize);
    this.name = set.name;
    this.size = set.size;
    this.inputShape = set.inputShape;
    this.classNames = set.classNames;
    if (set.ahead !== undefined) this.ahead = set.ahead;
  }

  fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array, pass?: DataPass): void | Promise<void> {
    return this.set.fill(indices, x, y, pass);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FlowBatch, void, undefined> {
    for (let epoch = 0; ; epoch++) yield* this.batches(epoch);
  }

  /** The batches of one epoch. */
  async *batches(epoch: number): AsyncGenerator<FlowBatch, void, undefined> {
    const order = Int32Array.from({ length: this.size }, (_, i) => i);
    if (this.shuffle) new Random([this.seed, epoch]).shuffle(order);
    const pass = { epoch, seed: this.seed };
    for (let begin = 0; begin < this.size; begin += this.batchSize) {
      const indices = order.subarray(begin, begin + this.batchSize);
      const x = new Float32Array(indices.length * sizeOf(this.inputShape));
      const y = new Int32Array(indices.length);
      await this.set.fill(indices, x, y, pass);
      yield {
        x: new Tensor('float32', [indices.length, ...this.inputShape], x),
        y: new Tensor('int32', [indices.length], y),
      };
    }
  }
}

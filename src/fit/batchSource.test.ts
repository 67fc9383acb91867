import { describe, expect, it } from 'vitest';
import type { DataSet } from '../data/dataSet.js';
import { layers } from '../layers/index.js';
import { IndexedSource } from './batchSource.js';
import { sequential } from '../models/index.js';

/** A set that reads ahead and notes which memory it was asked to fill, and when. */
class WatchedSet implements DataSet {
  readonly inputShape = [8, 8, 3];
  readonly classNames = ['a', 'b'];
  readonly memory = new Set<ArrayBufferLike>();
  readonly beingFilled = new Map<ArrayBufferLike, string>();
  clashes = 0;
  ahead = 2;

  constructor(
    readonly name: string,
    readonly size: number,
    private readonly together?: WatchedSet,
  ) {}

  async fill(indices: ArrayLike<number>, x: Float32Array, y: Int32Array): Promise<void> {
    const watched = this.together ?? this;
    watched.memory.add(x.buffer);
    if (watched.beingFilled.has(x.buffer)) watched.clashes++;
    watched.beingFilled.set(x.buffer, this.name);
    x.fill(indices[0] / this.size);
    for (let i = 0; i < indices.length; i++) y[i] = indices[i] % 2;
    await new Promise((resolve) => setTimeout(resolve, 3));
    watched.beingFilled.delete(x.buffer);
  }
}

function tinyModel(): ReturnType<typeof sequential> {
  const model = sequential([layers.flatten(), layers.dense({ units: 2 })]);
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', engine: 'reference' });
  return model;
}

describe('memory for batches', () => {
  it('is the same for training and validation, in every epoch', async () => {
    const train = new WatchedSet('train', 40);
    const validation = new WatchedSet('validation', 24, train);
    await tinyModel().fit(train, { batchSize: 8, epochs: 3, validationData: validation, verbose: 0 });
    // Two batches under way and one in use.
    expect(train.memory.size).toBe(3);
    expect(train.clashes).toBe(0);
  });

  it('is not given to the validation while a batch of a stopped epoch is still being fetched', async () => {
    const train = new WatchedSet('train', 80);
    const validation = new WatchedSet('validation', 24, train);
    const stop = {
      onTrainBatchEnd: (batch: number, _logs: unknown, training: { stop(): void }) => batch === 1 && training.stop(),
    };
    const callbacks = [
      { onTrainBatchEnd: (...args: Parameters<typeof stop.onTrainBatchEnd>) => void stop.onTrainBatchEnd(...args) },
    ];
    await tinyModel().fit(train, { batchSize: 8, epochs: 2, validationData: validation, verbose: 0, callbacks });
    expect(train.clashes).toBe(0);
    expect(train.beingFilled.size).toBe(0);
  });

  it('can be written by threads where a set reads ahead', async () => {
    const train = new WatchedSet('train', 16);
    await tinyModel().fit(train, { batchSize: 8, verbose: 0 });
    expect([...train.memory].every((memory) => memory instanceof SharedArrayBuffer)).toBe(true);
  });

  it('is held for one batch ahead only where batches are large', () => {
    const examples = {
      size: 100,
      ahead: 2,
      bytes: 12e6,
      allocate: () => ({ size: 1, feeds: {}, weighted: false }),
      fill: () => undefined,
    };
    expect(new IndexedSource(examples, { batchSize: 1 }).ahead).toBe(2);
    expect(new IndexedSource(examples, { batchSize: 2 }).ahead).toBe(1);
    expect(new IndexedSource(examples, { batchSize: 50 }).ahead).toBe(1);
    expect(new IndexedSource({ ...examples, bytes: 12e3 }, { batchSize: 64 }).ahead).toBe(2);
  });
});

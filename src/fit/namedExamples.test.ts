import { describe, expect, it } from 'vitest';
import { Subset } from '../data/derivedSet.js';
import type { DataSet } from '../data/dataSet.js';
import { NormalizedSet } from '../data/normalizedSet.js';
import { input, layers } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import { Random, Tensor, tensor } from '../tensor/index.js';
import { callbacks } from './callbacks/callbacks.js';
import type { Callback } from './callbacks/callback.js';

const count = 12;
const random = new Random([4]);
const pictures = Float32Array.from({ length: count * 12 }, () => random.uniform());
const kinds = Int32Array.from({ length: count }, (_, i) => i % 3);
const sizes = Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(i));

/** Pictures of 2 × 2 with a class and two numbers each. */
function twoTargets(change: Partial<DataSet> = {}): DataSet {
  return {
    name: 'sized',
    size: count,
    inputShape: [2, 2, 3],
    classNames: ['a', 'b', 'c'],
    fill: () => expect.fail('training needs the targets'),
    fillNamedTargets(indices, x, { kind, size }) {
      Array.from(indices, (index, k) => {
        x.set(pictures.subarray(12 * index, 12 * index + 12), 12 * k);
        kind[k] = kinds[index];
        size.set(sizes.subarray(2 * index, 2 * index + 2), 2 * k);
      });
    },
    ...change,
  };
}

function network(): Model {
  const x = input({ shape: [2, 2, 3] });
  const seen = layers.dense({ units: 6, activation: 'tanh' }).apply(layers.flatten().apply(x));
  const kind = layers.dense({ name: 'kind', units: 3 }).apply(seen);
  const net = model({ inputs: x, outputs: [kind, layers.dense({ name: 'size', units: 2 }).apply(seen)], seed: 3 });
  const loss = { kind: 'sparseCategoricalCrossentropy', size: 'meanSquaredError' } as const;
  net.compile({ optimizer: 'adam', loss, metrics: { kind: ['accuracy'] }, engine: 'reference' });
  return net;
}

const x = tensor(pictures, [count, 2, 2, 3]);
const y = { kind: new Tensor('int32', [count], kinds), size: tensor(sizes, [count, 2]) };
const options = { epochs: 2, batchSize: 5, seed: 1, verbose: 0 } as const;

async function weightsOf(net: Model): Promise<number[]> {
  return [...(await net.getWeights())].flatMap(([, { data }]) => [...data]);
}

describe('a data set that fills the targets of several outputs', () => {
  it('trains and tests as tensors do', async () => {
    const [one, other] = [network(), network()];
    const { history } = await one.fit(twoTargets(), { ...options, validationData: twoTargets() });
    const { history: same } = await other.fit(x, y, { ...options, validationData: [x, y] });
    for (const name of ['loss', 'kindLoss', 'sizeLoss', 'kindAccuracy', 'valLoss', 'valKindAccuracy'])
      expect(history[name]).toEqual(same[name]);
    expect(await weightsOf(one)).toEqual(await weightsOf(other));
    expect((await one.evaluate(twoTargets())).sizeLoss).toBe((await other.evaluate(x, y)).sizeLoss);
    // The classes are those of one output alone.
    expect(one.classNames).toBeUndefined();
  });

  it('may be cut and normalized', async () => {
    const net = network();
    const some = new Subset(twoTargets(), [3, 1, 7]);
    const rows = (of: Tensor): Tensor => {
      const row = of.size / count;
      const data = [3, 1, 7].flatMap((i) => [...of.data.subarray(i * row, (i + 1) * row)]);
      const shape = [3, ...of.shape.slice(1)];
      return of.dtype === 'int32' ? new Tensor('int32', shape, Int32Array.from(data)) : tensor(data, shape);
    };
    const targets = { kind: rows(y.kind), size: rows(y.size) };
    expect((await net.evaluate(some)).loss).toBeCloseTo((await net.evaluate(rows(x), targets)).loss, 6);
    const grey = new NormalizedSet(some, { size: [2, 2], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    const moved = rows(x);
    moved.data.forEach((value, i) => (moved.data[i] = 2 * value - 1));
    expect((await net.evaluate(grey)).loss).toBeCloseTo((await net.evaluate(moved, targets)).loss, 5);
  });

  it('is checked', async () => {
    const net = network();
    const filling = (change: (targets: Readonly<Record<string, Float32Array | Int32Array>>) => void): DataSet => {
      const plain = twoTargets();
      return twoTargets({
        async fillNamedTargets(indices, batch, targets, pass) {
          await plain.fillNamedTargets!(indices, batch, targets, pass);
          change(targets);
        },
      });
    };
    await expect(net.evaluate(filling(({ kind }) => void (kind[2] = 3)))).rejects.toThrow(
      /'sized', 'kind': labels must be 0…2; label 3 at example 2/,
    );
    await expect(net.evaluate(filling(({ size }) => void (size[3] = NaN)))).rejects.toThrow(
      /holds NaN for 'size' in example 1/,
    );
    await expect(net.fit(twoTargets(), { ...options, classWeight: [1, 2, 1] })).rejects.toThrow(/targets of its own/);
    await expect(net.fit(twoTargets({ inputShape: [2, 2, 1] }), options)).rejects.toThrow(
      /the model takes \[batch, 2, 2, 3\]; received the data set 'sized' with pictures of \[2, 2, 1\]/,
    );
  });
});

describe('what a callback measures', () => {
  /** How many examples were tested, by the number of tests. */
  const counting = (): Callback => {
    let examples = 0;
    return {
      measured: ['examples', 'top1'],
      onTestBatchEnd: (_batch, _logs, { outputs: [first] }) => void (examples += first.shape[0]),
      onTestEnd: ({ kindAccuracy }) => ({ examples, top1: -kindAccuracy }),
    };
  };

  it('is logged with the validation, and watched by others', async () => {
    const net = network();
    const kept: string[] = [];
    const watching = callbacks.earlyStopping({ monitor: 'valTop1', mode: 'max', patience: 50 });
    const seen: Callback = { onTrainBegin: ({ names }) => void kept.push(...names) };
    const { history } = await net.fit(x, y, {
      ...options,
      validationData: [x, y],
      callbacks: [counting(), watching, seen],
    });
    expect(history.valExamples).toEqual([count, 2 * count]);
    expect(history.valTop1).toEqual(history.valKindAccuracy.map((value) => -value));
    expect(kept).toEqual(expect.arrayContaining(['valLoss', 'valExamples', 'valTop1']));
    expect(await net.evaluate(x, y, { callbacks: [counting()] })).toMatchObject({ examples: count });
    await expect(net.evaluate(x, y, { callbacks: [{ measured: ['auc'], onTestEnd: () => ({}) }] })).rejects.toThrow(
      /onTestEnd must give a number for 'auc'/,
    );
  });

  it('follows every so many epochs, as validation does, and the last', async () => {
    const net = network();
    const early = callbacks.earlyStopping({ monitor: 'valLoss', minDelta: 1e9, patience: 2 });
    const { epochs } = await net.fit(x, y, {
      ...options,
      epochs: 5,
      validationFreq: 2,
      validationData: [x, y],
      callbacks: [counting()],
    });
    expect(epochs.map((epoch) => 'valLoss' in epoch && 'valExamples' in epoch)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    // Patience is of epochs that were tested: the first, at 2, is the best.
    const stopped = await net.fit(x, y, {
      ...options,
      epochs: 20,
      validationFreq: 2,
      validationData: [x, y],
      callbacks: [early],
    });
    expect(stopped.epochs).toHaveLength(6);
  });
});

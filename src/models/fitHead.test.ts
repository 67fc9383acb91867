import { describe, expect, it } from 'vitest';
import type { DataSet } from '../data/dataSet.js';
import { mix } from '../data/augmentation/index.js';
import { layers } from '../layers/index.js';
import { input } from '../layers/input.js';
import { Random, Tensor } from '../tensor/index.js';
import { fitHead, model, newHead, sequential, type Model } from './index.js';

const size = 8;

/** Grey pictures 8×8, bright above for class 0, below for 1, on the left for 2; with noise. */
function pictures(counts: readonly number[], seed = 1): [Tensor<'float32'>, Tensor<'int32'>] {
  const random = new Random([seed]);
  const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
  random.shuffle(labels);
  const x = Float32Array.from({ length: labels.length * size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size) % size, at % size];
    const bright = [row < 4, row >= 4, column < 4][labels[Math.floor(at / (size * size))] % 3];
    return random.uniform() * 0.7 + (bright ? 0.3 : 0);
  });
  return [new Tensor('float32', [labels.length, size, size, 1], x), new Tensor('int32', [labels.length], labels)];
}

function dataSet([x, y]: [Tensor<'float32'>, Tensor<'int32'>], classNames: readonly string[], varies = false): DataSet {
  const row = size * size;
  return {
    name: 'drawn',
    size: y.size,
    inputShape: [size, size, 1],
    classNames,
    varies,
    fill(indices, into, labels, pass) {
      for (let k = 0; k < indices.length; k++) {
        const factor = pass && varies ? 1 + (0.05 * (pass.epoch + 1) * pass.seed) / 10 : 1;
        into.set(
          x.data.subarray(indices[k] * row, (indices[k] + 1) * row).map((v) => v * factor),
          k * row,
        );
        labels[k] = y.data[indices[k]];
      }
    },
  };
}

/** A network of fresh weights, which is a random projection, with a dense classifier. */
function network(units: number, activation: 'linear' | 'softmax' | 'sigmoid' = 'linear'): Model {
  const x = input({ shape: [size, size, 1] });
  const map = layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, activation: 'relu', name: 'first' }).apply(x);
  const vector = layers.dropout({ rate: 0.3 }).apply(layers.flatten().apply(map));
  return model({ inputs: x, outputs: layers.dense({ units, activation, name: 'fc' }).apply(vector), seed: 3 });
}

const quiet = { verbose: 0 } as const;

describe('fitHead', () => {
  it.each([
    [2, 'linear', 'sparseCategoricalCrossentropy', [40, 40]],
    [2, 'softmax', 'sparseCategoricalCrossentropy', [40, 40]],
    [1, 'sigmoid', 'binaryCrossentropy', [40, 40]],
    [1, 'linear', 'binaryCrossentropy', [40, 40]],
    [3, 'softmax', 'sparseCategoricalCrossentropy', [40, 30, 20]],
  ] as const)('solves a classifier of %i units, %s, in a plain model', async (units, activation, loss, counts) => {
    const net = network(units, activation);
    const before = (await net.getWeights()).get('first/kernel')!;
    const [test, labels] = pictures(counts, 2);
    const found = await fitHead(net, pictures(counts), { ...quiet, validationData: [test, labels] });
    expect(found.crossValidated!.accuracy).toBeGreaterThan(0.9);
    expect(found.features).toBe(54);
    expect(found.folds).toBe(5);
    expect(found.penalties.map(({ C }) => C)).toContain(found.C);
    net.compile({ optimizer: 'sgd', loss, metrics: ['accuracy'] });
    // The model in float32 does what the solution on standardized features in float64 does.
    const tested = await net.evaluate(test, labels);
    expect(tested.accuracy).toBeCloseTo(found.validation!.accuracy, 6);
    expect(tested.loss).toBeCloseTo(found.validation!.loss, 4);
    expect(tested.accuracy).toBeGreaterThan(0.9);
    expect((await net.getWeights()).get('first/kernel')!).toEqual(before);
    await net.dispose();
  });

  it('gives the same weights for the same seed, and chooses parts by it', async () => {
    const data = pictures([25, 20, 30]);
    const weights: Float32Array[] = [];
    const losses: number[] = [];
    for (const seed of [1, 1, 2]) {
      const net = network(3);
      const { crossValidated } = await fitHead(net, data, { ...quiet, seed });
      losses.push(crossValidated!.loss);
      weights.push((await net.getWeights()).get('fc/kernel')!.data);
      await net.dispose();
    }
    expect(weights[0]).toEqual(weights[1]);
    expect(losses[0]).toBe(losses[1]);
    expect(losses[2]).not.toBe(losses[0]);
  });

  it('takes one-hot targets, names of classes and preprocessing from data sets, and tells how far it is', async () => {
    const [x, y] = pictures([10, 10]);
    const oneHot = new Tensor(
      'float32',
      [20, 2],
      Float32Array.from({ length: 40 }, (_, i) => +(y.data[i >> 1] === i % 2)),
    );
    const net = network(2);
    const asShares = await fitHead(net, [x, oneHot], quiet);
    const stages: string[] = [];
    const given = dataSet([x, y], ['above', 'below']);
    const asSet = await fitHead(net, given, { ...quiet, batchSize: 7, onProgress: (p) => stages.push(p.stage) });
    expect(asSet.crossValidated!.loss).toBeCloseTo(asShares.crossValidated!.loss, 5);
    expect(net.classNames).toEqual(['above', 'below']);
    expect(stages.slice(0, 4)).toEqual(['features', 'features', 'features', 'penalty']);
    expect(stages.at(-1)).toBe('solving');
    await net.dispose();
  });

  it('counts classes alike where their numbers differ, unless told otherwise', async () => {
    const given = pictures([60, 6]);
    const rare = { balanced: 0, none: 0 };
    const [test, labels] = pictures([1, 60], 7);
    for (const classWeight of ['balanced', 'none'] as const) {
      const net = network(2);
      const found = await fitHead(net, given, { ...quiet, classWeight, C: 1e-4 });
      expect(found.classWeight).toEqual(classWeight === 'none' ? [1, 1] : [66 / 120, 66 / 12]);
      const scores = (await net.predict(test)).data;
      labels.data.forEach((label, i) => (rare[classWeight] += +(label === 1 && scores[2 * i + 1] > scores[2 * i])));
      await net.dispose();
    }
    expect(rare.balanced).toBeGreaterThan(40);
    expect(rare.none).toBeLessThan(10);
    const net = network(2);
    expect((await fitHead(net, given, { ...quiet, classWeight: { 1: 3 }, C: 1 })).classWeight).toEqual([1, 3]);
    await net.dispose();
  });

  it('sees changed views of an augmented data set beside the pictures', async () => {
    const net = network(2);
    const data = dataSet(pictures([12, 12]), ['a', 'b'], true);
    expect((await fitHead(net, data, quiet)).examples).toBe(96);
    expect((await fitHead(net, data, { ...quiet, views: 1 })).examples).toBe(48);
    expect((await fitHead(net, data, { ...quiet, views: 0 })).examples).toBe(24);
    const mixed = mix(dataSet(pictures([12, 12]), ['a', 'b']), { mixUp: 0.2 });
    await expect(fitHead(net, mixed, quiet)).rejects.toThrow(
      /mixes pictures, and a mixed one is of no one class; leave/,
    );
    await net.dispose();
  });

  it('solves what there are few pictures for: one of a class, one of each, fewer than parts', async () => {
    for (const [counts, folds] of [
      [[9, 1, 8], 5],
      [[1, 1, 1], 0],
      [[2, 1, 1], 2],
      [[3, 2, 2], 5],
    ] as const) {
      const net = network(3);
      const found = await fitHead(net, pictures(counts), quiet);
      expect(found.folds, counts.join(' ')).toBe(folds);
      expect(found.crossValidated === undefined).toBe(folds === 0);
      expect(found.training.accuracy, counts.join(' ')).toBe(1);
      expect(await net.hasFiniteWeights()).toBe(true);
      await net.dispose();
    }
  });

  it('bears features that never change', async () => {
    const net = network(2);
    const kernel = (await net.getWeights()).get('first/kernel')!;
    const weights = await net.getWeights();
    // Filter 0 gives zeros, filter 1 its bias everywhere.
    const bias = Float32Array.from({ length: 6 }, (_, k) => (k === 1 ? 0.7 : k === 0 ? -1 : 0));
    const values = kernel.data.map((value, i) => (i % 6 < 2 ? 0 : value));
    weights.set('first/kernel', new Tensor('float32', kernel.shape, values));
    weights.set('first/bias', new Tensor('float32', [6], bias));
    await net.setWeights(weights);
    const found = await fitHead(net, pictures([30, 30]), quiet);
    expect(found.crossValidated!.accuracy).toBeGreaterThan(0.9);
    const fc = (await net.getWeights()).get('fc/kernel')!.data;
    // Feature 0 and 1 of each position are the constant ones.
    for (let at = 0; at < 9; at++) expect([...fc.subarray(at * 12, at * 12 + 4)].map(Math.abs)).toEqual([0, 0, 0, 0]);
    await net.dispose();
  });

  it('refuses features that are no numbers, classes without pictures, and classifiers of another kind', async () => {
    const data = pictures([6, 6]);
    const broken = network(2);
    const bias = broken.topology.weights.find(({ variable }) => variable.name === 'first/bias')!;
    await broken.store.write(bias.variable, new Float32Array(6).fill(NaN));
    const before = (await broken.getWeights()).get('fc/kernel')!;
    await expect(fitHead(broken, data, quiet)).rejects.toThrow(
      /fitHead: feature \d+ of example 0 is NaN; look at the weights/,
    );
    expect((await broken.getWeights()).get('fc/kernel')!).toEqual(before);
    await expect(fitHead(network(3), dataSet(data, ['a', 'b', 'c']), quiet)).rejects.toThrow(
      /the class 'c' has no examples/,
    );
    await expect(fitHead(network(2), pictures([8, 0]), quiet)).rejects.toThrow(/class 1 has no examples/);
    await expect(fitHead(network(2), pictures([4, 4, 4]), quiet)).rejects.toThrow(/label 2 at example/);
    await expect(fitHead(network(2, 'sigmoid'), data, quiet)).rejects.toThrow(
      /received sigmoid behind 2 units; give it/,
    );
    const filters = sequential([
      layers.conv2d({ filters: 2, kernelSize: 1, activation: 'relu', inputShape: [size, size, 1] }),
      layers.globalAveragePooling2d(),
    ]);
    await expect(fitHead(filters, data, quiet)).rejects.toThrow(/received 'conv2d' \(Conv2D\)/);
    // … which a new head makes solvable.
    await expect(fitHead(newHead(filters, { classes: 2 }), data, quiet)).resolves.toHaveProperty('features', 1);
  });

  it('names the option that is wrong', async () => {
    const data = pictures([4, 4]);
    const run = (options: object): Promise<unknown> => fitHead(network(2), data, options);
    await expect(run({ penalty: 1 })).rejects.toThrow(
      /fitHead: there is no option 'penalty'; the options are validationData, C/,
    );
    await expect(run({ C: 0 })).rejects.toThrow(/C must be a number above 0; received 0/);
    await expect(run({ C: [] })).rejects.toThrow(/C must be a number or a list of some/);
    await expect(run({ folds: 1 })).rejects.toThrow(/folds must be a whole number from 2/);
    await expect(run({ classWeight: 'even' })).rejects.toThrow(/classWeight must be balanced or none; received 'even'/);
    await expect(run({ classWeight: { 0: -1 } })).rejects.toThrow(/each classWeight must be a number above 0/);
  });

  it('leaves the model as it was where a signal ends it', async () => {
    const net = network(2);
    const before = await net.getWeights();
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('stopped'));
    const running = fitHead(net, pictures([40, 40]), {
      ...quiet,
      batchSize: 8,
      signal: controller.signal,
      onProgress: stop,
    });
    await expect(running).rejects.toThrow('stopped');
    expect(await net.getWeights()).toEqual(before);
    await net.dispose();
  });
});

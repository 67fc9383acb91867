import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSet } from '../data/dataSet.js';
import { layers } from '../layers/index.js';
import { Random, Tensor } from '../tensor/index.js';
import { input } from '../layers/input.js';
import { optimizers } from '../training/index.js';
import { adapted, fitHead, model, newHead, sequential, type Model } from './index.js';
import { mix } from '../data/augmentation/index.js';

/** Bright or dark pictures of 6×6 with noise, and which they are. */
function pictures(count: number, seed: number): [Tensor<'float32'>, Tensor<'int32'>] {
  const random = new Random([seed]);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const x = new Float32Array(count * 36);
  for (let i = 0; i < x.length; i++) x[i] = random.uniform() * 0.5 + 0.5 * labels[Math.floor(i / 36)];
  return [new Tensor('float32', [count, 6, 6, 1], x), new Tensor('int32', [count], labels)];
}

/** Convolution, normalization, a residual branch, pooling, dropout, five classes. */
function classifier(): Model {
  const x = input({ shape: [6, 6, 1] });
  const first = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'first' }).apply(x);
  const normal = layers.batchNormalization({ name: 'normal' }).apply(first);
  const branch = layers.conv2d({ filters: 4, kernelSize: 1, name: 'branch' }).apply(normal);
  const sum = layers
    .activation({ activation: 'relu', name: 'sum_relu' })
    .apply(layers.add({ name: 'sum' }).apply(normal, branch));
  const vector = layers.dropout({ rate: 0.25 }).apply(layers.globalAveragePooling2d({ name: 'pool' }).apply(sum));
  return model({ inputs: x, outputs: layers.dense({ units: 5, name: 'fc' }).apply(vector), seed: 3 });
}

async function weightsOf(net: Pick<Model, 'getWeights'>): Promise<Record<string, number[]>> {
  return Object.fromEntries([...(await net.getWeights())].map(([name, { data }]) => [name, [...data]]));
}

const compileOptions = { optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;

describe('Model.freeze and unfreeze', () => {
  it('freeze what a value depends on, and unfreeze what depends on it', () => {
    const net = classifier();
    const frozen = (): string[] => net.layers.filter((layer) => !layer.trainable).map((layer) => layer.name);
    net.freeze('branch');
    expect(frozen()).toEqual(['first', 'normal', 'branch']);
    net.freeze();
    expect(frozen()).toEqual(net.layers.map((layer) => layer.name));
    net.unfreeze('branch');
    expect(frozen()).toEqual(['first', 'normal']);
    net.unfreeze(undefined, { batchNormalization: false });
    expect(frozen()).toEqual(['normal']);
    expect(() => net.freeze('sideways')).toThrow(/there is no layer 'sideways'; the layers are first, normal/);
  });

  it('keeps frozen weights and statistics to the bit while the rest is trained', async () => {
    const net = classifier();
    const [x, y] = pictures(20, 1);
    net.freeze('normal');
    net.compile(compileOptions);
    const before = await weightsOf(net);
    await net.fit(x, y, { epochs: 2, verbose: 0 });
    const after = await weightsOf(net);
    const changed = Object.keys(before).filter((name) => before[name].some((value, i) => value !== after[name][i]));
    expect(changed).toEqual(['branch/kernel', 'branch/bias', 'fc/kernel', 'fc/bias']);
    await net.dispose();
  });
});

describe('learningRateFactor', () => {
  it('scales the steps of a layer', async () => {
    const [x, y] = pictures(8, 2);
    const steps: number[] = [];
    for (const factor of [1, 0.25]) {
      const net = sequential({
        layers: [layers.flatten({ inputShape: [6, 6, 1] }), layers.dense({ units: 2, learningRateFactor: factor })],
        seed: 1,
      });
      net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
      const before = (await net.getWeights()).get('dense/kernel')!.data;
      await net.fit(x, y, { batchSize: 8, verbose: 0 });
      const after = (await net.getWeights()).get('dense/kernel')!.data;
      steps.push(after[3] - before[3]);
      await net.dispose();
    }
    expect(steps[0]).not.toBe(0);
    expect(steps[1] / steps[0]).toBeCloseTo(0.25, 4);
  });
});

describe('newHead', () => {
  it('shares the layers before the classifier and names the classes', async () => {
    const old = classifier();
    const made = newHead(old, { classes: ['dark', 'bright'] });
    expect(made.outputShape).toEqual([2]);
    expect(made.classNames).toEqual(['dark', 'bright']);
    expect(made.layers.map((layer) => layer.name)).toEqual([
      'first',
      'normal',
      'branch',
      'sum',
      'sum_relu',
      'pool',
      'dropout',
      'fc',
    ]);
    expect(made.getLayer('first')).toBe(old.getLayer('first'));
    expect(made.embedding.outputShape).toEqual([4]);
    const [x] = pictures(3, 1);
    const [a, b] = [await old.embedding.predict(x), await made.embedding.predict(x)];
    expect(a).toEqual(b);
    await made.dispose();
  });

  it('averages what a classifier of filters takes as a map', () => {
    const net = sequential([
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 3] }),
      layers.dropout({ rate: 0.5 }),
      layers.conv2d({ filters: 10, kernelSize: 1, activation: 'relu' }),
      layers.globalAveragePooling2d(),
    ]);
    const made = newHead(net, { classes: 3 });
    expect(made.layers.map((layer) => layer.className)).toEqual([
      'Conv2D',
      'GlobalAveragePooling2D',
      'Dropout',
      'Dense',
    ]);
    expect(newHead(net, { classes: 3, dropout: 0 }).layers).toHaveLength(3);
  });

  it('puts a classifier on a model that ends with its features', () => {
    const x = input({ shape: [8, 8, 3] });
    const map = layers.conv2d({ filters: 6, kernelSize: 3 }).apply(x);
    const pooled = layers.globalAveragePooling2d().apply(map);
    for (const outputs of [map, pooled]) {
      const base = model({ inputs: x, outputs, features: map, name: 'base' });
      expect(base.embedding.outputShape).toEqual([6]);
      const made = newHead(base, { classes: 3 });
      expect(made.layers.map((layer) => layer.className)).toEqual(['Conv2D', 'GlobalAveragePooling2D', 'Dense']);
      expect(made.layers.at(-1)!.name).toBe('classifier');
    }
  });

  it('says what it cannot replace', () => {
    const flat = sequential([layers.flatten({ inputShape: [2, 2, 1] })]);
    expect(() => newHead(flat, { classes: 2 })).toThrow(/has no layer with a kernel/);
    expect(() => newHead(classifier(), { classes: ['only'] })).toThrow(
      /at least 2 classes, or their names; received 1/,
    );
  });
});

describe('adapted', () => {
  const set = (classNames: readonly string[], inputShape: readonly number[]): DataSet => ({
    name: 'few',
    size: 1,
    inputShape,
    classNames,
    fill: () => undefined,
  });

  it('keeps a classifier of the same classes in any order, and gives a new one for others', async () => {
    const net = classifier();
    net.classNames = ['a', 'b', 'c', 'd', 'E'];
    const same = await adapted(net, set(['e', 'd', 'c', 'b', 'a'], [6, 6, 1]));
    expect(same).toEqual({ model: net, keepsClassifier: true });
    const { model: other, keepsClassifier } = await adapted(net, set(['x', 'y'], [8, 8, 1]), { seed: 7 });
    expect(keepsClassifier).toBe(false);
    expect([other.inputs[0].shape, other.outputShape, other.classNames]).toEqual([[8, 8, 1], [2], ['x', 'y']]);
    const [before, after] = [await weightsOf(net), await weightsOf(other)];
    for (const name of Object.keys(before).filter((one) => !one.startsWith('fc'))) {
      expect(after[name], name).toEqual(before[name]);
    }
    // Half of its classes are enough; fewer are a new task.
    const parts = [await adapted(net, set(['b', 'd', 'c'], [6, 6, 1])), await adapted(net, set(['b', 'd'], [6, 6, 1]))];
    expect(parts.map((part) => part.keepsClassifier)).toEqual([true, false]);
    await expect(adapted(net, set(['x', 'y'], [6, 6, 3]))).rejects.toThrow(/takes pictures of \[6, 6, 1\], 'few' has/);
  });
});

describe('fit with cacheFeatures', () => {
  it('trains as without, to rounding, on tensors with validation and class weights', async () => {
    const [x, y] = pictures(30, 4);
    const results: (readonly Record<string, number | undefined>[])[] = [];
    const weights: Record<string, number[]>[] = [];
    for (const cacheFeatures of [false, true]) {
      const net = newHead(classifier(), { classes: 2, dropout: 0 });
      net.embedding.freeze();
      net.compile({ ...compileOptions });
      const options = { epochs: 4, batchSize: 8, verbose: 0, validationSplit: 0.2, classWeight: [1, 2] } as const;
      const history = await net.fit(x, y, { ...options, cacheFeatures });
      results.push(history.epochs.map(({ seconds: _, ...rest }) => rest));
      weights.push(await weightsOf(net));
      await net.dispose();
    }
    results[0].forEach((epoch, i) => {
      for (const [name, value] of Object.entries(epoch)) expect(results[1][i][name]).toBeCloseTo(value!, 5);
    });
    for (const [name, values] of Object.entries(weights[0])) {
      values.forEach((value, i) => expect(weights[1][name][i]).toBeCloseTo(value, 5));
    }
  });

  it('runs the frozen layers once for each picture', async () => {
    const [x, y] = pictures(12, 5);
    const net = newHead(classifier(), { classes: 2, dropout: 0 });
    net.embedding.freeze();
    net.compile({ ...compileOptions, optimizer: optimizers.adam({ learningRate: 0.05 }) });
    let fetched = 0;
    const data = {
      name: 'counted',
      size: 12,
      inputShape: [6, 6, 1],
      classNames: ['dark', 'bright'],
      fill(indices: ArrayLike<number>, into: Float32Array, labels: Int32Array) {
        fetched += indices.length;
        Array.from(indices, (index, k) => {
          into.set(x.data.subarray(index * 36, (index + 1) * 36), k * 36);
          labels[k] = y.data[index];
        });
      },
    };
    const history = await net.fit(data, { epochs: 30, batchSize: 5, verbose: 0, cacheFeatures: true, seed: 1 });
    expect(fetched).toBe(12);
    expect(history.epochs.at(-1)!.loss).toBeLessThan(history.epochs[0].loss);
    await expect(net.fit({ ...data, varies: true }, { verbose: 0, cacheFeatures: true })).rejects.toThrow(
      /'counted' changes its pictures every epoch, so features cannot be kept/,
    );
    net.unfreeze();
    await expect(net.fit(data, { verbose: 0, cacheFeatures: true })).rejects.toThrow(
      /cacheFeatures needs frozen layers at the beginning/,
    );
    await net.dispose();
  });
});

/** A data set in memory. */
function dataSet(count: number, seed: number, varies = false): DataSet {
  const [x, y] = pictures(count, seed);
  return {
    name: 'noise',
    size: count,
    inputShape: [6, 6, 1],
    classNames: ['dark', 'bright'],
    varies,
    fill(indices, into, labels) {
      Array.from(indices, (index, k) => {
        into.set(x.data.subarray(index * 36, (index + 1) * 36), k * 36);
        labels[k] = y.data[index];
      });
    },
  };
}

describe('Model.fineTune', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  function compiled(): Model {
    const net = newHead(classifier(), { classes: 2, dropout: 0.1 });
    net.compile(compileOptions);
    return net;
  }

  it('trains the classifier first, then everything but normalizations, less the nearer the input', async () => {
    const net = compiled();
    const start = await weightsOf(net);
    const moments: Record<string, number[]>[] = [];
    const history = await net.fineTune(dataSet(16, 1), 2, {
      freezeEpochs: 2,
      learningRate: 0.05,
      batchSize: 4,
      verbose: 0,
      seed: 1,
      callbacks: [
        { onEpochEnd: async (_epoch, _logs, training) => void moments.push(await weightsOf(training.model)) },
      ],
    });
    expect(history.epochs).toHaveLength(4);
    const moved = (name: string, from: Record<string, number[]>, to: Record<string, number[]>): number =>
      Math.max(...from[name].map((value, i) => Math.abs(value - to[name][i])));
    for (const name of Object.keys(start)) {
      if (name.startsWith('fc/')) expect(moved(name, start, moments[1])).toBeGreaterThan(0);
      else expect(moved(name, start, moments[1])).toBe(0);
      if (name.startsWith('normal/')) expect(moved(name, moments[1], moments[3])).toBe(0);
    }
    const first = moved('first/kernel', moments[1], moments[3]);
    expect(first).toBeGreaterThan(0);
    expect(moved('branch/kernel', moments[1], moments[3])).toBeGreaterThan(3 * first);
    expect(net.layers.map((layer) => layer.learningRateFactor)).toEqual(net.layers.map(() => 1));
    await net.dispose();
  });

  // Batches before which training stops: in the frozen phase, at the change of phases, in the second phase.
  it.each([3, 8, 10])('goes on after an interruption at step %i to the same bits', async (stop) => {
    const data = dataSet(16, 2, true);
    const options = { freezeEpochs: 2, batchSize: 4, verbose: 0, seed: 7, learningRate: 0.02 } as const;
    const [whole, broken, resumed] = [compiled(), compiled(), compiled()];
    await whole.fineTune(data, 2, options);
    const path = join(folder, `${stop}.safetensors`);
    const control = new AbortController();
    let steps = 0;
    const stopper = {
      onTrainBatchEnd: () => {
        if (++steps === stop) control.abort();
      },
    };
    const history = await broken.fineTune(data, 2, { ...options, callbacks: [stopper], signal: control.signal });
    expect(history.interrupted).toBe(true);
    await broken.save(path, { optimizer: true });
    const rest = await resumed.fineTune(data, 2, { ...options, resumeFrom: path });
    expect(rest.epochs).toHaveLength(4);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole));
    for (const net of [whole, broken, resumed]) await net.dispose();
  });

  it('goes on from the state in memory, with what the optimizer had gathered', async () => {
    const data = dataSet(16, 2, true);
    const options = { freezeEpochs: 1, batchSize: 4, verbose: 0, seed: 7, learningRate: 0.02 } as const;
    const [whole, broken] = [compiled(), compiled()];
    await whole.fineTune(data, 2, options);
    const control = new AbortController();
    let steps = 0;
    const stopper = {
      onTrainBatchEnd: () => {
        if (++steps === 6) control.abort();
      },
    };
    await broken.fineTune(data, 2, { ...options, callbacks: [stopper], signal: control.signal });
    await broken.fineTune(data, 2, { ...options, resumeFrom: broken.trainingState! });
    expect(await weightsOf(broken)).toEqual(await weightsOf(whole));
    for (const net of [whole, broken]) await net.dispose();
  });

  it('does without kept features where nothing frozen stands before the classifier, or validation varies', async () => {
    const linear = sequential([layers.flatten({ inputShape: [6, 6, 1] }), layers.dense({ units: 2 })]);
    linear.compile(compileOptions);
    const options = { batchSize: 4, verbose: 0, freezeEpochs: 1 } as const;
    expect((await linear.fineTune(dataSet(8, 1), 1, options)).epochs).toHaveLength(2);
    const net = compiled();
    for (const validationData of [dataSet(4, 2, true), () => [pictures(4, 2)]]) {
      expect((await net.fineTune(dataSet(8, 1), 0, { ...options, validationData })).epochs).toHaveLength(1);
    }
    net.embedding.freeze();
    await expect(
      net.fit(dataSet(8, 1), { verbose: 0, cacheFeatures: true, validationData: () => [pictures(4, 2)] }),
    ).rejects.toThrow(/validationData: cacheFeatures needs tensors or a data set; received a generator/);
    await Promise.all([linear.dispose(), net.dispose()]);
  });

  it('begins with a solved classifier, without the pictures held back, where no epochs are asked for it', async () => {
    const [solved, alone] = [compiled(), compiled()];
    const data = dataSet(30, 3);
    const first: DataSet = { ...dataSet(30, 3), size: 24 };
    await fitHead(alone, first, { verbose: 0, seed: 7, classWeight: 'none' });
    const options = { batchSize: 6, verbose: 0, seed: 7, validationSplit: 0.2 } as const;
    expect((await solved.fineTune(data, 0, options)).epochs).toHaveLength(0);
    expect(await weightsOf(solved)).toEqual(await weightsOf(alone));
    const history = await solved.fineTune(data, 2, options);
    expect(history.epochs).toHaveLength(2);
    expect(history.epochs[0].valAccuracy).toBe(1);
    // Mixed pictures have no class of their own: the classifier is solved on those that they are mixed of.
    const mixing = newHead(classifier(), { classes: 2 });
    mixing.compile({ ...compileOptions, loss: 'categoricalCrossentropy' });
    expect((await mixing.fineTune(mix(data, { mixUp: 0.2 }), 1, { ...options })).epochs).toHaveLength(1);
    const stopped = new AbortController();
    stopped.abort();
    expect(await solved.fineTune(data, 1, { ...options, signal: stopped.signal })).toMatchObject({ interrupted: true });
    // Other losses and classifiers are trained by steps as before.
    const squares = compiled();
    squares.compile({ ...compileOptions, loss: 'meanSquaredError', metrics: [] });
    expect((await squares.fineTune(data, 1, options)).epochs).toHaveLength(2);
    for (const net of [solved, alone, mixing, squares]) await net.dispose();
  });

  it('says what it needs', async () => {
    const x = input({ shape: [6, 6, 1] });
    const end = layers.flatten().apply(layers.conv2d({ filters: 2, kernelSize: 3 }).apply(x));
    const headless = model({ inputs: x, outputs: end, features: end });
    headless.compile(compileOptions);
    await expect(headless.fineTune(dataSet(4, 1), 1)).rejects.toThrow(/no classifier to train.*newHead/);
    const bare = newHead(classifier(), { classes: 2 });
    const stream = function* (): Generator<[Tensor, Tensor]> {
      yield pictures(4, 1);
    };
    await expect(bare.fineTune(stream, 1)).rejects.toThrow(/compile the model first/);
    bare.compile(compileOptions);
    await expect(bare.fineTune(stream, 1)).rejects.toThrow(/give stepsPerEpoch/);
    await expect(bare.fineTune(dataSet(4, 1), 1, { from: 'nowhere' })).rejects.toThrow(/there is no layer 'nowhere'/);
    await expect(bare.fineTune(dataSet(4, 1), 1, { lowestFactor: 2 })).rejects.toThrow(
      /lowestFactor must be a number above 0/,
    );
  });
});

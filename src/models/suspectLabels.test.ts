import { describe, expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { input } from '../layers/input.js';
import { Random, Tensor } from '../tensor/index.js';
import { model, suspectLabels, type Model, type SuspectLabelsProgress } from './index.js';

const size = 8;

/** Grey pictures, bright above for class 0, below for 1, on the left for 2, with noise; of some the label is the next class. */
function pictures(counts: readonly number[], wrong: readonly number[] = []): [Tensor<'float32'>, Tensor<'int32'>] {
  const random = new Random([1]);
  const labels = Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
  const x = Float32Array.from({ length: labels.length * size * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size) % size, at % size];
    const bright = [row < 4, row >= 4, column < 4][labels[Math.floor(at / (size * size))]];
    return random.uniform() * 0.7 + (bright ? 0.3 : 0);
  });
  for (const i of wrong) labels[i] = (labels[i] + 1) % counts.length;
  return [new Tensor('float32', [labels.length, size, size, 1], x), new Tensor('int32', [labels.length], labels)];
}

/** A network of fresh weights, which is a random projection, with a dense classifier. */
function network(units: number, activation: 'linear' | 'softmax' | 'sigmoid' = 'softmax'): Model {
  const x = input({ shape: [size, size, 1] });
  const map = layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, activation: 'relu' }).apply(x);
  const vector = layers.flatten().apply(map);
  return model({ inputs: x, outputs: layers.dense({ units, activation, name: 'fc' }).apply(vector), seed: 3 });
}

const quiet = { verbose: 0 } as const;

describe('suspectLabels', () => {
  it.each([
    [3, 'softmax', [60, 50, 40], [3, 17, 70, 111, 130]],
    [2, 'linear', [60, 60], [5, 30, 64, 99]],
    [1, 'sigmoid', [60, 60], [5, 30, 64, 99]],
    [1000, 'linear', [60, 50, 40], [3, 17, 70, 111, 130]],
  ] as const)('finds wrong labels with a classifier of %i units, %s', async (units, activation, counts, wrong) => {
    const net = network(units, activation);
    const before = (await net.getWeights()).get('fc/kernel')!.data.slice();
    const data = pictures(counts, wrong);
    const found = await suspectLabels(net, data, quiet);
    const places = found.issues.map(({ index }) => index);
    for (const i of wrong) expect(places).toContain(i);
    expect(places.length).toBeLessThanOrEqual(wrong.length + 3);
    for (const { index, label, suggested, quality } of found.issues) {
      expect(label).toBe(data[1].data[index]);
      if ((wrong as readonly number[]).includes(index)) expect((suggested + 1) % counts.length).toBe(label);
      expect(quality).toBe(found.quality[index]);
    }
    expect(found.probabilities.shape).toEqual([data[1].size, counts.length]);
    expect(found.folds).toBe(5);
    expect((await net.getWeights()).get('fc/kernel')!.data).toEqual(before);
    await net.dispose();
  });

  it('judges no example by a classifier that has seen it: labels by chance stay chance', async () => {
    const [x] = pictures([60, 60]);
    const random = new Random(4);
    const y = new Tensor(
      'int32',
      [120],
      Int32Array.from({ length: 120 }, () => +(random.uniform() < 0.5)),
    );
    const net = network(2);
    // Weak penalties let a classifier learn its own examples by heart.
    const { probabilities } = await suspectLabels(net, [x, y], { ...quiet, C: 1e3 });
    const right = y.data.filter((label, i) => probabilities.data[2 * i + label] > 0.5).length;
    expect(right).toBeGreaterThan(35);
    expect(right).toBeLessThan(85);
    await net.dispose();
  });

  it('is the same for the same seed, and takes filter, score, folds and C', async () => {
    const data = pictures([40, 40], [4, 50]);
    const net = network(2);
    const first = await suspectLabels(net, data, { ...quiet, seed: 7 });
    expect((await suspectLabels(net, data, { ...quiet, seed: 7 })).quality).toEqual(first.quality);
    expect((await suspectLabels(net, data, { ...quiet, seed: 8 })).quality).not.toEqual(first.quality);
    const stages: SuspectLabelsProgress['stage'][] = [];
    const other = await suspectLabels(net, data, {
      ...quiet,
      folds: 3,
      C: 0.01,
      filterBy: 'predictedNotGiven',
      rankBy: 'normalizedMargin',
      onProgress: ({ stage }) => stages.push(stage),
    });
    expect([other.folds, other.C]).toEqual([3, 0.01]);
    expect(new Set(stages)).toEqual(new Set(['features', 'solving']));
    const rows = other.probabilities.data;
    const predicted = [...data[1].data.keys()].filter((i) => rows[2 * i + data[1].data[i]] < 0.5);
    expect(other.issues.map(({ index }) => index).sort((a, b) => a - b)).toEqual(predicted);
    await net.dispose();
  });

  it('judges no only example of a class, and says so', async () => {
    const net = network(3);
    const found = await suspectLabels(net, pictures([30, 30, 1]), quiet);
    expect(found.unjudged).toEqual([60]);
    expect(found.quality[60]).toBeNaN();
    expect(found.probabilities.data.subarray(180).every(Number.isNaN)).toBe(true);
    expect(found.issues.every(({ index }) => index !== 60)).toBe(true);
    await net.dispose();
  });

  it('refuses what it cannot judge, and stops when told', async () => {
    const net = network(2);
    await expect(suspectLabels(net, pictures([9, 1]), quiet)).rejects.toThrow(/two classes of two examples each/);
    await expect(suspectLabels(net, pictures([9, 9]), { ...quiet, folds: 1 })).rejects.toThrow(/suspectLabels.*folds/s);
    await expect(suspectLabels(net, pictures([9, 9]), { ...quiet, fold: 3 } as never)).rejects.toThrow(/folds/);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(suspectLabels(net, pictures([9, 9]), { ...quiet, signal })).rejects.toThrow('enough');
    await net.dispose();
  });
});

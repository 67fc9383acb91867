import { describe, expect, it } from 'vitest';
import { digits, NormalizedSet, type DataSet } from '../data/index.js';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { toCategorical } from '../data/toCategorical.js';
import type { FitOptions } from './fitOptions.js';

function classifier(loss: 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy' | 'mse', units = 3): Model {
  const model = sequential([layers.dense({ units, inputShape: [2] })]);
  model.compile({ loss, optimizer: 'sgd' });
  return model;
}

const numbers = (count: number): Tensor<'float32'> =>
  new Tensor(
    'float32',
    [count, 2],
    Float32Array.from({ length: 2 * count }, (_, i) => Math.sin(i)),
  );

const sorted = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor((3 * i) / count));

/** The batches of an epoch and the notes of a training on so many examples. */
async function trained(
  count: number,
  options: FitOptions = {},
  labels: readonly number[] | Tensor = sorted(count),
  model = classifier('sparseCategoricalCrossentropy'),
): Promise<{ batches: number; notes: readonly string[] }> {
  let batches = 0;
  const { notes } = await model.fit(numbers(count), labels, {
    verbose: 0,
    callbacks: [
      {
        onTrainBatchEnd: () => {
          batches++;
        },
      },
    ],
    ...options,
  });
  return { batches, notes };
}

describe('steps of small sets', () => {
  it('hold 32 examples, and of fewer than 249 an eighth, from 4, which is told', async () => {
    for (const [count, batch] of [
      [4, 4],
      [12, 4],
      [40, 5],
      [100, 13],
      [248, 31],
      [249, 32],
      [320, 32],
    ]) {
      const { batches, notes } = await trained(count);
      expect(batches, String(count)).toBe(Math.ceil(count / batch));
      const told = notes.some((note) => note.startsWith(`${count} examples are few: a step takes ${batch} of them`));
      expect(told, String(count)).toBe(batch < 32);
    }
  });

  it('hold what is asked for, and a step of all of them is told', async () => {
    expect(await trained(40, { batchSize: 16 })).toEqual({ batches: 3, notes: [] });
    const { batches, notes } = await trained(40, { batchSize: 64 });
    expect(batches).toBe(1);
    expect(notes).toEqual([
      'a step holds all 40 examples, so that an epoch changes the weights once; a smaller batchSize learns faster',
    ]);
    expect((await trained(4, { batchSize: 4 })).notes).toEqual([]);
  });

  it('go by what is left to train on, and by what a data set says', async () => {
    expect((await trained(80, { validationSplit: 0.5 })).batches).toBe(8);
    const { train } = digits({ seed: 1, train: 40, test: 4 });
    const said: DataSet = Object.assign(new NormalizedSet(train, { size: [28, 28], channels: 'grey' }), {
      batchSize: 20,
    });
    const model = sequential([layers.flatten({ inputShape: [28, 28, 1] }), layers.dense(10)]);
    model.compile({ loss: 'sparseCategoricalCrossentropy' });
    let batches = 0;
    await model.fit(said, {
      verbose: 0,
      callbacks: [
        {
          onTrainBatchEnd: () => {
            batches++;
          },
        },
      ],
    });
    expect(batches).toBe(2);
  });

  it('stay what they were where a training goes on', async () => {
    const model = classifier('sparseCategoricalCrossentropy');
    const [x, y] = [numbers(40), sorted(40)];
    await model.fit(x, y, { verbose: 0, batchSize: 32 });
    const { epochs } = await model.fit(x, y, { verbose: 0, epochs: 2, resumeFrom: model.trainingState! });
    expect(epochs).toHaveLength(2);
    expect(model.iterations).toBe(4);
  });
});

describe('validation that says little', () => {
  const split = { batchSize: 8, validationSplit: 0.25 };

  it('of sorted labels is told with its class, and what nothing is learned of', async () => {
    const advice = '; the split takes the last examples, so shuffle sorted ones beforehand, or give validationData';
    expect((await trained(60, split)).notes).toEqual([`the 15 validation examples are all of class 2${advice}`]);
    expect((await trained(60, { ...split, validationSplit: 0.5 })).notes).toEqual([
      `validation has a class that nothing is learned of: 2${advice}`,
    ]);
    const oneHot = toCategorical(sorted(60));
    expect((await trained(60, split, oneHot, classifier('categoricalCrossentropy'))).notes).toEqual([
      `the 15 validation examples are all of class 2${advice}`,
    ]);
    const mixed = Array.from({ length: 60 }, (_, i) => i % 3);
    expect((await trained(60, split, mixed)).notes).toEqual([]);
  });

  it('of data of its own is told, too; where numbers are no classes, nothing is', async () => {
    const [x, y] = [numbers(60), Array.from({ length: 60 }, (_, i) => i % 2)];
    const given = { batchSize: 8, validationData: [numbers(4), [2, 2, 0, 1]] as const };
    expect((await trained(60, given, y)).notes).toEqual(['validation has a class that nothing is learned of: 2']);
    expect((await trained(60, { ...given, validationData: [numbers(3), [1, 1, 1]] }, y)).notes).toEqual([
      'the 3 validation examples are all of class 1',
    ]);
    const regression = classifier('mse', 1);
    const { notes } = await regression.fit(x, sorted(60), { verbose: 0, ...split });
    expect(notes).toEqual([]);
  });

  it('of data sets is told by the names of classes, and where nobody reads notes it is printed before training', async () => {
    const { train } = digits({ seed: 3, train: 60, test: 4 });
    const byClass = train.subset([...Array(60).keys()].sort((a, b) => train.label(a) - train.label(b)));
    const model = sequential([layers.flatten({ inputShape: [28, 28, 1] }), layers.dense(10)]);
    model.compile({ loss: 'sparseCategoricalCrossentropy' });
    const lines: string[] = [];
    const terminal = { interactive: false, columns: 80, write: (text: string) => void lines.push(text) };
    const { callbacks } = await import('./callbacks/callbacks.js');
    const { notes } = await model.fit(byClass, {
      verbose: 0,
      ...split,
      callbacks: [callbacks.progressBar({ terminal })],
    });
    expect(notes[0]).toMatch(/^validation has (a class|classes) that nothing is learned of: .*'9'; the split takes/);
    expect(lines[0]).toBe(`Note: ${notes[0]}.\n`);
  });
});

import { describe, expect, it } from 'vitest';
import { bands } from '../../test/fixtures/tinyModels.js';
import type { DataSet } from '../data/dataSet.js';
import { RelabelledSet } from '../data/derivedSet.js';
import { layers } from '../layers/index.js';
import { sequential, type Sequential } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { classifierObjective } from './modelArgument.js';
import { classProbabilities } from '../classify/probabilities.js';
import { ConfusionCounts } from '../report/confusionCounts.js';
import { testModel } from './testModel.js';

const { x } = bands(6);

const ending = (units: number, activation?: 'softmax' | 'sigmoid'): Sequential => {
  const net = sequential({
    seed: 3,
    layers: [layers.flatten({ inputShape: [6, 6, 1] }), layers.dense({ units, activation })],
  });
  net.useEngine({ engine: 'reference' });
  return net;
};

it.each([1, 3])('scores and probabilities of %i outputs give the same shares', async (units) => {
  const activation = units === 1 ? 'sigmoid' : 'softmax';
  const [rows, expected] = await Promise.all([
    classProbabilities(ending(units), x, 4),
    classProbabilities(ending(units, activation), x, 4),
  ]);
  rows.forEach((row, i) => {
    expect(row).toHaveLength(Math.max(units, 2));
    row.forEach((share, c) => expect(share).toBeCloseTo(expected[i][c], 5));
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });
  if (units > 1) return;
  const { data } = await ending(1, 'sigmoid').predict(x);
  expected.forEach((row, i) => expect(row[1]).toBe(data[i]));
});

it('a model with one output is trained as a yes-or-no question', () => {
  expect(classifierObjective(ending(1, 'sigmoid')).loss).toBe('binaryCrossentropy');
  expect(classifierObjective(ending(2)).loss).toBe('sparseCategoricalCrossentropy');
});

describe('testModel', () => {
  const count = 11;
  const { x: pictures, y: labels } = bands(count, 5);

  /** A set of so many classes, and how often each example was read. */
  const counted = (classes: number): { set: DataSet; reads: number[] } => {
    const reads = new Array<number>(count).fill(0);
    const set: DataSet = {
      name: 'bands',
      size: count,
      inputShape: [6, 6, 1],
      classNames: ['a', 'b', 'c'].slice(0, classes),
      ahead: 2,
      fill: (indices, x, y) => {
        for (let k = 0; k < indices.length; k++) {
          reads[indices[k]]++;
          x.set(pictures.data.subarray(indices[k] * 36, (indices[k] + 1) * 36), k * 36);
          y[k] = labels[indices[k]] % classes;
        }
      },
    };
    return { set, reads };
  };

  it.each([
    [3, 'softmax', 4],
    [3, undefined, 64],
    [1, 'sigmoid', 4],
    [1, undefined, 5],
  ] as const)('finds %i outputs (%s) out in one pass, batches of %i', async (units, activation, batch) => {
    const model = ending(units, activation);
    model.compile({ optimizer: 'sgd', ...classifierObjective(model) });
    const classes = Math.max(units, 2);
    const { set, reads } = counted(classes);
    const turned = [...set.classNames.keys()].reverse();
    const relabelled = new RelabelledSet(set, turned, [...set.classNames].reverse());
    const result = await testModel(model, relabelled, { mistakes: 3, batch });
    expect(reads).toEqual(new Array<number>(count).fill(1));
    const y = Array.from(labels, (label) => turned[label % classes]);
    const target = units === 1 ? new Tensor('float32', [count, 1], Float32Array.from(y)) : Int32Array.from(y);
    const { loss, accuracy } = await model.evaluate(pictures, target);
    expect(result.loss).toBeCloseTo(loss, 6);
    expect(result.accuracy).toBeCloseTo(accuracy, 12);
    const rows = await classProbabilities(model, pictures, count);
    const predicted = rows.map((row) => row.indexOf(Math.max(...row)));
    expect(ConfusionCounts.of(result.confusion).toMatrix()).toEqual(
      turned.map((_, label) =>
        turned.map((__, other) => y.filter((own, i) => own === label && predicted[i] === other).length),
      ),
    );
    const wrong = rows
      .map((row, index) => ({
        index,
        label: y[index],
        predicted: predicted[index],
        probability: row[predicted[index]],
      }))
      .filter((one) => one.label !== one.predicted)
      .sort((a, b) => b.probability - a.probability)
      .slice(0, 3);
    expect(result.mistakes.length).toBe(Math.min(3, count - Math.round(accuracy * count)));
    result.mistakes.forEach((mistake, i) => {
      expect(mistake).toMatchObject({ index: wrong[i].index, label: wrong[i].label, predicted: wrong[i].predicted });
      expect(mistake.probability).toBeCloseTo(wrong[i].probability, 6);
      const { index } = mistake;
      expect([...mistake.picture.values]).toEqual([...pictures.data.subarray(index * 36, (index + 1) * 36)]);
    });
    await model.dispose();
  });

  it('refuses data of another number of classes', async () => {
    const model = ending(3);
    model.compile({ optimizer: 'sgd', ...classifierObjective(model) });
    await expect(testModel(model, counted(2).set, { mistakes: 0, batch: 4 })).rejects.toThrow(
      /3 classes apart.* has 2/,
    );
  });
});

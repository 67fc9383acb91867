import { expect, it } from 'vitest';
import { bands } from '../../test/fixtures/tinyModels.js';
import { layers } from '../layers/index.js';
import { sequential, type Sequential } from '../models/index.js';
import { classifierObjective } from './modelArgument.js';
import { classProbabilities } from './testModel.js';

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

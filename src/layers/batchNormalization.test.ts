import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

/** Two channels with means 2.5 and 20 and population variances 1.25 and 100. */
const x = { shape: [2, 1, 2, 2], values: [1, 10, 2, 10, 3, 30, 4, 30] };
const norm = (value: number, mean: number, variance: number): number => (value - mean) / Math.sqrt(variance + 1e-3);

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 9));
}

describe('BatchNormalization', () => {
  it('has four weights per channel, two of them statistics', () => {
    const layer = layers.batchNormalization();
    layer.buildOnce([[8, 8, 3]], 1);
    expect(layer.weights.map(({ name, variable }) => [name, variable.shape[0], variable.role])).toEqual([
      ['gamma', 3, 'weight'],
      ['beta', 3, 'weight'],
      ['movingMean', 3, 'statistic'],
      ['movingVariance', 3, 'statistic'],
    ]);
  });

  it('takes the batch in training and moves the running statistics', () => {
    const weights = { gamma: [2, 1], beta: [0, 5] };
    const run = runLayer(layers.batchNormalization({ momentum: 0.9 }), [x], { training: true, weights });
    expectClose(
      run.values,
      x.values.map((value, i) => (i % 2 === 0 ? 2 * norm(value, 2.5, 1.25) : norm(value, 20, 100) + 5)),
    );
    expectClose(run.weights.movingMean, [0.25, 2]);
    expectClose(run.weights.movingVariance, [0.9 + 0.125, 0.9 + 10]);
  });

  it('takes the running statistics otherwise', () => {
    const weights = { movingMean: [1, 2], movingVariance: [4, 9] };
    const run = runLayer(layers.batchNormalization(), [x], { weights });
    expectClose(
      run.values,
      x.values.map((value, i) => (i % 2 === 0 ? norm(value, 1, 4) : norm(value, 2, 9))),
    );
    expect(run.weights).toMatchObject(weights);
  });

  it('takes the running statistics in training too, once it is frozen', () => {
    const weights = { movingMean: [1, 2], movingVariance: [4, 9] };
    const layer = layers.batchNormalization({ trainable: false });
    const frozen = runLayer(layer, [x], { training: true, weights });
    expect(frozen.weights).toMatchObject(weights);
    expect(frozen.values).toEqual(runLayer(layer, [x], { weights }).values);
    layer.trainable = true;
    expect(runLayer(layer, [x], { training: true, weights }).weights.movingMean).not.toEqual(weights.movingMean);
  });

  it('can do without scale and center, and with rows instead of pictures', () => {
    const layer = layers.batchNormalization({ scale: false, center: false });
    const run = runLayer(layer, [{ shape: [2, 1], values: [1, 3] }], { training: true });
    expectClose(run.values, [norm(1, 2, 1), norm(3, 2, 1)]);
    expect(Object.keys(run.weights)).toEqual(['movingMean', 'movingVariance']);
  });

  it('puts its name on every operator', () => {
    const run = runLayer(layers.batchNormalization({ name: 'bn' }), [x], { training: true });
    expect(run.operators.every(({ name }) => name === 'bn')).toBe(true);
    expect(run.operators.filter(({ operator }) => operator === 'movingAverage')).toHaveLength(2);
  });

  it('refuses options out of range', () => {
    expect(() => layers.batchNormalization({ momentum: 1.5 })).toThrow(/momentum must be .*received 1\.5/);
    expect(() => layers.batchNormalization({ epsilon: -1 })).toThrow(/epsilon must be .*received -1/);
  });
});

import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

describe('Dense', () => {
  const weights = { kernel: [1, 2, 3, 4, 5, 6], bias: [10, 20] };

  it('multiplies, adds the bias and activates', () => {
    const run = runLayer(layers.dense({ units: 2, name: 'head' }), [{ shape: [2, 3], values: [1, 0, 0, 1, 1, 1] }], {
      weights,
    });
    expect(run.shape).toEqual([2, 2]);
    expect(run.values).toEqual([11, 22, 19, 32]);
    expect(run.operators.map(({ operator }) => operator)).toEqual(['matmul', 'biasAdd']);
  });

  it('goes over the last axis of inputs with more', () => {
    const x = { shape: [1, 2, 2, 3], values: [1, 0, 0, 0, 1, 0, 0, 0, 1, -9, -9, -9] };
    const run = runLayer(layers.dense({ units: 2, activation: 'relu' }), [x], { weights });
    expect(run.shape).toEqual([1, 2, 2, 2]);
    expect(run.values).toEqual([11, 22, 13, 24, 15, 26, 0, 0]);
    expect(run.operators.map(({ operator }) => operator)).toEqual(['reshape', 'matmul', 'biasAdd', 'relu', 'reshape']);
  });

  it('leaves the bias out', () => {
    const layer = layers.dense({ units: 2, useBias: false });
    const run = runLayer(layer, [{ shape: [1, 3], values: [1, 1, 1] }], { weights });
    expect(run.values).toEqual([9, 12]);
    expect(Object.keys(run.weights)).toEqual(['kernel']);
  });

  it('refuses what it cannot do', () => {
    expect(() => layers.dense({ units: 0 })).toThrow(/dense: units must be a whole number from 1; received 0/);
    expect(() => layers.dense({ units: 3, name: 'd' }).outputShape([[]])).toThrow(/dense 'd': needs .*received \[\]/);
    expect(() => layers.dense({ units: 3 }).outputShape([])).toThrow(/takes one input; received none/);
  });
});

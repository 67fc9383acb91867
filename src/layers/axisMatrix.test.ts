import { describe, expect, it } from 'vitest';
import { input } from './input.js';
import { layers } from './layers.js';
import { model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';

describe('AxisMatrix', () => {
  it.each([
    [1, [2, 2, 2]],
    [-1, [2, 3, 2]],
  ] as const)('mixes positions of axis %i', async (axis, shape) => {
    const x = input({ shape: [3, 3] });
    const layer = layers.axisMatrix({ units: 2, axis, name: 'mix' });
    const net = model({
      inputs: [x],
      outputs: [layer.apply(axis === 1 ? layers.slice({ begin: [0, 1], size: [3, 2] }).apply(x) : x)],
    });
    net.useEngine({ engine: 'reference' });
    // The mean of the first two positions, and the last one.
    await net.setWeights(
      new Map([['mix/matrix', new Tensor('float32', [3, 2], Float32Array.of(0.5, 0, 0.5, 0, 0, 1))]]),
    );
    const data = Float32Array.from({ length: 18 }, (_, i) => i);
    const y = await net.predict(new Tensor('float32', [2, 3, 3], data));
    expect(y.shape).toEqual(shape);
    const wanted =
      axis === 1 ? [2.5, 3.5, 7, 8, 11.5, 12.5, 16, 17] : [0.5, 2, 3.5, 5, 6.5, 8, 9.5, 11, 12.5, 14, 15.5, 17];
    expect([...y.data]).toEqual(wanted);
    expect(layer.weights.map(({ variable }) => variable.role)).toEqual(['statistic']);
  });

  it('refuses an axis that is not there', () => {
    expect(() => layers.axisMatrix({ units: 2, axis: 3 }).apply(input({ shape: [3, 3] }))).toThrow(
      /axis must be one of/,
    );
    expect(() => layers.axisMatrix({ units: 0 })).toThrow(/units/);
  });
});

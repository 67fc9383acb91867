import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const x = { shape: [1, 1, 1, 4], values: [1, 2, -3, 4] };

describe('LocalResponseNormalization', () => {
  it('divides by the neighbours’ squares', () => {
    const { values, operators } = runLayer(
      layers.localResponseNormalization({ size: 3, alpha: 0.6, beta: 0.5, bias: 2, name: 'norm' }),
      [x],
    );
    const sums = [1 + 4, 1 + 4 + 9, 4 + 9 + 16, 9 + 16];
    values.forEach((value, i) => expect(value).toBeCloseTo(x.values[i] / Math.sqrt(2 + 0.2 * sums[i]), 12));
    expect(operators).toEqual([{ operator: 'localResponseNormalization', name: 'norm' }]);
  });

  it('has PyTorch’s defaults', () => {
    const layer = layers.localResponseNormalization();
    expect(layer.config()).toEqual({ size: 5, alpha: 1e-4, beta: 0.75, bias: 1 });
    const sums = [1 + 4 + 9, 30, 30, 29];
    runLayer(layer, [x]).values.forEach((value, i) =>
      expect(value).toBeCloseTo(x.values[i] / (1 + 2e-5 * sums[i]) ** 0.75, 12),
    );
  });

  it('refuses options out of range', () => {
    const make = layers.localResponseNormalization;
    expect(() => make({ size: 2.5 })).toThrow(/localResponseNormalization: size must be a whole number.*received 2.5/);
    expect(() => make({ alpha: -1, name: 'n' })).toThrow(/localResponseNormalization 'n': alpha .*received -1/);
    expect(() => make({ bias: 0 })).toThrow(/bias must be a number above 0; received 0/);
  });
});

import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const zeros = { shape: [4, 5000], values: new Array<number>(20_000).fill(0) };

describe('GaussianNoise', () => {
  it('adds noise of the given deviation in training, and nothing otherwise', () => {
    const { values } = runLayer(layers.gaussianNoise({ stddev: 0.3 }), [zeros], { training: true });
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // Five standard errors of 20,000 draws.
    expect(Math.abs(Math.sqrt(variance) / 0.3 - 1)).toBeLessThan(0.025);
    const still = runLayer(layers.gaussianNoise({ stddev: 0.3 }), [{ shape: [1, 2], values: [1, 2] }]);
    expect([still.values, still.operators]).toEqual([[1, 2], []]);
  });

  it('is another in the next step and in another layer, the same when asked again', () => {
    const noise = (name: string, step: number): string =>
      runLayer(layers.gaussianNoise({ stddev: 1, name }), [zeros], { training: true, step }).values.join();
    expect(noise('a', 1)).toBe(noise('a', 1));
    expect(noise('a', 2)).not.toBe(noise('a', 1));
    expect(noise('b', 1)).not.toBe(noise('a', 1));
  });

  it('refuses what is not a standard deviation', () => {
    expect(() => layers.gaussianNoise({ stddev: -1 })).toThrow(/gaussianNoise: stddev must be a number from 0/);
    expect(() => layers.gaussianNoise({ stddev: 1, seed: 0.5 })).toThrow(/seed must be a whole number; received 0\.5/);
  });
});

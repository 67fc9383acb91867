import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const picture = { shape: [1, 3, 4, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };

describe('layers that cut pictures', () => {
  it('take margins, or the middle, of which the larger rest is below and to the right', () => {
    expect(runLayer(layers.cropping2d({ cropping: [1, 0, 0, 2] }), [picture])).toMatchObject({
      shape: [1, 2, 2, 1],
      values: [5, 6, 9, 10],
    });
    expect(runLayer(layers.centerCrop({ height: 2, width: 1 }), [picture])).toMatchObject({
      shape: [1, 2, 1, 1],
      values: [2, 6],
    });
  });

  it('leave something, and refuse pictures that are too small', () => {
    expect(() => layers.cropping2d({ cropping: 2 }).outputShape([[3, 4, 1]])).toThrow(
      /cropping2d: cropping must leave something.*received \[2, 2, 2, 2\] for \[3, 4, 1\]/,
    );
    expect(() => layers.centerCrop({ height: 4, width: 1 }).outputShape([[3, 4, 1]])).toThrow(
      /cuts 4×1 out of pictures that are as large.*put a resizing before it/,
    );
  });
});

describe('Resizing', () => {
  it('puts the centres of pixels onto each other', () => {
    const run = runLayer(layers.resizing({ height: 3, width: 2 }), [picture]);
    expect(run).toMatchObject({ shape: [1, 3, 2, 1], values: [1.5, 3.5, 5.5, 7.5, 9.5, 11.5] });
    const nearest = runLayer(layers.resizing({ height: 1, width: 8, interpolation: 'nearest' }), [picture]);
    expect(nearest.values).toEqual([5, 5, 6, 6, 7, 7, 8, 8]);
  });

  it('puts the outermost centres onto each other where asked, and takes the nearest as PyTorch does', () => {
    const aligned = runLayer(layers.resizing({ height: 3, width: 7, coordinates: 'alignCorners' }), [picture]);
    expect(aligned.values.slice(0, 7)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4]);
    const torch = { interpolation: 'nearest', coordinates: 'asymmetric', rounding: 'floor' } as const;
    const nearest = runLayer(layers.resizing({ height: 2, width: 3, ...torch }), [picture]);
    expect(nearest.values).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it('can keep the proportions', () => {
    const run = runLayer(layers.resizing({ height: 3, width: 3, cropToAspectRatio: true }), [picture]);
    expect(run.values).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 11]);
  });

  it('adds no operator where a picture has the size already', () => {
    expect(runLayer(layers.resizing({ height: 3, width: 4 }), [picture]).operators).toEqual([]);
  });

  it('refuses what it does not know', () => {
    expect(() => layers.resizing({ height: 0, width: 4 })).toThrow(/resizing: height must be .*received 0/);
    expect(() => layers.resizing({ height: 1, width: 4, interpolation: 'area' as 'nearest' })).toThrow(
      /resizing: interpolation must be one of .*bicubic/,
    );
    expect(() =>
      layers.resizing({ height: 1, width: 4, interpolation: 'bicubic', coordinates: 'alignCorners' }),
    ).toThrow(/resizing: 'bicubic' takes pixels to be squares; received coordinates: 'alignCorners'/);
  });
});

describe('GroupNormalization', () => {
  it('brings each group of channels to mean 0 and variance 1', () => {
    const x = { shape: [1, 2, 4], values: [1, 3, 10, 30, 5, 7, 50, 70] };
    const { values } = runLayer(layers.groupNormalization({ groups: 2, epsilon: 0 }), [x]);
    for (const group of [0, 2]) {
      const own = [0, 4].flatMap((position) => [values[position + group], values[position + group + 1]]);
      expect(own.reduce((a, b) => a + b)).toBeCloseTo(0, 10);
      expect(own.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 10);
    }
    const instance = runLayer(layers.groupNormalization({ groups: -1, epsilon: 0 }), [x]);
    expect(instance.values.map(Math.round)).toEqual([-1, -1, -1, -1, 1, 1, 1, 1]);
  });

  it('refuses channels that do not go into groups of one size', () => {
    expect(() => layers.groupNormalization({ groups: 3 }).outputShape([[2, 2, 4]])).toThrow(
      /the channels must go into 3 groups of one size; received \[2, 2, 4\]/,
    );
    expect(() => layers.groupNormalization({ groups: 0 })).toThrow(/groups must be a whole number from 1, or −1/);
  });
});

describe('SpatialDropout2D', () => {
  it('drops whole channels of an example in training alone', () => {
    const x = { shape: [20, 2, 2, 10], values: new Array<number>(800).fill(1) };
    const layer = layers.spatialDropout2d({ rate: 0.25 });
    const { values } = runLayer(layer, [x], { training: true });
    expect(new Set(values)).toEqual(new Set([0, 1 / 0.75]));
    let dropped = 0;
    for (let n = 0; n < 20; n++) {
      for (let c = 0; c < 10; c++) {
        const channel = [0, 1, 2, 3].map((position) => values[(n * 4 + position) * 10 + c]);
        expect(new Set(channel).size).toBe(1);
        dropped += channel[0] === 0 ? 1 : 0;
      }
    }
    // Five standard deviations of a share of 200 draws: 5 · √(0.25 · 0.75 / 200) = 0.15.
    expect(Math.abs(dropped / 200 - 0.25)).toBeLessThan(0.15);
    expect(runLayer(layer, [x]).operators).toEqual([]);
  });
});

describe('Average', () => {
  it('is the mean of inputs, which may stretch', () => {
    const gate = { shape: [1, 1, 1, 1], values: [3] };
    expect(runLayer(layers.average(), [picture, gate]).values.slice(0, 3)).toEqual([2, 2.5, 3]);
  });
});

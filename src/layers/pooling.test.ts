import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const grid = { shape: [1, 3, 3, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] };

describe('MaxPooling2D', () => {
  it('takes 2×2 windows side by side by default', () => {
    expect(layers.maxPooling2d().outputShape([[13, 13, 32]])).toEqual([6, 6, 32]);
    expect(runLayer(layers.maxPooling2d(), [grid]).values).toEqual([5]);
  });

  it.each([
    [{ ceilMode: true }, [5, 6, 8, 9]],
    [{ padding: 'same' as const }, [5, 6, 8, 9]],
    [{ strides: 1 }, [5, 6, 8, 9]],
    [{ poolSize: 3, strides: 2, padding: 1 }, [5, 6, 8, 9]],
    [{ poolSize: [1, 3] as const }, [3, 6, 9]],
  ])('takes the maxima for %j', (options, values) => {
    expect(runLayer(layers.maxPooling2d(options), [grid]).values).toEqual(values);
  });

  it('refuses windows of nothing but padding, and windows that do not fit', () => {
    expect(() => layers.maxPooling2d({ padding: 2 })).toThrow(/padding must be smaller than poolSize \[2, 2\]/);
    expect(() => layers.maxPooling2d({ poolSize: 4, name: 'p' }).outputShape([[3, 3, 8]])).toThrow(
      /maxPooling2d 'p': a 4×4 window does not fit a 3×3 input with valid padding; received input \[3, 3, 8\]; use/,
    );
    expect(() => layers.maxPooling2d({ poolSize: 0 })).toThrow(/poolSize must be/);
  });
});

describe('AveragePooling2D', () => {
  it.each([
    [{}, [3]],
    [{ padding: 'same' as const }, [3, 4.5, 7.5, 9]],
    [{ ceilMode: true }, [3, 4.5, 7.5, 9]],
    [{ strides: 1 }, [3, 4, 6, 7]],
    [{ poolSize: 3, strides: 2, padding: 1 }, [3, 4, 6, 7]],
    [{ poolSize: 3, strides: 2, padding: 1, countPadding: true }, [12 / 9, 16 / 9, 24 / 9, 28 / 9]],
  ])('averages the real elements for %j', (options, values) => {
    const run = runLayer(layers.averagePooling2d(options), [grid]);
    values.forEach((value, i) => expect(run.values[i]).toBeCloseTo(value, 12));
    expect(run.values).toHaveLength(values.length);
  });
});

describe('global pooling', () => {
  const x = { shape: [1, 2, 2, 2], values: [1, 10, 2, 20, 3, 30, 6, 60] };

  it('takes one number per channel', () => {
    expect(runLayer(layers.globalAveragePooling2d(), [x])).toMatchObject({ shape: [1, 2], values: [3, 30] });
    expect(runLayer(layers.globalMaxPooling2d(), [x])).toMatchObject({ shape: [1, 2], values: [6, 60] });
  });

  it('can keep the axes', () => {
    expect(runLayer(layers.globalAveragePooling2d({ keepDims: true }), [x]).shape).toEqual([1, 1, 1, 2]);
    expect(runLayer(layers.globalMaxPooling2d({ keepDims: true }), [x]).shape).toEqual([1, 1, 1, 2]);
  });

  it('wants pictures', () => {
    expect(() => layers.globalAveragePooling2d().outputShape([[10]])).toThrow(/globalAveragePooling2d: needs an input/);
  });
});

it('gives windows for receptive fields', () => {
  const pair = (n: number): number[] => [n, n];
  expect(layers.maxPooling2d({ poolSize: 3, strides: 2 }).window()).toEqual({
    kernel: pair(3),
    strides: pair(2),
    dilation: pair(1),
    padding: 'valid',
  });
  expect(layers.conv2d({ filters: 1, kernelSize: 3, dilationRate: 2 }).window()).toEqual({
    kernel: pair(3),
    strides: pair(1),
    dilation: pair(2),
    padding: 'valid',
  });
  expect(layers.globalMaxPooling2d().window()).toBe('global');
});

import { describe, expect, it } from 'vitest';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const picture = { shape: [1, 2, 3, 1], values: [1, 2, 4, 8, 16, 32] };

describe('UpSampling2D', () => {
  it('repeats pixels, twice each way by default', () => {
    expect(runLayer(layers.upSampling2d(), [picture])).toMatchObject({
      shape: [1, 4, 6, 1],
      values: [
        [1, 1, 2, 2, 4, 4],
        [1, 1, 2, 2, 4, 4],
        [8, 8, 16, 16, 32, 32],
        [8, 8, 16, 16, 32, 32],
      ].flat(),
    });
  });

  it('interpolates as PyTorch without align_corners', () => {
    const run = runLayer(layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }), [picture]);
    expect(run.shape).toEqual([1, 4, 9, 1]);
    // torch.nn.functional.interpolate(x, scale_factor=(2, 3), mode='bilinear')
    const expected = [
      [1, 1, 4 / 3, 5 / 3, 2, 8 / 3, 10 / 3, 4, 4],
      [2.75, 2.75, 11 / 3, 55 / 12, 5.5, 22 / 3, 55 / 6, 11, 11],
      [6.25, 6.25, 25 / 3, 125 / 12, 12.5, 50 / 3, 125 / 6, 25, 25],
      [8, 8, 32 / 3, 40 / 3, 16, 64 / 3, 80 / 3, 32, 32],
    ].flat();
    expected.forEach((value, i) => expect(run.values[i]).toBeCloseTo(value, 12));
  });

  it.each(['bicubic', 'lanczos3', 'lanczos5'] as const)('%s keeps what is the same everywhere', (interpolation) => {
    const even = { shape: [1, 2, 3, 1], values: [5, 5, 5, 5, 5, 5] };
    const run = runLayer(layers.upSampling2d({ size: [2, 3], interpolation }), [even]);
    expect(run.shape).toEqual([1, 4, 9, 1]);
    // The shares are float32.
    run.values.forEach((value) => expect(value).toBeCloseTo(5, 5));
    expect(runLayer(layers.upSampling2d({ size: 1, interpolation }), [even]).operators).toEqual([]);
  });

  it('sees fractions of a pixel', () => {
    expect(layers.upSampling2d({ size: [2, 4] }).window()).toMatchObject({ kernel: [2, 4], strides: [0.5, 0.25] });
    expect(layers.upSampling2d({ size: [2, 1], interpolation: 'bilinear' }).window().kernel).toEqual([4, 1]);
  });

  it('refuses what it does not know', () => {
    expect(() => layers.upSampling2d({ size: 1.5 })).toThrow(/upSampling2d: size must be .*received 1\.5/);
    expect(() => layers.upSampling2d({ interpolation: 'area' as 'bilinear' })).toThrow(
      "upSampling2d: interpolation must be one of nearest, bilinear, bicubic, lanczos3, lanczos5; received 'area'",
    );
    expect(() => layers.upSampling2d().outputShape([[4]])).toThrow(/upSampling2d: needs an input .*received \[4\]/);
  });
});

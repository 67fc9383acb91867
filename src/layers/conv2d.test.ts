import { describe, expect, it } from 'vitest';
import { sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { Layer } from './layer.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const built = <T extends Layer>(layer: T, shape: Shape): T => {
  layer.buildOnce([shape], 1);
  return layer;
};
const parameters = (layer: Layer): number => layer.weights.reduce((sum, { variable }) => sum + variable.size, 0);

describe('Conv2D', () => {
  it('has the textbook shapes and parameter counts (T5)', () => {
    const conv = (filters: number) => layers.conv2d({ filters, kernelSize: 3, activation: 'relu' });
    const stack: readonly (readonly [Layer, Shape, number])[] = [
      [conv(32), [26, 26, 32], 320],
      [layers.maxPooling2d(), [13, 13, 32], 0],
      [conv(64), [11, 11, 64], 18496],
      [layers.maxPooling2d(), [5, 5, 64], 0],
      [conv(64), [3, 3, 64], 36928],
      [layers.flatten(), [576], 0],
      [layers.dense({ units: 64, activation: 'relu' }), [64], 36928],
      [layers.dense({ units: 10, activation: 'softmax' }), [10], 650],
    ];
    let shape: Shape = [28, 28, 1];
    let total = 0;
    for (const [layer, output, count] of stack) {
      built(layer, shape);
      shape = layer.outputShape([shape]);
      expect(shape).toEqual(output);
      expect(parameters(layer)).toBe(count);
      total += count;
    }
    expect(total).toBe(93322);
  });

  it('has 456 parameters for six 5×5×3 filters (T6)', () => {
    const layer = built(layers.conv2d({ filters: 6, kernelSize: 5 }), [32, 32, 3]);
    expect(parameters(layer)).toBe(456);
    expect(layer.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([
      ['kernel', [5, 5, 3, 6]],
      ['bias', [6]],
    ]);
    expect(layers.flatten().outputShape([[32, 32, 3]])).toEqual([3072]);
  });

  it.each([
    [{ padding: 'same' as const, strides: 2 }, [4, 4, 8]],
    [{ padding: 1, strides: 2 }, [4, 4, 8]],
    [
      {
        padding: [
          [1, 0],
          [2, 0],
        ] as const,
      },
      [6, 7, 8],
    ],
    [{ padding: [0, 1, 0, 2] as const }, [6, 7, 8]],
    [{ dilationRate: 2 }, [3, 3, 8]],
    [{ kernelSize: [1, 7] as const }, [7, 1, 8]],
    [{ strides: [2, 1] as const, groups: 2 }, [3, 5, 8]],
  ])('gives the right shape for %j', (options, shape) => {
    const layer = layers.conv2d({ filters: 8, kernelSize: 3, ...options });
    expect(layer.outputShape([[7, 7, 4]])).toEqual(shape);
    const ones = { shape: [1, 7, 7, 4], values: new Array<number>(196).fill(1) };
    expect(runLayer(layer, [ones]).shape).toEqual([1, ...shape]);
  });

  it('adds products, the bias and the activation', () => {
    const x = { shape: [1, 2, 2, 1], values: [1, 2, 3, 4] };
    const layer = layers.conv2d({ filters: 2, kernelSize: 2, activation: 'relu', name: 'stem' });
    const run = runLayer(layer, [x], { weights: { kernel: [1, -1, 0, 0, 0, 0, 1, -1], bias: [0.5, 0.25] } });
    expect(run.values).toEqual([5.5, 0]);
    // One name for all, and bias and activation right behind the product: what the engine fuses.
    expect(run.operators).toEqual([
      { operator: 'conv2d', name: 'stem' },
      { operator: 'biasAdd', name: 'stem' },
      { operator: 'relu', name: 'stem' },
    ]);
  });

  it('keeps groups apart', () => {
    const x = { shape: [1, 1, 1, 4], values: [1, 2, 3, 4] };
    const layer = layers.conv2d({ filters: 2, kernelSize: 1, groups: 2, useBias: false });
    const run = runLayer(layer, [x], { weights: { kernel: [10, 1, 10, 1] } });
    expect(run.values).toEqual([30, 7]);
    expect(layer.weights.map(({ name }) => name)).toEqual(['kernel']);
  });

  it('starts from Glorot uniform values and zero biases, the same for the same seed and name', () => {
    const start = (name: string, seed: number): Float32Array[] => {
      const layer = layers.conv2d({ filters: 16, kernelSize: 3, name });
      layer.buildOnce([[8, 8, 8]], seed);
      return layer.weights.map(({ variable }) => variable.initialize());
    };
    const [kernel, bias] = start('a', 1);
    const limit = Math.sqrt(6 / (9 * (8 + 16)));
    expect(kernel).toHaveLength(sizeOf([3, 3, 8, 16]));
    expect(Math.max(...kernel)).toBeLessThanOrEqual(limit);
    expect(Math.max(...kernel)).toBeGreaterThan(0.95 * limit);
    expect(bias.every((value) => value === 0)).toBe(true);
    expect(start('a', 1)[0]).toEqual(kernel);
    expect(start('b', 1)[0]).not.toEqual(kernel);
    expect(start('a', 2)[0]).not.toEqual(kernel);
  });

  it('says what does not fit', () => {
    const layer = layers.conv2d({ filters: 8, kernelSize: 5, name: 'conv2d_1' });
    expect(() => layer.outputShape([[3, 3, 1]])).toThrow(
      "conv2d 'conv2d_1': a 5×5 kernel does not fit a 3×3 input with valid padding; received input [3, 3, 1]; use",
    );
    expect(() => layer.outputShape([[784]])).toThrow(/conv2d 'conv2d_1': needs .*received \[784\]; put a reshape/);
    expect(() =>
      layer.outputShape([
        [8, 8, 1],
        [8, 8, 1],
      ]),
    ).toThrow(/takes one input/);
    const grouped = layers.conv2d({ filters: 8, kernelSize: 1, groups: 4 });
    expect(() => grouped.outputShape([[3, 3, 6]])).toThrow(/conv2d: input channels must be a multiple of groups, 4/);
  });

  it.each([
    [{ filters: 0 }, /conv2d: filters must be a whole number from 1; received 0/],
    [{ filters: 2.5 }, /received 2\.5/],
    [{ kernelSize: [3, 0] as const }, /kernelSize must be .*received \[3, 0\]/],
    [{ strides: -1 }, /strides must be/],
    [{ padding: -1 }, /padding must be/],
    [{ padding: 'full' as 'same' }, /padding must be 'valid', 'same' or margins; received 'full'/],
    [{ groups: 3 }, /filters must be a multiple of groups; received 8 and 3/],
    [{ activation: 'rleu' as 'relu' }, /received "rleu"; did you mean relu.*use one of linear, relu/],
    [
      { kernelInitializer: 'hNormal' as 'heNormal' },
      /received 'hNormal'; did you mean heNormal.*use one of zeros, .*heNormal/,
    ],
    [{ kernelRegularizer: 'l3' as 'l2' }, /received 'l3'; use one of l1, l2, l1l2/],
  ])('refuses %j', (options, message) => {
    const make = (): unknown => layers.conv2d({ filters: 8, kernelSize: 3, ...options });
    expect(make).toThrow(StriateError);
    expect(make).toThrow(message);
  });

  it('names the missing option when a JavaScript user forgets it', () => {
    expect(() => layers.conv2d({ filters: 8 } as never)).toThrow(/kernelSize must be .*received undefined/);
  });
});

describe('LocallyConnected2D', () => {
  it('has a kernel and a bias at every position', () => {
    const layer = built(layers.locallyConnected2d({ filters: 6, kernelSize: 3, strides: 2 }), [7, 9, 2]);
    expect(layer.outputShape([[7, 9, 2]])).toEqual([3, 4, 6]);
    expect(layer.weights.map(({ variable }) => variable.shape)).toEqual([
      [12, 18, 6],
      [3, 4, 6],
    ]);
  });

  it('multiplies each patch by its own kernel', () => {
    const x = { shape: [1, 1, 3, 1], values: [1, 2, 3] };
    const layer = layers.locallyConnected2d({ filters: 1, kernelSize: [1, 2] });
    expect(runLayer(layer, [x], { weights: { kernel: [1, 1, 10, 100], bias: [0.5, -1] } }).values).toEqual([3.5, 319]);
  });

  it('starts each position as a convolution would start', () => {
    const layer = built(layers.locallyConnected2d({ filters: 4, kernelSize: 3, name: 'local' }), [12, 12, 2]);
    const kernel = layer.weights[0].variable.initialize();
    const limit = Math.sqrt(6 / (9 * (2 + 4)));
    expect(Math.max(...kernel)).toBeGreaterThan(0.99 * limit);
    expect(Math.max(...kernel)).toBeLessThanOrEqual(limit);
    expect(kernel.subarray(0, 72)).not.toEqual(kernel.subarray(72, 144));
  });

  it('says when the kernel does not fit', () => {
    const layer = layers.locallyConnected2d({ filters: 1, kernelSize: 5 });
    expect(() => layer.outputShape([[4, 9, 1]])).toThrow(
      /locallyConnected2d: a 5×5 kernel .*received input \[4, 9, 1\]/,
    );
  });
});

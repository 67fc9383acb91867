import { describe, expect, it } from 'vitest';
import { sizeOf, type Shape } from '../tensor/index.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

/** Whole numbers counted from `start`. */
const count = (shape: Shape, start = 0): { shape: Shape; values: number[] } => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, (_, i) => i + start),
});

const picture = count([1, 4, 3, 2], -7);
const depthwise = count([2, 3, 2, 2], -10).values;
const window = { kernelSize: [2, 3], strides: [2, 1], padding: [0, 1], depthMultiplier: 2 } as const;

describe('DepthwiseConv2D', () => {
  it('convolves every channel by itself, the multiples of one side by side', () => {
    const layer = layers.depthwiseConv2d({ ...window, name: 'features.0' });
    const run = runLayer(layer, [picture], { weights: { kernel: depthwise, bias: [1, 2, 3, 4] } });
    expect(run.shape).toEqual([1, 2, 3, 4]);
    // What PyTorch's conv2d gives with groups = 2 for the same numbers.
    expect(run.values).toEqual(
      [
        [57, 46, 51, 44, 141, 130, 131, 126, 89, 86, 83, 84],
        [153, 190, 243, 284, 141, 202, 275, 342, -7, 38, 83, 132],
      ].flat(),
    );
    expect(run.operators.map(({ operator }) => operator)).toEqual(['reshape', 'conv2d', 'biasAdd']);
    expect(run.operators.every(({ name }) => name === 'features.0')).toBe(true);
  });

  it('has one kernel per channel and multiple, and activates last', () => {
    const layer = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false, activation: 'relu6' });
    expect(layer.outputShape([[5, 7, 8]])).toEqual([5, 7, 8]);
    layer.buildOnce([[5, 7, 8]], 1);
    expect(layer.weights.map(({ name, variable }) => [name, variable.shape])).toEqual([['kernel', [3, 3, 8, 1]]]);
    const high = { shape: [1, 1, 1, 1], values: [9] };
    const weights = { kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] };
    expect(
      runLayer(layers.depthwiseConv2d({ kernelSize: 3, padding: 1, useBias: false, activation: 'relu6' }), [high], {
        weights,
      }).values,
    ).toEqual([6]);
  });

  it('spreads its taps', () => {
    const layer = layers.depthwiseConv2d({ kernelSize: [1, 2], dilationRate: [1, 2], useBias: false });
    const row = { shape: [1, 1, 4, 1], values: [1, 2, 3, 4] };
    expect(runLayer(layer, [row], { weights: { kernel: [10, 1] } }).values).toEqual([13, 24]);
  });

  it('says what does not fit', () => {
    expect(() => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 0 })).toThrow(
      'depthwiseConv2d: depthMultiplier must be a whole number from 1; received 0',
    );
    expect(() => layers.depthwiseConv2d({ kernelSize: 5, name: 'd' }).outputShape([[3, 3, 8]])).toThrow(
      "depthwiseConv2d 'd': a 5×5 kernel does not fit a 3×3 input with valid padding; received input [3, 3, 8]",
    );
  });
});

describe('SeparableConv2D', () => {
  it('mixes the channels of a depthwise convolution', () => {
    const layer = layers.separableConv2d({ ...window, filters: 3 });
    const weights = { depthwiseKernel: depthwise, pointwiseKernel: count([4, 3], -6).values, bias: [1, -1, 0.5] };
    const run = runLayer(layer, [picture], { weights });
    expect(run.shape).toEqual([1, 2, 3, 3]);
    // PyTorch's grouped convolution and a product with the pointwise kernel.
    expect(run.values).toEqual(
      [
        [-347, -161, 28.5, -857, -341, 178.5, -539, -209, 124.5],
        [-635, 223, 1084.5, -425, 523, 1474.5, 325, 559, 796.5],
      ].flat(),
    );
  });

  it('has Keras’s weights, with a regularizer for each', () => {
    const layer = layers.separableConv2d({
      filters: 16,
      kernelSize: 3,
      padding: 'same',
      strides: 2,
      depthMultiplier: 2,
      depthwiseRegularizer: 'l1',
      pointwiseRegularizer: 'l2',
    });
    expect(layer.outputShape([[9, 9, 4]])).toEqual([5, 5, 16]);
    layer.buildOnce([[9, 9, 4]], 1);
    expect(
      layer.weights.map(({ name, variable, regularizer }) => [name, variable.shape, regularizer?.className]),
    ).toEqual([
      ['depthwiseKernel', [3, 3, 4, 2], 'L1'],
      ['pointwiseKernel', [1, 1, 8, 16], 'L2'],
      ['bias', [16], undefined],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { applyOperator, valueOf } from '../ops/applyOperator.js';
import { conv2dInputGradient } from '../ops/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const count = (shape: Shape, start = 0): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => i + start);
const picture = { shape: [1, 2, 3, 2], values: count([2, 3, 2]) };
/** [3, 2, 2 filters, 2 channels]. */
const kernel = count([3, 2, 2, 2], -5);
const common = { filters: 2, kernelSize: [3, 2] } as const;

describe('Conv2DTranspose', () => {
  it.each([
    ['valid', {}, [15, 15, 4]],
    ['same', {}, [14, 14, 4]],
    ['same', { kernelSize: 4 }, [14, 14, 4]],
    ['same', { kernelSize: 2, strides: 3 }, [21, 21, 4]],
    ['valid', { kernelSize: 2, strides: 3 }, [21, 21, 4]],
    ['valid', { outputPadding: 1 }, [16, 16, 4]],
    ['same', { outputPadding: [0, 1] as const }, [13, 14, 4]],
    ['valid', { strides: 1, dilationRate: [2, 1] as const }, [11, 9, 4]],
    [1, {}, [13, 13, 4]],
    [1, { kernelSize: 4 }, [14, 14, 4]],
  ] as const)('gives Keras’s (or PyTorch’s) size with padding %j and %j', (padding, options, shape) => {
    const layer = layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding, ...options });
    expect(layer.outputShape([[7, 7, 3]])).toEqual(shape);
    expect(runLayer(layer, [{ shape: [1, 7, 7, 3], values: count([7, 7, 3]) }]).shape).toEqual([1, ...shape]);
    expect(layer.weights.map(({ variable }) => variable.shape)).toEqual([[...layer.kernelSize, 4, 3], [4]]);
  });

  it('adds every pixel’s multiple of the kernel; same padding cuts the odd column on the right', () => {
    const row = { shape: [1, 1, 2, 1], values: [1, 2] };
    const of = (padding: 'same' | 'valid', strides: number): readonly number[] =>
      runLayer(layers.conv2dTranspose({ filters: 1, kernelSize: [1, 3], strides: [1, strides], padding }), [row], {
        weights: { kernel: [1, 10, 100], bias: [0] },
      }).values;
    expect(of('valid', 1)).toEqual([1, 12, 120, 200]);
    expect(of('same', 1)).toEqual([12, 120]);
    expect(of('valid', 2)).toEqual([1, 10, 102, 20, 200]);
    expect(of('same', 2)).toEqual([1, 10, 102, 20]);
    expect(of('valid', 4)).toEqual([1, 10, 100, 0, 2, 20, 200, 0]);
  });

  it('is the gradient of the convolution with the same padding, as TensorFlow defines it', () => {
    for (const [kernelSize, strides] of [
      [3, 2],
      [4, 2],
      [5, 3],
      [2, 1],
    ] as const) {
      const x = count([3, 4, 1]);
      const weights = { kernel: count([kernelSize, kernelSize, 1, 1], -3), bias: [0] };
      const layer = layers.conv2dTranspose({ filters: 1, kernelSize, strides, padding: 'same' });
      const expected = applyOperator(
        conv2dInputGradient,
        [valueOf(x, [1, 3, 4, 1]), valueOf(weights.kernel, [kernelSize, kernelSize, 1, 1])],
        {
          strides: [strides, strides],
          padding: 'same',
          dilation: [1, 1],
          groups: 1,
          shape: [1, 3 * strides, 4 * strides, 1],
        },
      );
      const run = runLayer(layer, [{ shape: [1, 3, 4, 1], values: x }], { weights });
      expect(run.values).toEqual([...expected.data]);
    }
  });

  it('gives PyTorch’s numbers with margins, output padding and dilation', () => {
    const run = (options: object): readonly number[] =>
      runLayer(layers.conv2dTranspose({ ...common, ...options }), [picture], { weights: { kernel, bias: [0.5, -1] } })
        .values;
    // torch.nn.functional.conv_transpose2d of the same numbers.
    expect(run({ strides: 2, padding: 1 })).toEqual(
      [
        [8.5, 9, 18.5, 27, 38.5, 47, 32.5, 49],
        [10.5, 37, -17.5, 25, 70.5, 113, 10.5, 69],
        [98.5, 123, 60.5, 93, 128.5, 161, 74.5, 115],
      ].flat(),
    );
    expect(run({ strides: [2, 3], padding: [1, 0], outputPadding: [1, 2] })).toEqual(
      [
        [4.5, 5, 8.5, 9, 0.5, -1, 18.5, 27, 38.5, 47, 0.5, -1, 32.5, 49, 68.5, 85, 0.5, -1, 0.5, -1],
        [-45.5, -19, 10.5, 37, 0.5, -1, -17.5, 25, 70.5, 113, 0.5, -1, 10.5, 69, 130.5, 189, 0.5, -1, 0.5, -1],
        [46.5, 71, 98.5, 123, 0.5, -1, 60.5, 93, 128.5, 161, 0.5, -1, 74.5, 115, 158.5, 199, 0.5, -1, 0.5, -1],
        [150.5, 175, 202.5, 227, 0.5, -1, 196.5, 229, 264.5, 297, 0.5, -1, 242.5, 283, 326.5, 367, 0.5, -1, 0.5, -1],
      ].flat(),
    );
    expect(run({ strides: [1, 2], dilationRate: 2 }).slice(0, 14)).toEqual([
      -3.5, -3, 0.5, -1, -21.5, -11, 0.5, -1, -41.5, -15, 0.5, -1, -3.5, 13,
    ]);
  });

  it('says what cannot be', () => {
    const make = (options: object) => layers.conv2dTranspose({ filters: 1, kernelSize: 3, ...options });
    expect(() => make({ outputPadding: 1 })).toThrow(
      'conv2dTranspose: outputPadding must be a whole number from 0, smaller than the strides [1, 1], or two of them ' +
        '[height, width]; received 1',
    );
    expect(() => make({ padding: 2, name: 'up' }).outputShape([[2, 2, 1]])).toThrow(
      "conv2dTranspose 'up': padding [2, 2, 2, 2] leaves nothing of the output; received input [2, 2, 1]; use",
    );
  });
});

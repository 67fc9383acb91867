import type { Reference } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import type { AveragePool2dAttributes } from './averagePool2d.js';
import { poolWindow, type Pool2dAttributes } from './poolWindow.js';

/**
 * Visits every window of a pooling: the flat position of its output, those of the real input elements it sees (row by
 * row), and its extent, which counts the elements of the padding too but nothing beyond.
 */
function visitWindows(
  x: Shape,
  attributes: Pool2dAttributes,
  visit: (y: number, xs: readonly number[], extent: number) => void,
): void {
  const { kernel, strides, margins, output } = poolWindow({ shape: x, dtype: 'float32' }, attributes, 'pool2d');
  const [batch, height, width, channels] = x;
  const [top, bottom, left, right] = margins;
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < output[0]; oh++)
      for (let ow = 0; ow < output[1]; ow++)
        for (let c = 0; c < channels; c++) {
          const firstRow = oh * strides[0] - top;
          const firstColumn = ow * strides[1] - left;
          const rowEnd = Math.min(firstRow + kernel[0], height + bottom);
          const columnEnd = Math.min(firstColumn + kernel[1], width + right);
          const xs: number[] = [];
          for (let h = Math.max(firstRow, 0); h < Math.min(rowEnd, height); h++)
            for (let w = Math.max(firstColumn, 0); w < Math.min(columnEnd, width); w++)
              xs.push(((n * height + h) * width + w) * channels + c);
          const y = ((n * output[0] + oh) * output[1] + ow) * channels + c;
          visit(y, xs, (rowEnd - firstRow) * (columnEnd - firstColumn));
        }
}

export const averagePool2dReference: Reference<AveragePool2dAttributes> = ([x], attributes, y) => {
  visitWindows(x.shape, attributes, (yi, xs, extent) => {
    const sum = xs.reduce((total, xi) => total + x.data[xi], 0);
    y.data[yi] = sum / (attributes.countPadding ? extent : xs.length);
  });
};

export const averagePool2dGradientReference: Reference<AveragePool2dAttributes & { readonly shape: Shape }> = (
  [dy],
  attributes,
  dx,
) => {
  visitWindows(attributes.shape, attributes, (yi, xs, extent) => {
    const share = dy.data[yi] / (attributes.countPadding ? extent : xs.length);
    for (const xi of xs) dx.data[xi] += share;
  });
};

export const maxPool2dReference: Reference<Pool2dAttributes> = ([x], attributes, y) => {
  visitWindows(x.shape, attributes, (yi, xs) => (y.data[yi] = x.data[firstMaximum(x.data, xs)]));
};

export const maxPool2dGradientReference: Reference<Pool2dAttributes> = ([dy, x], attributes, dx) => {
  visitWindows(x.shape, attributes, (yi, xs) => (dx.data[firstMaximum(x.data, xs)] += dy.data[yi]));
};

function firstMaximum(data: Float64Array, positions: readonly number[]): number {
  return positions.reduce((best, position) => (data[position] > data[best] ? position : best));
}

import type { Reference, Type } from '../graph/index.js';
import { localResponseWindow, type LocalResponseNormalizationAttributes } from './localResponseNormalization.js';

const channelsOf = (shape: Type['shape']): number => shape[shape.length - 1];

/** bias + alpha / size · Σ x² over each element's window. */
function denominatorsOf(
  x: Float64Array,
  channels: number,
  { size, alpha, bias }: LocalResponseNormalizationAttributes,
): Float64Array {
  const squares = x.map((value) => value * value);
  return windowSums(squares, channels, ...localResponseWindow(size)).map((sum) => bias + (alpha / size) * sum);
}

/** For each element, the sum over the channels from `before` before it to `after` behind it, as far as there are any. */
function windowSums(values: Float64Array, channels: number, before: number, after: number): Float64Array {
  return values.map((_, i) => {
    const channel = i % channels;
    const end = i + Math.min(after, channels - 1 - channel);
    let sum = 0;
    for (let j = i - Math.min(before, channel); j <= end; j++) sum += values[j];
    return sum;
  });
}

export const localResponseNormalizationReference: Reference<LocalResponseNormalizationAttributes> = (
  [x],
  attributes,
  y,
) => {
  const denominators = denominatorsOf(x.data, channelsOf(x.shape), attributes);
  x.data.forEach((value, i) => (y.data[i] = value * denominators[i] ** -attributes.beta));
};

export const localResponseNormalizationGradientReference: Reference<LocalResponseNormalizationAttributes> = (
  [dy, x],
  attributes,
  dx,
) => {
  const { size, alpha, beta } = attributes;
  const channels = channelsOf(x.shape);
  const denominators = denominatorsOf(x.data, channels, attributes);
  const [before, after] = localResponseWindow(size);
  const terms = x.data.map((value, i) => dy.data[i] * value * denominators[i] ** (-beta - 1));
  // Channel c lies in the windows of those from `after` before it to `before` behind it.
  const sums = windowSums(terms, channels, after, before);
  x.data.forEach((value, i) => {
    dx.data[i] = dy.data[i] * denominators[i] ** -beta - ((2 * alpha * beta) / size) * value * sums[i];
  });
};

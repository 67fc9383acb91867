import type { Place } from '../../address/parameters.js';
import { digitsOf, formatNumber, type NumberFormat } from '../../parts/formatNumber.js';
import { pixel, type StudioPicture } from '../../pictures/picture.js';
import type { WindowSettings } from './geometry.js';
import type { Kernel } from './kernels.js';

/** What one channel of the window gives: row by row, with zeros where the window lies in the padding. */
export interface ChannelSum {
  readonly window: readonly number[];
  readonly weights: readonly number[];
  readonly products: readonly number[];
  readonly sum: number;
}

/** How a cell of the map came about. */
export interface CellSum {
  readonly channels: readonly ChannelSum[];
  readonly bias: number;
  /** Of all channels, and the bias. */
  readonly total: number;
  /** Cells that a match is divided by; 1 where the sum counts as it is. */
  readonly divisor: number;
  /** What stands in the map, before the activation. */
  readonly value: number;
}

/** The kernel's slices for a picture: its own, or one that all channels share. */
export function slicesFor(kernel: Kernel, channels: number): readonly (readonly number[])[] {
  return Array.from({ length: channels }, (_, c) => kernel.slices[kernel.slices.length === 1 ? 0 : c]);
}

/** The sum that a kernel makes at a cell of the map. */
export function cellSum(
  picture: StudioPicture,
  kernel: Kernel,
  [row, column]: Place,
  settings: Omit<WindowSettings, 'size'>,
  isMatch: boolean,
): CellSum {
  const { size } = kernel;
  const { stride, padding, dilation } = settings;
  const channels = slicesFor(kernel, picture.channels).map((weights, channel) => {
    const window = weights.map((_, i) => {
      const y = row * stride - padding + Math.floor(i / size) * dilation;
      const x = column * stride - padding + (i % size) * dilation;
      const isInside = y >= 0 && x >= 0 && y < picture.height && x < picture.width;
      return isInside ? pixel(picture, y, x, channel) : 0;
    });
    const products = window.map((value, i) => value * weights[i]);
    return { window, weights, products, sum: products.reduce((a, b) => a + b, 0) };
  });
  const total = channels.reduce((sum, channel) => sum + channel.sum, kernel.bias);
  const divisor = isMatch ? size * size * picture.channels : 1;
  return { channels, bias: kernel.bias, total, divisor, value: total / divisor };
}

/** The most products of a channel that are written out. */
const mostTerms = 12;

/** The numbers of a sum as they are read, a negative one in brackets behind a sign. */
export function asTerm(value: number, format: NumberFormat): string {
  const text = formatNumber(value, format);
  return text.startsWith('−') ? `(${text})` : text;
}

/**
 * A channel's sum as a line: `156·0 + 155·1 + … `. Products of zero are left out where there are many, and of the others the
 * largest are kept.
 *
 * @returns the terms, and how many are not among them
 */
export function termsOf({ window, weights, products }: ChannelSum): { readonly text: string; readonly more: number } {
  const pixels = { digits: digitsOf(window) };
  const factors = { digits: digitsOf(weights) };
  const all = window.map((value, i) => ({
    i,
    said: `${i === 0 ? formatNumber(value, pixels) : asTerm(value, pixels)}·${asTerm(weights[i], factors)}`,
  }));
  if (all.length <= mostTerms) return { text: all.map(({ said }) => said).join(' + '), more: 0 };
  const counted = all.filter(({ i }) => products[i] !== 0);
  const kept = counted
    .toSorted((a, b) => Math.abs(products[b.i]) - Math.abs(products[a.i]))
    .slice(0, mostTerms)
    .sort((a, b) => a.i - b.i);
  return { text: kept.map(({ said }) => said).join(' + '), more: counted.length - kept.length };
}

/** The sums of all channels and the bias, with what they come to: `308 + (−498) + 164 + 1 = −25`. */
export function totalLine({ channels, bias, total }: CellSum): string {
  const parts = [...channels.map(({ sum }) => sum), ...(bias === 0 ? [] : [bias])];
  const format = { digits: digitsOf([...parts, total]) };
  const terms = parts.map((part, i) => (i === 0 ? formatNumber(part, format) : asTerm(part, format)));
  return `${terms.join(' + ')} = ${formatNumber(total, format)}`;
}

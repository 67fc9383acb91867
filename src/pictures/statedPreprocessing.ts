import { StriateError } from '../tensor/index.js';
import type { Preprocessing } from './preprocessing.js';

/**
 * How pictures must be prepared for the weights of a file, where its metadata says so: `mean` and `std` (`0.485,0.456,0.406`)
 * and `input` (`RGB 0-255, 227x227 bilinear`). Means and deviations above 1, or a range to 255, are of values from 0 to 255.
 * A stated size is what the whole picture is brought to. What the metadata leaves out is the architecture's.
 *
 * @throws StriateError when a mean or deviation is no list of numbers.
 */
export function statedPreprocessing(
  usual: Preprocessing,
  metadata: Readonly<Record<string, string>>,
  file = 'weights',
): Preprocessing {
  const { input = '' } = metadata;
  const stated = { mean: numbers(metadata, 'mean', file), std: numbers(metadata, 'std', file) };
  const bytes = /\b0\s*(-|–|to|\.\.)\s*255\b/.test(input) || [stated.mean, stated.std].flat().some((n) => n && n > 1);
  const scale = bytes ? 255 : 1;
  const scaled = (values: readonly number[] | undefined): readonly number[] | undefined =>
    values?.map((value) => value / scale);
  const size = /(\d+)\s*[x×]\s*(\d+)/.exec(input);
  const order = /\b(RGB|BGR|grey|gray)\b/i.exec(input)?.[1].toUpperCase();
  const interpolation = /\b(nearest|bilinear|bicubic)\b/i.exec(input)?.[1].toLowerCase();
  const orders = { RGB: 'RGB', BGR: 'BGR', GREY: 'grey', GRAY: 'grey' } as const;
  return {
    ...usual,
    mean: scaled(stated.mean) ?? usual.mean,
    // A range to 255 without a deviation means values that stay as large as they are.
    std: scaled(stated.std) ?? (bytes ? usual.std.map(() => 1 / 255) : usual.std),
    ...(size && { size: [Number(size[1]), Number(size[2])] as const, fit: 'stretch' as const }),
    ...(order && { channels: orders[order as keyof typeof orders] }),
    ...(interpolation && { interpolation: interpolation as Preprocessing['interpolation'] }),
  };
}

function numbers(metadata: Readonly<Record<string, string>>, key: string, file: string): number[] | undefined {
  const text = metadata[key];
  if (text === undefined) return undefined;
  const values = text
    .replace(/[[\]()]/g, '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  if (values.length > 0 && values.every((value) => Number.isFinite(value) && (key === 'mean' || value > 0))) {
    return values;
  }
  throw new StriateError({
    where: file,
    rule: `its metadata says ${key} '${text}'`,
    advice: 'it must be numbers with commas between them',
  });
}

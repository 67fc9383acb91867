import { StriateError } from '../tensor/index.js';

/** How bytes become what a model takes: (byte · scale − mean) / std, channel by channel. */
export interface Normalization {
  /** 1/255 by default: values from 0 to 1. */
  readonly scale?: number;
  /** Subtracted after scaling, a number per channel of the output; 0 by default. */
  readonly mean?: readonly number[];
  /** Divided by afterwards, a number per channel of the output; 1 by default. */
  readonly std?: readonly number[];
  /** 'RGB' by default; mean and std are in this order, too. */
  readonly order?: 'RGB' | 'BGR';
}

/** Normalization with every value filled in: number = byte · factor[c] + shift[c] for output channel c. */
export interface ChannelScale {
  /** Which channel of the pixels an output channel comes from. */
  readonly from: readonly number[];
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/**
 * The affine map of each output channel.
 *
 * @throws StriateError when mean or std do not have a number for each channel, or a std is 0.
 */
export function channelScale(normalization: Normalization, channels: number): ChannelScale {
  const { scale = 1 / 255, order = 'RGB' } = normalization;
  const mean = perChannel('mean', normalization.mean, channels, 0);
  const std = perChannel('std', normalization.std, channels, 1);
  if (std.some((value) => !(Math.abs(value) > 0))) {
    throw new StriateError({ where: 'normalization', rule: 'std must not be 0', received: `[${std.join(', ')}]` });
  }
  const turned = order === 'BGR' && channels === 3;
  return {
    from: Array.from({ length: channels }, (_, c) => (turned ? channels - 1 - c : c)),
    factor: std.map((value) => scale / value),
    shift: std.map((value, c) => -mean[c] / value),
  };
}

/** What each byte becomes, channel after channel: a table of channels × 256 numbers. */
export function byteTable(normalization: Normalization, channels: number): Float32Array {
  const { scale = 1 / 255 } = normalization;
  const mean = perChannel('mean', normalization.mean, channels, 0);
  const std = perChannel('std', normalization.std, channels, 1);
  const table = new Float32Array(channels * 256);
  // 0–1 must be byte / 255 to the last bit, as everywhere else.
  const scaled = (byte: number): number => (normalization.scale === undefined ? byte / 255 : byte * scale);
  for (let c = 0; c < channels; c++) {
    for (let byte = 0; byte < 256; byte++) table[c * 256 + byte] = (scaled(byte) - mean[c]) / std[c];
  }
  return table;
}

/** One number per channel; a single number counts for all. */
function perChannel(
  name: string,
  values: readonly number[] | undefined,
  channels: number,
  missing: number,
): readonly number[] {
  if (values === undefined) return Array<number>(channels).fill(missing);
  if (values.length === 1) return Array<number>(channels).fill(values[0]);
  if (values.length === channels && values.every(Number.isFinite)) return values;
  throw new StriateError({
    where: 'normalization',
    rule: `${name} needs one number for each of ${channels} channels`,
    received: `[${values.join(', ')}]`,
  });
}

import { StriateError } from '../tensor/index.js';

/** How bytes become a model's input: (byte · scale − mean) / std, channel by channel. */
export interface PictureNormalization {
  /** 1/255 by default: values from 0 to 1. */
  readonly scale?: number;
  /** Subtracted after scaling, a number per channel of the output; 0 by default. */
  readonly mean?: readonly number[];
  /** Divided by afterwards, a number per channel of the output; 1 by default. */
  readonly std?: readonly number[];
  /** 'RGB' by default; mean and std are in this order, too. */
  readonly order?: 'RGB' | 'BGR';
}

/** A factor and a term to add: value · factor + shift. */
export interface Affine {
  readonly factor: number;
  readonly shift: number;
}

const unchanged: Affine = { factor: 1, shift: 0 };

/**
 * (value · scale − mean) / std, in the model's channel order: turns pictures into a model's input, wherever they come
 * from.
 *
 * @throws StriateError when mean or std do not have a number for each channel, or a std is 0.
 */
export class Normalizer {
  private readonly mean: readonly number[];
  private readonly std: readonly number[];
  /** Which channel of the picture an output channel comes from. */
  private readonly from: readonly number[];
  /** The same as one multiplication and one addition, for numbers that are not bytes. */
  private readonly factor: readonly number[];
  private readonly shift: readonly number[];
  /** The lookup table of each channel; created with the first bytes. */
  private table: Float32Array | undefined;

  constructor(
    private readonly normalization: PictureNormalization,
    readonly channels: number,
  ) {
    this.mean = perChannel('mean', normalization.mean, channels, 0);
    this.std = perChannel('std', normalization.std, channels, 1);
    if (this.std.some((value) => !(Math.abs(value) > 0))) {
      const received = `[${this.std.join(', ')}]`;
      throw new StriateError({ where: 'normalization', rule: 'std must not be 0', received });
    }
    const { scale = 1 / 255 } = normalization;
    this.factor = this.std.map((value) => scale / value);
    this.shift = this.std.map((value, c) => -this.mean[c] / value);
    const reversed = normalization.order === 'BGR' && channels === 3;
    this.from = Array.from({ length: channels }, (_, c) => (reversed ? channels - 1 - c : c));
  }

  /** Writes a picture's bytes (interleaved channels) as numbers into `out` from `offset` on. */
  bytes(data: ArrayLike<number>, length: number, out: Float32Array, offset: number): void {
    const table = (this.table ??= this.byteTable());
    const { channels } = this;
    for (let c = 0; c < channels; c++) {
      const base = c * 256;
      for (let at = c, from = this.from[c]; at < length; at += channels, from += channels) {
        out[offset + at] = table[base + data[from]];
      }
    }
  }

  /**
   * Changes numbers on the scale of bytes in place, from `begin` to `end`.
   *
   * @param before applied to every number first
   */
  numbers(values: Float32Array, begin: number, end: number, before = unchanged): void {
    const { channels, from, factor, shift } = this;
    const pixel = new Float64Array(channels);
    for (let at = begin; at < end; at += channels) {
      for (let c = 0; c < channels; c++) pixel[c] = values[at + c] * before.factor + before.shift;
      for (let c = 0; c < channels; c++) values[at + c] = pixel[from[c]] * factor[c] + shift[c];
    }
  }

  private byteTable(): Float32Array {
    const { scale } = this.normalization;
    const { channels, mean, std } = this;
    const table = new Float32Array(channels * 256);
    // 0–1 must be byte / 255 to the last bit, as everywhere else.
    const scaled = (byte: number): number => (scale === undefined ? byte / 255 : byte * scale);
    for (let c = 0; c < channels; c++) {
      for (let byte = 0; byte < 256; byte++) table[c * 256 + byte] = (scaled(byte) - mean[c]) / std[c];
    }
    return table;
  }
}

/** One number per channel; a single number applies to all. */
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

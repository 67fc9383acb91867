import { ColourMatrix } from './colourMatrix.js';

/** The luma weights of red, green and blue (ITU-R BT.601). */
const luma = [0.2989, 0.587, 0.114] as const;

/**
 * Changes of colour on one picture in place, values 0–255, with torchvision's formulas. Linear changes (brightness,
 * contrast, saturation, stretching) are accumulated and applied in one pass, before any other change or at the end; values
 * are clipped to 0–255 only then, not in between. Pictures that do not have three channels have no hue or saturation.
 */
export class ColourPass {
  private data: Float32Array = new Float32Array(0);
  private begin = 0;
  private end = 0;
  private height = 0;
  private width = 0;
  private matrix = new ColourMatrix(3);
  private copy = new Float32Array(0);

  /** Opens the picture in `data` at `offset`. */
  open(data: Float32Array, offset: number, height: number, width: number, channels: number): this {
    this.data = data;
    this.begin = offset;
    this.end = offset + height * width * channels;
    this.height = height;
    this.width = width;
    if (this.matrix.channels === channels) this.matrix.reset();
    else this.matrix = new ColourMatrix(channels);
    return this;
  }

  /** Applies pending changes, and multiplies values by `gain`. */
  close(gain = 1): void {
    const { data, begin, end } = this;
    if (!this.matrix.empty) this.matrix.apply(data, begin, end, gain);
    else if (gain !== 1) for (let at = begin; at < end; at++) data[at] *= gain;
  }

  brightness(factor: number): void {
    this.matrix.thenScale(factor, 0);
  }

  /** Towards or away from the mean of the grey picture. */
  contrast(factor: number): void {
    const { channels } = this.matrix;
    const means = this.matrix.of(this.means());
    const weights: readonly number[] = channels === 3 ? luma : means.map(() => 1 / channels);
    const grey = weights.reduce((sum, weight, c) => sum + weight * means[c], 0);
    this.matrix.thenScale(factor, (1 - factor) * grey);
  }

  /** Towards or away from grey. */
  saturation(factor: number): void {
    if (this.matrix.channels === 3) this.matrix.thenBlendWithGrey(factor, luma);
  }

  /** Stretches every channel to 0–255; a constant channel is unchanged. */
  autoContrast(): void {
    this.close();
    const { data, begin, end } = this;
    const { channels } = this.matrix;
    const factors = Array<number>(channels).fill(1);
    const shifts = Array<number>(channels).fill(0);
    for (let c = 0; c < channels; c++) {
      let low = Infinity;
      let high = -Infinity;
      for (let at = begin + c; at < end; at += channels) {
        const value = data[at];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      // Rounding noise that resampling leaves in a constant channel must not be amplified.
      if (high - low < 0.5) continue;
      factors[c] = 255 / (high - low);
      shifts[c] = -low * factors[c];
    }
    this.matrix.thenScale(factors, shifts);
  }

  /** Rotates the hue (of hue, saturation, value) by a number of turns. */
  hue(turns: number): void {
    if (this.matrix.channels !== 3) return;
    this.close();
    const { data, begin, end } = this;
    for (let at = begin; at < end; at += 3) {
      const red = data[at];
      const green = data[at + 1];
      const blue = data[at + 2];
      const value = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
      const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
      const chroma = value - least;
      if (chroma === 0) continue;
      let sector: number;
      if (value === red) sector = (green - blue) / chroma;
      else if (value === green) sector = 2 + (blue - red) / chroma;
      else sector = 4 + (red - green) / chroma;
      sector += 6 * turns;
      data[at] = value - chroma * share(sector + 5);
      data[at + 1] = value - chroma * share(sector + 3);
      data[at + 2] = value - chroma * share(sector + 1);
    }
  }

  /**
   * Towards (below 1) or away from (above 1) a 3×3 blur whose centre has five times the weight; border pixels are
   * unchanged.
   */
  sharpness(factor: number): void {
    this.close();
    const { data, begin, height, width } = this;
    const { channels } = this.matrix;
    if (height < 3 || width < 3) return;
    const size = this.end - begin;
    if (this.copy.length < size) this.copy = new Float32Array(size);
    const { copy } = this;
    copy.set(data.subarray(begin, this.end));
    const line = width * channels;
    const blur = (1 - factor) / 13;
    for (let y = 1; y < height - 1; y++) {
      for (let at = y * line + channels; at < (y + 1) * line - channels; at++) {
        const up = at - line;
        const down = at + line;
        const around =
          copy[up - channels] +
          copy[up] +
          copy[up + channels] +
          copy[at - channels] +
          copy[at + channels] +
          (copy[down - channels] + copy[down] + copy[down + channels]);
        const value = factor * copy[at] + blur * (around + 5 * copy[at]);
        data[begin + at] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }

  /** Keeps this many bits of each value. */
  posterize(bits: number): void {
    this.lookUp([posterizeTable(bits)]);
  }

  /** Inverts values from the threshold on. */
  solarize(threshold: number): void {
    this.lookUp([solarizeTable(threshold)]);
  }

  /** Equalizes each channel's histogram. */
  equalize(): void {
    this.close();
    this.lookUp(equalizeTables(this.data.subarray(this.begin, this.end), this.matrix.channels));
  }

  private lookUp(tables: readonly Float32Array[]): void {
    this.close();
    const { data, begin, end } = this;
    const { channels } = this.matrix;
    for (let c = 0; c < channels; c++) {
      const table = tables[c % tables.length];
      for (let at = begin + c; at < end; at += channels) {
        const byte = (data[at] + 0.5) | 0;
        data[at] = table[byte < 0 ? 0 : byte > 255 ? 255 : byte];
      }
    }
  }

  /** Each channel's mean, before pending changes. */
  private means(): number[] {
    const { data, begin, end } = this;
    const { channels } = this.matrix;
    const sums = Array<number>(channels).fill(0);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let at = begin + c; at < end; at += channels) sum += data[at];
      sums[c] = sum;
    }
    return sums.map((sum) => (sum * channels) / (end - begin));
  }
}

/** How much of the chroma a channel lacks, at a hue in sixths of a turn. */
function share(place: number): number {
  const k = place - 6 * Math.floor(place / 6);
  const least = k < 4 - k ? k : 4 - k;
  return least < 0 ? 0 : least > 1 ? 1 : least;
}

/** The lookup table of posterize. */
function posterizeTable(bits: number): Float32Array {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  return Float32Array.from({ length: 256 }, (_, byte) => byte & mask);
}

/** The lookup table of solarize. */
function solarizeTable(threshold: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => (byte >= threshold ? 255 - byte : byte));
}

/**
 * The lookup table of each channel that equalizes its histogram, as in Pillow and torchvision: pixels of the brightest
 * value do not count, and a channel that consists of almost nothing else is unchanged.
 *
 * @param data pixels with interleaved channels, values 0–255
 */
function equalizeTables(data: Float32Array, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, c) => {
    const counts = new Uint32Array(256);
    for (let at = c; at < data.length; at += channels) {
      const byte = (data[at] + 0.5) | 0;
      counts[byte < 0 ? 0 : byte > 255 ? 255 : byte]++;
    }
    const brightest = counts.findLastIndex((count) => count > 0);
    const step = Math.floor((data.length / channels - counts[brightest]) / 255);
    let below = Math.floor(step / 2);
    return Float32Array.from(counts, (count, byte) => {
      if (step === 0) return byte;
      const value = Math.min(255, Math.floor(below / step));
      below += count;
      return value;
    });
  });
}

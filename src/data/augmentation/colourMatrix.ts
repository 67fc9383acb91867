/** Linear changes of colour, accumulated in one matrix and offset so that they take one pass over the pixels. */
export class ColourMatrix {
  private matrix: number[] = [];
  private offset: number[] = [];
  private changed = false;

  constructor(readonly channels: number) {
    this.reset();
  }

  /** Whether it is the identity. */
  get empty(): boolean {
    return !this.changed;
  }

  /** The transformed colour. */
  of(colour: readonly number[]): number[] {
    return this.offset.map((offset, c) =>
      colour.reduce((sum, v, k) => sum + this.matrix[c * this.channels + k] * v, offset),
    );
  }

  /** Appends value · factor + shift in each channel. */
  thenScale(factor: number | readonly number[], shift: number | readonly number[]): void {
    const { channels } = this;
    const at = (values: number | readonly number[], c: number): number =>
      typeof values === 'number' ? values : values[c];
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < channels; k++) this.matrix[c * channels + k] *= at(factor, c);
      this.offset[c] = this.offset[c] * at(factor, c) + at(shift, c);
    }
    this.changed = true;
  }

  /** Appends factor · colour + (1 − factor) · grey, where `weights` define the grey. */
  thenBlendWithGrey(factor: number, weights: readonly number[]): void {
    const { channels } = this;
    const greyOf = (column: (c: number) => number): number =>
      weights.reduce((sum, weight, c) => sum + weight * column(c), 0);
    const grey = weights.map((_, k) => greyOf((c) => this.matrix[c * channels + k]));
    const greyOffset = greyOf((c) => this.offset[c]);
    this.thenScale(factor, (1 - factor) * greyOffset);
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < channels; k++) this.matrix[c * channels + k] += (1 - factor) * grey[k];
    }
  }

  /** Transforms a picture in place, clips values to 0–255, multiplies them by `gain`, and resets the matrix. */
  apply(data: Float32Array, begin: number, end: number, gain = 1): void {
    const { channels } = this;
    const matrix = this.matrix.map((value) => value * gain);
    const offset = this.offset.map((value) => value * gain);
    const white = 255 * gain;
    if (channels === 3) {
      const [a, b, c, d, e, f, g, h, i] = matrix;
      const [o, p, q] = offset;
      for (let at = begin; at < end; at += 3) {
        const red = data[at];
        const green = data[at + 1];
        const blue = data[at + 2];
        const x = a * red + b * green + c * blue + o;
        const y = d * red + e * green + f * blue + p;
        const z = g * red + h * green + i * blue + q;
        data[at] = x < 0 ? 0 : x > white ? white : x;
        data[at + 1] = y < 0 ? 0 : y > white ? white : y;
        data[at + 2] = z < 0 ? 0 : z > white ? white : z;
      }
    } else {
      const colour = new Float64Array(channels);
      for (let at = begin; at < end; at += channels) {
        for (let c = 0; c < channels; c++) {
          let sum = offset[c];
          for (let k = 0; k < channels; k++) sum += matrix[c * channels + k] * data[at + k];
          colour[c] = sum;
        }
        for (let c = 0; c < channels; c++) data[at + c] = colour[c] < 0 ? 0 : colour[c] > white ? white : colour[c];
      }
    }
    this.reset();
  }

  /** Resets the matrix to the identity. */
  reset(): void {
    const { channels } = this;
    this.matrix = Array.from({ length: channels * channels }, (_, at) => Number(at % (channels + 1) === 0));
    this.offset = Array<number>(channels).fill(0);
    this.changed = false;
  }
}

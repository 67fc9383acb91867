/** Adam (Kingma & Ba 2015), upwards, on the host: patterns are few numbers and live for one ascent only. */
export class AdamAscent {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private step = 0;

  constructor(
    readonly values: Float32Array,
    private readonly learningRate: number,
  ) {
    this.mean = new Float32Array(values.length);
    this.square = new Float32Array(values.length);
  }

  /** One step along gradients of the values. */
  climb(gradient: Float32Array): void {
    const { values, mean, square } = this;
    this.step++;
    const rate = (this.learningRate * Math.sqrt(1 - 0.999 ** this.step)) / (1 - 0.9 ** this.step);
    for (let i = 0; i < values.length; i++) {
      const slope = gradient[i];
      mean[i] += 0.1 * (slope - mean[i]);
      square[i] += 0.001 * (slope * slope - square[i]);
      values[i] += (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-12);
    }
  }
}

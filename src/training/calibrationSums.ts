/** The examples that a model is about equally sure of. */
export interface CalibrationBin {
  /** Their confidences are above `from` and at most `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Their mean confidence; NaN where there are none. */
  readonly confidence: number;
  /** The share of them that is right; NaN where there are none. */
  readonly accuracy: number;
}

/** How far a model's probabilities may be believed. */
export interface Calibration {
  /** A reliability diagram's bins. */
  readonly bins: readonly CalibrationBin[];
  /** By how much confidence and accuracy differ, in the mean of all examples. */
  readonly expectedCalibrationError: number;
  /** By how much they differ in the worst bin. */
  readonly maximumCalibrationError: number;
  /** The mean over the examples of the squared distance between probabilities and truth, over all classes: 0 to 2. */
  readonly brierScore: number;
  /** The mean of the largest probability. */
  readonly confidence: number;
  readonly accuracy: number;
}

/** What a calibration is computed from, an example after another. */
export class CalibrationSums {
  private readonly bins: { count: number; confidence: number; right: number }[];
  private squares = 0;

  constructor(bins: number) {
    this.bins = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, right: 0 }));
  }

  /** Takes an example: what it was given for each class, and the right one. */
  add(probabilities: ArrayLike<number>, label: number): void {
    let predicted = 0;
    for (let k = 0; k < probabilities.length; k++) {
      if (probabilities[k] > probabilities[predicted]) predicted = k;
      this.squares += (probabilities[k] - (k === label ? 1 : 0)) ** 2;
    }
    const confidence = probabilities[predicted];
    const { length } = this.bins;
    const bin = this.bins[Math.min(Math.max(Math.ceil(confidence * length) - 1, 0), length - 1)];
    bin.count++;
    bin.confidence += confidence;
    if (predicted === label) bin.right++;
  }

  /** The calibration of all examples so far. */
  result(): Calibration {
    const { length } = this.bins;
    const total = (of: (bin: CalibrationSums['bins'][number]) => number): number =>
      this.bins.reduce((sum, bin) => sum + of(bin), 0);
    const gap = (bin: CalibrationSums['bins'][number]): number => Math.abs(bin.confidence - bin.right);
    const count = total((bin) => bin.count);
    return {
      bins: this.bins.map((bin, i) => ({
        from: i / length,
        to: (i + 1) / length,
        count: bin.count,
        confidence: bin.confidence / bin.count,
        accuracy: bin.right / bin.count,
      })),
      expectedCalibrationError: total(gap) / count,
      maximumCalibrationError: Math.max(...this.bins.map((bin) => (bin.count === 0 ? 0 : gap(bin) / bin.count))),
      brierScore: this.squares / count,
      confidence: total((bin) => bin.confidence) / count,
      accuracy: total((bin) => bin.right) / count,
    };
  }
}

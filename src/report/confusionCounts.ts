/** Counts of predictions by class: a full table, row = true class, column = predicted class, or what occurs of it. */
export type Confusion = readonly (readonly number[])[] | ConfusionCounts;

/** Where something was confused, and how often. */
interface ConfusionEntry {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
}

/**
 * How often each class was taken for each other, without what never occurs: as large as the test set, not as the square of
 * the number of classes.
 *
 * @example
 * const counts = report.ConfusionCounts.count([0, 1, 1], [0, 1, 0], 1000);
 * counts.entries; // [{ label: 0, predicted: 0, times: 1 }, { label: 1, predicted: 0, times: 1 }, …]
 */
export class ConfusionCounts {
  /** By true class. */
  readonly pictures: Float64Array;
  /** By predicted class. */
  readonly predicted: Float64Array;
  /** By class, what was recognised. */
  readonly right: Float64Array;

  /** @param entries what occurs, by true class, then by predicted class */
  constructor(
    readonly classes: number,
    readonly entries: readonly ConfusionEntry[],
  ) {
    this.pictures = new Float64Array(classes);
    this.predicted = new Float64Array(classes);
    this.right = new Float64Array(classes);
    for (const { label, predicted, times } of entries) {
      this.pictures[label] += times;
      this.predicted[predicted] += times;
      if (label === predicted) this.right[label] += times;
    }
  }

  /** Counts predictions, example by example. */
  static count(labels: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): ConfusionCounts {
    const pairs = Float64Array.from(labels, (label, i) => label * classes + predictions[i]).sort();
    const entries: ConfusionEntry[] = [];
    for (let i = 0, next = 0; i < pairs.length; i = next) {
      while (next < pairs.length && pairs[next] === pairs[i]) next++;
      entries.push({ label: Math.floor(pairs[i] / classes), predicted: pairs[i] % classes, times: next - i });
    }
    return new ConfusionCounts(classes, entries);
  }

  /** The counts of a full table; themselves where they are counts already. */
  static of(confusion: Confusion): ConfusionCounts {
    if (confusion instanceof ConfusionCounts) return confusion;
    const entries = confusion.flatMap((row, label) =>
      row.flatMap((times, predicted) => (times > 0 ? [{ label, predicted, times }] : [])),
    );
    return new ConfusionCounts(confusion.length, entries);
  }

  /** The full table: classes × classes numbers. */
  toMatrix(): number[][] {
    const matrix = Array.from({ length: this.classes }, () => new Array<number>(this.classes).fill(0));
    for (const { label, predicted, times } of this.entries) matrix[label][predicted] = times;
    return matrix;
  }

  /** Of the classes that there are pictures or predictions of, numbered anew, with the number that each had. */
  onlySeen(): { readonly counts: ConfusionCounts; readonly kept: readonly number[] } {
    const kept = Array.from({ length: this.classes }, (_, i) => i).filter(
      (i) => this.pictures[i] > 0 || this.predicted[i] > 0,
    );
    const place = new Int32Array(this.classes);
    kept.forEach((number, i) => (place[number] = i));
    const entries = this.entries.map(({ label, predicted, times }) => ({
      label: place[label],
      predicted: place[predicted],
      times,
    }));
    return { counts: new ConfusionCounts(kept.length, entries), kept };
  }
}

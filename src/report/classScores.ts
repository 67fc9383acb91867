import { ConfusionCounts, type Confusion } from './confusionCounts.js';

/** How one class came out. */
export interface ClassScore {
  readonly name: string;
  /** Test pictures of this class. */
  readonly pictures: number;
  /** Share of this class's pictures that were recognised, 0 to 1; NaN without pictures. */
  readonly recall: number;
  /** Share of the pictures taken for this class that are of it, 0 to 1; NaN when none were. */
  readonly precision: number;
  /** The harmonic mean of both, 0 to 1; NaN where there are neither pictures nor predictions of the class. */
  readonly f1: number;
  /** The class it is most often taken for; undefined when it never is. */
  readonly takenFor: { readonly name: string; readonly times: number } | undefined;
}

/**
 * Counts predictions by true class (row) and predicted class (column).
 *
 * @example
 * report.confusionMatrix([0, 1, 1], [0, 1, 0], 2); // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  return ConfusionCounts.count(labels, predictions, classes).toMatrix();
}

/** A confusion matrix read class by class. */
export function classScores(confusion: Confusion, classNames: readonly string[]): ClassScore[] {
  const { pictures, predicted, right, entries } = ConfusionCounts.of(confusion);
  const worst = new Map<number, (typeof entries)[number]>();
  for (const entry of entries) {
    if (entry.label !== entry.predicted && entry.times > (worst.get(entry.label)?.times ?? 0))
      worst.set(entry.label, entry);
  }
  return Array.from(pictures, (own, label) => {
    const taken = worst.get(label);
    return {
      name: classNames[label],
      pictures: own,
      recall: right[label] / own,
      precision: right[label] / predicted[label],
      f1: (2 * right[label]) / (own + predicted[label]),
      takenFor: taken && { name: classNames[taken.predicted], times: taken.times },
    };
  });
}

/** What all classes come out at, each class counting the same. */
export interface ClassAverages {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Means over the classes that there are pictures of (macro averages); a class that nothing was taken for has a precision of 0,
 * as in scikit-learn's `classification_report`.
 */
export function macroAverages(scores: readonly ClassScore[]): ClassAverages {
  const there = scores.filter(({ pictures }) => pictures > 0);
  const mean = (of: (score: ClassScore) => number): number =>
    there.reduce((sum, score) => sum + (Number.isNaN(of(score)) ? 0 : of(score)), 0) / there.length;
  return { precision: mean((s) => s.precision), recall: mean((s) => s.recall), f1: mean((s) => s.f1) };
}

/** What is read off a confusion matrix, once for everything that shows it. */
export interface TestScores {
  readonly classes: readonly ClassScore[];
  readonly averages: ClassAverages;
  /** Every pair of classes that was confused, most frequent first. */
  readonly confusions: readonly ConfusedPair[];
}

/** What a confusion matrix says of each class, of all together, and of pairs. */
export function testScores(confusion: Confusion, classNames: readonly string[]): TestScores {
  const classes = classScores(confusion, classNames);
  return { classes, averages: macroAverages(classes), confusions: topConfusions(confusion, classNames, Infinity) };
}

/** One class taken for another, and how often. */
export interface ConfusedPair {
  readonly label: string;
  readonly predicted: string;
  readonly times: number;
}

/** The most frequent confusions, most frequent first. */
export function topConfusions(confusion: Confusion, classNames: readonly string[], count: number): ConfusedPair[] {
  return ConfusionCounts.of(confusion)
    .entries.filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.times - a.times)
    .slice(0, count)
    .map(({ label, predicted, times }) => ({ label: classNames[label], predicted: classNames[predicted], times }));
}

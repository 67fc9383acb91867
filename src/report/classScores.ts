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
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) matrix[labels[i]][predictions[i]]++;
  return matrix;
}

/** A confusion matrix read class by class. */
export function classScores(confusion: readonly (readonly number[])[], classNames: readonly string[]): ClassScore[] {
  return confusion.map((row, label) => {
    const pictures = row.reduce((sum, n) => sum + n, 0);
    const predicted = confusion.reduce((sum, other) => sum + other[label], 0);
    let worst = -1;
    row.forEach((times, other) => {
      if (other !== label && times > 0 && (worst < 0 || times > row[worst])) worst = other;
    });
    return {
      name: classNames[label],
      pictures,
      recall: row[label] / pictures,
      precision: row[label] / predicted,
      f1: (2 * row[label]) / (pictures + predicted),
      takenFor: worst < 0 ? undefined : { name: classNames[worst], times: row[worst] },
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

/** The most frequent confusions, most frequent first. */
export function topConfusions(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
  count: number,
): { label: string; predicted: string; times: number }[] {
  return confusion
    .flatMap((row, i) =>
      row.map((times, j) => ({ label: classNames[i], predicted: classNames[j], times, wrong: i !== j })),
    )
    .filter(({ times, wrong }) => wrong && times > 0)
    .sort((a, b) => b.times - a.times)
    .slice(0, count)
    .map(({ label, predicted, times }) => ({ label, predicted, times }));
}

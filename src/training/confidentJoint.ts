import { likeliest, type LabelledProbabilities } from './labelledProbabilities.js';

/** What confident learning finds out about all labels together. */
export interface ConfidentJoint {
  /** For each class the mean probability that its own examples give it; 2, which nothing reaches, for classes without any. */
  readonly thresholds: Float64Array;
  /** How many examples are given as one class (row) and confidently of another (column), scaled to all examples. */
  readonly joint: readonly (readonly number[])[];
  /** Examples that are confidently of another class than theirs. */
  readonly confidentlyOther: readonly number[];
}

/** Probabilities that differ by less are equal. */
export const equalWithin = 1e-6;

/**
 * Counts examples by the class they are given as and the one they are confidently of: the one whose threshold they reach, or
 * the likeliest where they reach several (Northcutt, Jiang & Chuang 2021, section 3). Rows are then scaled to as many
 * examples as are given as each class, and rounded so that they keep their sums.
 */
export function confidentJoint(given: LabelledProbabilities): ConfidentJoint {
  const { labels, probabilities, count, classes } = given;
  const counts = new Float64Array(classes);
  const thresholds = new Float64Array(classes);
  labels.forEach((label, i) => {
    counts[label]++;
    thresholds[label] += probabilities[i * classes + label];
  });
  // Above what a threshold less the tolerance lets everything through.
  thresholds.forEach((sum, k) => (thresholds[k] = counts[k] === 0 ? 2 : Math.max(sum / counts[k], 2 * equalWithin)));
  const joint = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const confidentlyOther: number[] = [];
  for (let i = 0; i < count; i++) {
    let reached = 0;
    let guess = -1;
    for (let k = 0; k < classes; k++) {
      if (probabilities[i * classes + k] < thresholds[k] - equalWithin) continue;
      if (reached++ === 0) guess = k;
    }
    if (reached === 0) continue;
    if (reached > 1) guess = likeliest(given, i);
    joint[labels[i]][guess]++;
    if (guess !== labels[i]) confidentlyOther.push(i);
  }
  joint.forEach((row, k) => (row[k] = Math.max(row[k], 1)));
  return { thresholds, joint: scaledToCounts(joint, counts), confidentlyOther };
}

function scaledToCounts(joint: readonly (readonly number[])[], counts: Float64Array): number[][] {
  const rows = joint.map((row, k) => {
    const sum = total(row);
    return row.map((value) => (value / sum) * counts[k]);
  });
  const sum = total(rows.map(total));
  const all = total(Array.from(counts));
  return rows.map((row) => roundedKeepingSum(row.map((value) => (value / sum) * all)));
}

/** Whole numbers near these, with the same sum: those that were rounded furthest down are raised first, or up lowered. */
export function roundedKeepingSum(values: readonly number[]): number[] {
  const rounded = values.map(roundHalfToEven);
  let missing = roundHalfToEven(total(values)) - total(rounded);
  while (missing !== 0) {
    const step = Math.sign(missing);
    const away = values.map((value, i) => value - rounded[i]);
    const order = away.map((_, i) => i).sort((a, b) => away[a] - away[b]);
    if (step > 0) order.reverse();
    for (const i of order.slice(0, Math.abs(missing))) rounded[i] += step;
    missing = roundHalfToEven(total(values)) - total(rounded);
  }
  return rounded;
}

/** Halves go to the even number, so that they do not all grow. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

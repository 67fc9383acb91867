import { Random } from '../../tensor/index.js';
import {
  scoreTogether,
  solveTogether,
  type LabelledRows,
  type LogisticScore,
  type LogisticSolution,
} from './logisticRegression.js';

/** How a penalty did on rows that its solutions had not seen. */
export interface PenaltyResult extends LogisticScore {
  readonly C: number;
}

/** Options of `crossValidate`. */
export interface CrossValidationOptions {
  /** The strengths to try, the strongest penalty first: growing. */
  readonly grid: readonly number[];
  /** For each row the part that it is held out with; −1: it is never held out. */
  readonly folds: Int32Array;
  /** How much each row counts. */
  readonly rowWeights: Float64Array;
  readonly signal?: AbortSignal | undefined;
  /** Called after each strength that was tried. */
  readonly onResult?: ((result: PenaltyResult) => void) | undefined;
}

/** What a cross-validation found. */
export interface CrossValidation {
  /** One for each strength that was tried, in the order of the grid. */
  readonly results: readonly PenaltyResult[];
  readonly best: PenaltyResult;
  /** The mean of the best strength's solutions: near that of all rows. */
  readonly start: Float64Array;
  /** Steps of all searches together. */
  readonly iterations: number;
}

/** Weaker penalties are not tried any more after so many in succession that did worse. */
const patience = 2;

/** That of scikit-learn: solutions of cross-validation are compared, not kept. */
const tolerance = 1e-4;

/**
 * Tries penalties by k-fold cross-validation: each part of the rows is predicted by a regression over the others. Those of
 * one strength are solved together and begin with the solutions of the stronger penalty before; the best has the smallest
 * cross-entropy on what was held out.
 */
export async function crossValidate(
  rows: LabelledRows,
  { grid, folds, rowWeights, signal, onResult }: CrossValidationOptions,
): Promise<CrossValidation> {
  const parts = [...new Set(folds)].filter((fold) => fold >= 0);
  const kept = parts.map((part) => rowWeights.map((weight, i) => (folds[i] === part ? 0 : weight)));
  const held = parts.map((part) => rowWeights.map((weight, i) => (folds[i] === part ? weight : 0)));
  const results: PenaltyResult[] = [];
  let solutions: LogisticSolution[] | undefined;
  let best: { result: PenaltyResult; solutions: LogisticSolution[] } | undefined;
  let worse = 0;
  let iterations = 0;
  for (const C of grid) {
    const problems = kept.map((weights, i) => ({ rowWeights: weights, C, start: solutions?.[i].parameters }));
    solutions = await solveTogether(rows, problems, { tolerance, signal });
    iterations += solutions.reduce((sum, solution) => sum + solution.iterations, 0);
    const points = solutions.map(({ parameters }) => parameters);
    const scores = (await scoreTogether(rows, points, held, signal)).filter((score) => score !== undefined);
    const result = { C, loss: mean(scores.map(({ loss }) => loss)), accuracy: mean(scores.map((s) => s.accuracy)) };
    results.push(result);
    onResult?.(result);
    if (!best || result.loss < best.result.loss) {
      best = { result, solutions };
      worse = 0;
    } else if (++worse === patience) break;
  }
  const { result, solutions: found } = best!;
  const start = new Float64Array(found[0].parameters.length);
  for (const { parameters } of found) for (let i = 0; i < start.length; i++) start[i] += parameters[i] / found.length;
  return { results, best: result, start, iterations };
}

/**
 * Deals examples out to parts, each class evenly. A class's only example is never held out: nothing else knows the class.
 *
 * @returns for each example its part, or −1
 */
export function stratifiedFolds(labels: ArrayLike<number>, folds: number, seed: number): Int32Array {
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = byClass.get(labels[i]);
    if (members) members.push(i);
    else byClass.set(labels[i], [i]);
  }
  const parts = new Int32Array(labels.length).fill(-1);
  const random = new Random([seed, 0xf01d]);
  // The next class goes on where the one before ended, so that parts are of equal size.
  let next = 0;
  for (const [, members] of [...byClass].sort(([a], [b]) => a - b)) {
    if (members.length === 1) continue;
    const order = Int32Array.from(members);
    random.shuffle(order);
    for (const member of order) parts[member] = next++ % folds;
  }
  return parts;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

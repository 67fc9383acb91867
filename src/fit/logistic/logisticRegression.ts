import { nextTurn } from '#platform';
import { Lbfgs } from './lbfgs.js';
import { addRows, rowProducts, type Rows } from './products.js';

/** Examples to tell apart: a row of numbers and a class for each. */
export interface LabelledRows extends Rows {
  /** Class numbers, from 0. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** One logistic regression over labelled rows. */
export interface LogisticProblem {
  /** How much each row counts; 0: it is held out. */
  readonly rowWeights: Float64Array;
  /** The inverse of the penalty's strength, as scikit-learn has it. */
  readonly C: number;
  /** What to begin with, in the form of `solveTogether`'s result; zeros by default. */
  readonly start?: Float64Array | undefined;
}

/** How a solution is looked for. */
export interface SolveOptions {
  /** The largest component of the gradient of the mean loss that counts as none. */
  readonly tolerance: number;
  readonly maxIterations?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The solution of a logistic regression. */
export interface LogisticSolution {
  /** A vector for each score, one after another, and then the scores' biases; two classes have one score, that of the second. */
  readonly parameters: Float64Array;
  readonly iterations: number;
}

/** How well a solution does on rows. */
export interface LogisticScore {
  /** Cross-entropy, the mean by the rows' weights. */
  readonly loss: number;
  readonly accuracy: number;
}

/** Rows that are worked on at once, so that they are read from memory once for scores and gradient. */
const rowsAtOnce = 64;

/** Milliseconds after which others get their turn: signals, a page's drawing. */
const turnAfter = 50;

/** How many scores a row gets: one is enough for two classes. */
export const scoreCount = ({ classes }: LabelledRows): number => (classes === 2 ? 1 : classes);

/**
 * Solves several logistic regressions over the same rows, which each pass goes through once for all: multinomial for three
 * classes and more, binomial for two. What is made small is that of scikit-learn's LogisticRegression: C times the weighted sum
 * of cross-entropies, plus half the squares of all weights but the biases.
 *
 * @throws the signal's reason where it ends the work.
 */
export async function solveTogether(
  rows: LabelledRows,
  problems: readonly LogisticProblem[],
  { tolerance, maxIterations = 1000, signal }: SolveOptions,
): Promise<LogisticSolution[]> {
  const scores = scoreCount(rows);
  const length = scores * (rows.width + 1);
  // Vectors that the searches remember: at most some hundred megabytes in all.
  const memory = Math.max(3, Math.min(10, Math.floor(2e7 / (length * problems.length))));
  const searches = problems.map(({ start }) => {
    return new Lbfgs(start ?? new Float64Array(length), { tolerance, maxIterations, memory });
  });
  const totals = problems.map(({ rowWeights }) => rowWeights.reduce((sum, weight) => sum + weight, 0));
  const turns = new Turns(signal);
  for (;;) {
    const open = searches.flatMap((search, i) => (search.done ? [] : [i]));
    if (open.length === 0) break;
    signal?.throwIfAborted();
    const points = open.map((i) => searches[i].point);
    const weights = open.map((i) => problems[i].rowWeights);
    const found = await lossesAndGradients(rows, points, weights, turns);
    open.forEach((i, k) => {
      const { loss, gradient } = found[k];
      const { point } = searches[i];
      const strength = 1 / (problems[i].C * totals[i]);
      let squares = 0;
      for (let j = 0; j < length; j++) gradient[j] /= totals[i];
      for (let j = 0; j < scores * rows.width; j++) {
        squares += point[j] * point[j];
        gradient[j] += strength * point[j];
      }
      searches[i].tell(loss / totals[i] + (strength / 2) * squares, gradient);
    });
  }
  return searches.map(({ point, iterations }) => ({ parameters: point, iterations }));
}

/** How several solutions do, each on rows of its own weights; undefined where none of them counts. */
export async function scoreTogether(
  rows: LabelledRows,
  solutions: readonly Float64Array[],
  rowWeights: readonly Float64Array[],
  signal?: AbortSignal,
): Promise<(LogisticScore | undefined)[]> {
  const sums = solutions.map(() => ({ loss: 0, right: 0, counted: 0, weight: 0 }));
  await forBlocks(rows, solutions, new Turns(signal), ({ first, count, scores, each, all }) => {
    for (let r = 0; r < count; r++) {
      solutions.forEach((_, p) => {
        const weight = rowWeights[p][first + r];
        if (weight === 0) return;
        const at = r * all + p * each;
        const label = rows.labels[first + r];
        const sum = sums[p];
        sum.right += classOf(scores, at, each) === label ? 1 : 0;
        sum.loss += weight * intoResiduals(scores, at, each, label);
        sum.weight += weight;
        sum.counted++;
      });
    }
  });
  return sums.map(({ loss, right, counted, weight }) => {
    return counted === 0 ? undefined : { loss: loss / weight, accuracy: right / counted };
  });
}

/**
 * The probabilities that rows get, each by the solution that is chosen for it.
 *
 * @param chosen for each row the number of a solution; −1: none, and its probabilities are NaN
 * @returns [count × classes]
 */
export async function predictTogether(
  rows: LabelledRows,
  solutions: readonly Float64Array[],
  chosen: Int32Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { classes } = rows;
  const found = new Float64Array(rows.count * classes).fill(NaN);
  await forBlocks(rows, solutions, new Turns(signal), ({ first, count, scores, each, all }) => {
    for (let r = 0; r < count; r++) {
      if (chosen[first + r] < 0) continue;
      const at = r * all + chosen[first + r] * each;
      const to = (first + r) * classes;
      // Both from the score itself: 1 less a probability near 1 would round small ones to zero.
      const score = scores[at];
      intoProbabilities(scores, at, each);
      if (each === 1) {
        found[to + 1] = scores[at];
        scores[at] = -score;
        intoProbabilities(scores, at, each);
        found[to] = scores[at];
      } else found.set(scores.subarray(at, at + each), to);
    }
  });
  return found;
}

/** The sums of cross-entropies over the rows by their weights, and their gradients. */
export async function lossesAndGradients(
  rows: LabelledRows,
  points: readonly Float64Array[],
  rowWeights: readonly Float64Array[],
  turns = new Turns(),
): Promise<{ loss: number; gradient: Float64Array }[]> {
  const { width } = rows;
  const each = scoreCount(rows);
  const results = points.map((point) => ({ loss: 0, gradient: new Float64Array(point.length) }));
  const sums = points.length === 1 ? results[0].gradient : new Float64Array(points.length * each * width);
  await forBlocks(rows, points, turns, ({ first, count, scores, all }) => {
    for (let r = 0; r < count; r++) {
      for (let p = 0; p < points.length; p++) {
        const at = r * all + p * each;
        const weight = rowWeights[p][first + r];
        if (weight === 0) {
          scores.fill(0, at, at + each);
          continue;
        }
        const result = results[p];
        result.loss += weight * intoResiduals(scores, at, each, rows.labels[first + r]);
        for (let k = 0; k < each; k++) {
          scores[at + k] *= weight;
          result.gradient[each * width + k] += scores[at + k];
        }
      }
    }
    addRows(rows, [first, count], scores, all, sums);
  });
  if (points.length > 1) {
    results.forEach(({ gradient }, p) => gradient.set(sums.subarray(p * each * width, (p + 1) * each * width)));
  }
  return results;
}

/** Some neighbouring rows with their scores. */
interface ScoredBlock {
  readonly first: number;
  readonly count: number;
  /** [count, all]; may be overwritten. */
  readonly scores: Float64Array;
  /** Scores of one solution. */
  readonly each: number;
  /** Scores of all solutions together. */
  readonly all: number;
}

async function forBlocks(
  rows: LabelledRows,
  solutions: readonly Float64Array[],
  turns: Turns,
  take: (block: ScoredBlock) => void,
): Promise<void> {
  const { width, count: total } = rows;
  const each = scoreCount(rows);
  const all = each * solutions.length;
  const size = each * width;
  let weights = solutions[0];
  if (solutions.length > 1) {
    weights = new Float64Array(all * width);
    solutions.forEach((solution, p) => weights.set(solution.subarray(0, size), p * size));
  }
  const scores = new Float64Array(rowsAtOnce * all);
  for (let first = 0; first < total; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, total - first);
    rowProducts(rows, [first, count], weights, all, scores);
    for (let p = 0; p < solutions.length; p++) {
      for (let k = 0; k < each; k++) {
        const bias = solutions[p][size + k];
        for (let at = p * each + k; at < count * all; at += all) scores[at] += bias;
      }
    }
    take({ first, count, scores, each, all });
    if (turns.due()) await turns.give();
  }
}

/** Turns a row's scores into the derivatives of its cross-entropy by them, and gives that. */
function intoResiduals(scores: Float64Array, at: number, each: number, label: number): number {
  const own = scores[at + (each === 1 ? 0 : label)];
  const total = intoProbabilities(scores, at, each);
  if (each === 1) {
    scores[at] -= label;
    return total - label * own;
  }
  scores[at + label] -= 1;
  return total - own;
}

/** Turns a row's scores into probabilities, for two classes that of the second, and gives the logarithm of their sum. */
function intoProbabilities(scores: Float64Array, at: number, each: number): number {
  if (each === 1) {
    const score = scores[at];
    const odds = Math.exp(-Math.abs(score));
    scores[at] = (score >= 0 ? 1 : odds) / (1 + odds);
    return Math.log1p(odds) + Math.max(score, 0);
  }
  let largest = scores[at];
  for (let k = 1; k < each; k++) if (scores[at + k] > largest) largest = scores[at + k];
  let sum = 0;
  for (let k = 0; k < each; k++) sum += scores[at + k] = Math.exp(scores[at + k] - largest);
  for (let k = 0; k < each; k++) scores[at + k] /= sum;
  return Math.log(sum) + largest;
}

function classOf(scores: Float64Array, at: number, each: number): number {
  if (each === 1) return scores[at] > 0 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < each; k++) if (scores[at + k] > scores[at + best]) best = k;
  return best;
}

/** Lets others have their turn now and then, and ends the work where a signal says so. */
class Turns {
  private began = performance.now();

  constructor(private readonly signal?: AbortSignal) {}

  due(): boolean {
    return performance.now() - this.began > turnAfter;
  }

  async give(): Promise<void> {
    await nextTurn();
    this.signal?.throwIfAborted();
    this.began = performance.now();
  }
}

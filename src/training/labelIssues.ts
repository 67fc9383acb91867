import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf } from '../tensor/check.js';
import { confidentJoint, equalWithin, type ConfidentJoint } from './confidentJoint.js';
import {
  labelledProbabilities,
  likeliest,
  type LabelledProbabilities,
  type Labels,
  type Probabilities,
} from './labelledProbabilities.js';

/** Which labels are suspected. */
export type LabelIssueFilter =
  | 'pruneByNoiseRate'
  | 'pruneByClass'
  | 'both'
  | 'confidentLearning'
  | 'predictedNotGiven'
  | 'lowSelfConfidence'
  | 'lowNormalizedMargin'
  | 'lowQuality';

/** What says how good a label is. */
export type LabelQualityScore = 'selfConfidence' | 'normalizedMargin';

/** Options of `findLabelIssues`. */
export interface LabelIssueOptions {
  /**
   * 'pruneByNoiseRate', the default: for each two classes as many as the confident joint counts, those with the largest margin.
   * 'pruneByClass': for each class as many, those with the smallest probability. 'both': what both find. 'confidentLearning':
   * what is confidently of another class. 'predictedNotGiven': whatever is predicted otherwise. 'lowSelfConfidence' and
   * 'lowNormalizedMargin': as many as are confidently of another class, the worst by that score. These are cleanlab's; the last is
   * our own: 'lowQuality', as many as the confident joint counts in all, those that are among the worst by both scores.
   */
  readonly filterBy?: LabelIssueFilter;
  /**
   * 'selfConfidence', the default: the probability of the given class. 'normalizedMargin': half of one more than by how much it
   * is above that of the best other.
   */
  readonly rankBy?: LabelQualityScore;
}

/** An example whose label is suspected to be wrong. */
export interface LabelIssue {
  /** Its place among the examples. */
  readonly index: number;
  /** The class it is given as. */
  readonly label: number;
  /** The likeliest other class. */
  readonly suggested: number;
  /** How good the label is, from 0 to 1. */
  readonly quality: number;
}

/** What confident learning found. */
export interface LabelIssues {
  /** The worst label first. */
  readonly issues: readonly LabelIssue[];
  /** How good each label is, from 0 to 1, in the order of the examples. */
  readonly quality: Float64Array;
  /** The estimated share of labels that are wrong. */
  readonly noiseRate: number;
  /** For each class the probability from which an example counts as confidently of it. */
  readonly thresholds: Float64Array;
  /** The estimated number of examples that are given as one class (row) and are of another (column). */
  readonly confidentJoint: readonly (readonly number[])[];
}

const accepts = {
  where: 'findLabelIssues',
  kinds: { filterBy: 'string', rankBy: 'string' },
} as const satisfies AcceptedOptions<LabelIssueOptions>;

/** Whether each example is suspected, by what is known of all labels together. */
type Filter = (given: LabelledProbabilities, joint: ConfidentJoint) => boolean[];

const filters: Readonly<Record<LabelIssueFilter, Filter>> = {
  pruneByNoiseRate: predictedOtherwise(byNoiseRate),
  pruneByClass: predictedOtherwise(byClass),
  both: predictedOtherwise(inBoth(byNoiseRate, byClass)),
  confidentLearning: predictedOtherwise(confidentlyOther),
  predictedNotGiven: predictedOtherwise((given) =>
    Array.from(given.labels, (label, i) => likeliest(given, i) !== label),
  ),
  lowSelfConfidence: lowest('selfConfidence', confidentCount),
  lowNormalizedMargin: lowest('normalizedMargin', confidentCount),
  lowQuality: predictedOtherwise(
    inBoth(lowest('selfConfidence', estimatedCount), lowest('normalizedMargin', estimatedCount)),
  ),
};

type Score = (given: LabelledProbabilities, example: number) => number;

const scores: Readonly<Record<LabelQualityScore, Score>> = {
  selfConfidence: probabilityOfLabel,
  normalizedMargin: (given, i) => {
    const other = given.probabilities[i * given.classes + likeliestOther(given, i)];
    return (probabilityOfLabel(given, i) - other + 1) / 2;
  },
};

/**
 * Finds labels that are likely to be wrong by confident learning (Northcutt, Jiang & Chuang 2021), as cleanlab does. The
 * probabilities must be of a model that was not trained on the examples it judges: `suspectLabels` makes such ones.
 *
 * @param probabilities [N, classes], or [N] of the second of two classes
 * @throws StriateError when labels and probabilities do not fit each other.
 *
 * @example
 * const labels = [0, 0, 0, 1, 1, 1];
 * const { issues } = findLabelIssues(labels, [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9], [0.1, 0.9]]);
 * issues[0]; // { index: 2, label: 0, suggested: 1, quality: 0.1 }
 */
export function findLabelIssues(
  labels: Labels,
  probabilities: Probabilities,
  options: LabelIssueOptions = {},
): LabelIssues {
  const { where } = accepts;
  expectOptions(accepts, options);
  const { filterBy = 'pruneByNoiseRate', rankBy = 'selfConfidence' } = options;
  expectOneOf(where, 'filterBy', filterBy, Object.keys(filters));
  expectOneOf(where, 'rankBy', rankBy, Object.keys(scores));
  const given = labelledProbabilities(where, labels, probabilities);
  const joint = confidentJoint(given);
  const quality = Float64Array.from({ length: given.count }, (_, i) => scores[rankBy](given, i));
  const issues = filters[filterBy](given, joint).flatMap((suspected, index): LabelIssue[] => {
    if (!suspected) return [];
    const label = given.labels[index];
    return [{ index, label, suggested: likeliestOther(given, index), quality: quality[index] }];
  });
  issues.sort((a, b) => a.quality - b.quality);
  const noiseRate = estimatedCount(given, joint) / given.count;
  return { issues, quality, noiseRate, thresholds: joint.thresholds, confidentJoint: joint.joint };
}

function probabilityOfLabel({ labels, probabilities, classes }: LabelledProbabilities, i: number): number {
  return probabilities[i * classes + labels[i]];
}

function likeliestOther({ labels, probabilities, classes }: LabelledProbabilities, i: number): number {
  let best = labels[i] === 0 ? 1 : 0;
  for (let k = best + 1; k < classes; k++) {
    if (k !== labels[i] && probabilities[i * classes + k] > probabilities[i * classes + best]) best = k;
  }
  return best;
}

/** What a filter finds, less what is predicted as it is given; the given class wins where two are equal. */
function predictedOtherwise(filter: Filter): Filter {
  return (given, joint) =>
    filter(given, joint).map((suspected, i) => {
      if (!suspected) return false;
      const other = likeliestOther(given, i);
      const own = probabilityOfLabel(given, i) + equalWithin;
      const rival = given.probabilities[i * given.classes + other];
      return own < rival || (own === rival && other < given.labels[i]);
    });
}

function inBoth(one: Filter, other: Filter): Filter {
  return (given, joint) => {
    const also = other(given, joint);
    return one(given, joint).map((suspected, i) => suspected && also[i]);
  };
}

/** So many examples with the lowest scores. */
function lowest(
  score: LabelQualityScore,
  howMany: (given: LabelledProbabilities, joint: ConfidentJoint) => number,
): Filter {
  return (given, joint) => {
    const values = Float64Array.from(given.labels, (_, i) => scores[score](given, i));
    const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
    return marked(given.count, order.slice(0, howMany(given, joint)));
  };
}

function confidentlyOther({ count }: LabelledProbabilities, joint: ConfidentJoint): boolean[] {
  return marked(count, joint.confidentlyOther);
}

/** How many examples are confidently of another class, and predicted so. */
function confidentCount(given: LabelledProbabilities, joint: ConfidentJoint): number {
  return predictedOtherwise(confidentlyOther)(given, joint).filter(Boolean).length;
}

/** How many labels are wrong, by the confident joint. */
function estimatedCount({ count }: LabelledProbabilities, { joint }: ConfidentJoint): number {
  return count - joint.reduce((sum, row, k) => sum + row[k], 0);
}

/** As many examples of a class as it has noise to each other one, those with the largest margin between the two. */
function byNoiseRate(given: LabelledProbabilities, { joint }: ConfidentJoint): boolean[] {
  const { probabilities, classes, count } = given;
  const suspected: number[] = [];
  membersOf(given).forEach((members, own) => {
    if (members.length <= leastPerClass) return;
    const counts = keptCounts(joint[own], own);
    for (let other = 0; other < classes; other++) {
      if (other === own || counts[other] === 0) continue;
      const margin = (i: number): number => probabilities[i * classes + other] - probabilities[i * classes + own];
      suspected.push(...[...members].sort((a, b) => margin(b) - margin(a)).slice(0, counts[other]));
    }
  });
  return marked(count, suspected);
}

/** As many examples of a class as it has noise, those with the smallest probability of it. */
function byClass(given: LabelledProbabilities, { joint }: ConfidentJoint): boolean[] {
  const suspected: number[] = [];
  membersOf(given).forEach((members, own) => {
    if (members.length <= leastPerClass) return;
    const noise = members.length - keptCounts(joint[own], own)[own];
    const order = [...members].sort((a, b) => probabilityOfLabel(given, a) - probabilityOfLabel(given, b));
    suspected.push(...order.slice(0, Math.max(noise, 0)));
  });
  return marked(given.count, suspected);
}

/** So many examples of each class are taken to be right. */
const leastPerClass = 1;

/** A class's counts with at least so many that are right; the others give what is missing, alike. */
function keptCounts(row: readonly number[], own: number): number[] {
  const raised = Math.max(row[own], leastPerClass) - row[own];
  const noisy = Math.max(row.filter((value) => value !== 0).length - 1, 1);
  return row.map((value, k) => (k === own ? value + raised : Math.trunc(Math.max(value - raised / noisy, 0))));
}

/** The examples of each class. */
function membersOf({ labels, classes }: LabelledProbabilities): number[][] {
  const members = Array.from({ length: classes }, (): number[] => []);
  labels.forEach((label, i) => members[label].push(i));
  return members;
}

function marked(count: number, examples: readonly number[]): boolean[] {
  const all = new Array<boolean>(count).fill(false);
  for (const i of examples) all[i] = true;
  return all;
}

import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import type { EmbeddingIndex } from './embeddingIndex.js';

/** How well queries find entries of their own class. */
export interface RetrievalScores {
  /** Queries that have entries of their class to find. */
  readonly queries: number;
  /** The mean share of the first k that are of the query's class. */
  readonly precision: number;
  /** The mean of the queries' average precisions, over the whole ranking. */
  readonly meanAveragePrecision: number;
  /** What `precision` would be if the order were by chance. */
  readonly chance: number;
}

/**
 * Precision@k: the share of a ranking's first k that are relevant; of all, where the ranking is shorter.
 *
 * @param relevant whether each is what was looked for, the most similar first
 * @throws StriateError when k is not a whole number from 1.
 */
export function precisionAt(k: number, relevant: readonly boolean[]): number {
  const first = relevant.slice(0, expectWhole('precisionAt', 'k', k));
  return first.length === 0 ? 0 : first.filter(Boolean).length / first.length;
}

/**
 * Average precision: the mean of precision@k over the places k of what is relevant. 0 where nothing is.
 *
 * @param relevant whether each is what was looked for, the most similar first
 * @param total how many there are to find; those in the ranking by default
 */
export function averagePrecision(relevant: readonly boolean[], total = relevant.filter(Boolean).length): number {
  let found = 0;
  let sum = 0;
  relevant.forEach((isRelevant, i) => {
    if (isRelevant) sum += ++found / (i + 1);
  });
  return total === 0 ? 0 : sum / total;
}

/** Options of `retrievalScores`. */
export interface RetrievalScoresOptions {
  /** How many entries the precision is of; 5 by default. */
  readonly k?: number;
  /** Look these up instead, which are then not among the entries. */
  readonly queries?: EmbeddingIndex;
}

const accepts = {
  where: 'retrievalScores',
  kinds: { k: 'number', queries: 'object' },
} as const satisfies AcceptedOptions<RetrievalScoresOptions>;

/**
 * Tries an index by its labels: each entry is looked up among all others, and what has its label is relevant. Entries
 * without a label can be found, but are not looked for.
 *
 * @throws StriateError when no query has an entry of its label to find.
 *
 * @example
 * const { precision, chance } = await retrievalScores(index, { k: 5 });
 */
export async function retrievalScores(
  index: EmbeddingIndex,
  options: RetrievalScoresOptions = {},
): Promise<RetrievalScores> {
  const { k = 5, queries } = expectOptions(accepts, options);
  expectWhole('retrievalScores', 'k', k);
  const asked = queries ?? index;
  const scores = { precision: 0, meanAveragePrecision: 0, chance: 0 };
  let count = 0;
  for (const [own, { label }] of asked.entries.entries()) {
    if (label === undefined) continue;
    const ranking = await index.query(asked.vector(own), index.size);
    const others = queries ? ranking : ranking.filter((entry) => entry.index !== own);
    const relevant = others.map((entry) => entry.label === label);
    const total = relevant.filter(Boolean).length;
    if (total === 0) continue;
    count++;
    scores.precision += precisionAt(k, relevant);
    scores.meanAveragePrecision += averagePrecision(relevant, total);
    scores.chance += total / relevant.length;
  }
  if (count === 0) {
    throw new StriateError({
      where: 'retrievalScores',
      rule: 'no query has an entry of its own label to find',
      advice: 'give labels, with at least two entries of a class',
    });
  }
  const { precision, meanAveragePrecision, chance } = scores;
  return {
    queries: count,
    precision: precision / count,
    meanAveragePrecision: meanAveragePrecision / count,
    chance: chance / count,
  };
}

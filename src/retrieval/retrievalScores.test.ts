import { describe, expect, it } from 'vitest';
import { EmbeddingIndex } from './embeddingIndex.js';
import { averagePrecision, precisionAt, retrievalScores } from './retrievalScores.js';

const ranking = (text: string): boolean[] => Array.from(text, (character) => character === '+');

describe('scores of a ranking', () => {
  it('count what is relevant among the first k', () => {
    expect(precisionAt(1, ranking('+--'))).toBe(1);
    expect(precisionAt(3, ranking('+-+--'))).toBeCloseTo(2 / 3, 12);
    expect(precisionAt(10, ranking('+--+'))).toBe(0.5);
    expect(precisionAt(3, [])).toBe(0);
    expect(() => precisionAt(0, [])).toThrow(/k must be.*received 0/);
  });

  it('average precision over the places of what is relevant', () => {
    // Manning, Raghavan, Schütze: Introduction to Information Retrieval, section 8.4.
    expect(averagePrecision(ranking('+-+--+'))).toBeCloseTo((1 + 2 / 3 + 3 / 6) / 3, 12);
    expect(averagePrecision(ranking('++--'))).toBe(1);
    expect(averagePrecision(ranking('--+'))).toBeCloseTo(1 / 3, 12);
    expect(averagePrecision(ranking('+-'), 4)).toBe(0.25);
    expect(averagePrecision(ranking('---'))).toBe(0);
  });
});

describe('scores of an index', () => {
  function labelled(entries: readonly (readonly [string | undefined, number])[]): EmbeddingIndex {
    const index = new EmbeddingIndex({ dimensions: 2 });
    entries.forEach(([label, angle], i) =>
      index.add({ name: String(i), ...(label !== undefined && { label }) }, [Math.cos(angle), Math.sin(angle)]),
    );
    return index;
  }

  it('look each entry up among the others, by hand', async () => {
    // On a quarter circle: a at 0 and 0.1, b at 0.25 and 0.45.
    const index = labelled([
      ['a', 0],
      ['a', 0.1],
      ['b', 0.25],
      ['b', 0.45],
    ]);
    // From 0: a b b. From 0.1: a b b. From 0.25: b̶: a(0.1) is 0.15 away, b(0.45) 0.2, a(0) 0.25. From 0.45: b a a.
    const scores = await retrievalScores(index, { k: 1 });
    expect(scores.queries).toBe(4);
    expect(scores.precision).toBeCloseTo(3 / 4, 12);
    expect(scores.meanAveragePrecision).toBeCloseTo((1 + 1 + 1 / 2 + 1) / 4, 12);
    expect(scores.chance).toBeCloseTo(1 / 3, 12);
  });

  it('take queries from elsewhere; what has no label, or nothing to find, is not looked for', async () => {
    const index = labelled([
      ['a', 0],
      ['b', 1],
      [undefined, 0.05],
    ]);
    const queries = labelled([
      ['a', 0.02],
      ['c', 0],
      [undefined, 0],
      ['b', 1.1],
    ]);
    const scores = await retrievalScores(index, { k: 2, queries });
    expect(scores).toMatchObject({ queries: 2, precision: 0.5, meanAveragePrecision: 1 });
    expect(scores.chance).toBeCloseTo(1 / 3, 12);
    await expect(retrievalScores(index)).rejects.toThrow(/no query has an entry of its own label/);
  });
});

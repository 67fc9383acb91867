import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Tensor } from '../tensor/index.js';
import { confidentJoint, roundedKeepingSum } from './confidentJoint.js';
import { findLabelIssues, type LabelIssueFilter, type LabelQualityScore } from './labelIssues.js';
import { labelledProbabilities } from './labelledProbabilities.js';

interface Case {
  readonly labels: number[];
  /** In ten-thousandths. */
  readonly probabilities: number[][];
  readonly thresholds: number[];
  readonly confidentJoint: number[][];
  /** Of the first examples. */
  readonly quality: Record<LabelQualityScore, number[]>;
  /** By filter and score: the issues' places, the worst first. */
  readonly issues: Record<`${LabelIssueFilter} ${LabelQualityScore}`, number[]>;
}

/** Made with cleanlab 2.9 by labelIssues.py beside it. */
const cases = JSON.parse(
  readFileSync(new URL('../../test/fixtures/labels/labelIssues.json', import.meta.url), 'utf8'),
) as Record<string, Case>;

/** Spearman's rank correlation of two orders of the same examples. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, example, place) => sum + (place - b.indexOf(example)) ** 2, 0);
  return a.length < 2 ? 1 : 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

describe.each(Object.entries(cases))('label issues as cleanlab finds them: %s', (_, one) => {
  const rows = one.probabilities.map((row) => row.map((share) => share / 1e4));

  it('has its thresholds and its confident joint', () => {
    const { thresholds, joint } = confidentJoint(labelledProbabilities('test', one.labels, rows));
    one.thresholds.forEach((threshold, k) => expect(thresholds[k]).toBeCloseTo(threshold, 8));
    expect(joint).toEqual(one.confidentJoint);
  });

  it.each(Object.keys(one.issues) as (keyof Case['issues'])[])('%s', (which) => {
    const [filterBy, rankBy] = which.split(' ') as [LabelIssueFilter, LabelQualityScore];
    const found = findLabelIssues(one.labels, rows, { filterBy, rankBy });
    const ranking = found.issues.map(({ index }) => index);
    const expected = one.issues[which];
    expect([...ranking].sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b));
    // Equal scores may stand in any order.
    expect(spearman(ranking, expected)).toBeGreaterThanOrEqual(0.99);
    one.quality[rankBy].forEach((quality, i) => expect(found.quality[i]).toBeCloseTo(quality, 6));
    for (const { index, label, suggested, quality } of found.issues) {
      expect(label).toBe(one.labels[index]);
      expect(rows[index][suggested]).toBe(Math.max(...rows[index].filter((__, k) => k !== label)));
      expect(quality).toBe(found.quality[index]);
    }
  });
});

describe('findLabelIssues', () => {
  const labels = [0, 0, 0, 1, 1, 1];
  const second = [0.1, 0.2, 0.9, 0.8, 0.9, 0.9];

  it('takes rows, tensors of rows, and one probability for two classes, alike', () => {
    const rows = second.map((p) => [1 - p, p]);
    const found = findLabelIssues(labels, rows);
    expect(found.issues).toMatchObject([{ index: 2, label: 0, suggested: 1 }]);
    expect(found.issues[0].quality).toBeCloseTo(0.1, 12);
    expect(found.noiseRate).toBeCloseTo(1 / 6, 12);
    const forms = [
      new Tensor('float32', [6, 2], Float32Array.from(rows.flat())),
      new Tensor('float32', [6], Float32Array.from(second)),
      new Tensor('float32', [6, 1], Float32Array.from(second)),
      second.map((p) => [p]),
      second,
      Float32Array.from(second),
    ];
    for (const form of forms) {
      const same = findLabelIssues(new Tensor('int32', [6], Int32Array.from(labels)), form);
      expect(same.issues.map(({ index }) => index)).toEqual([2]);
      expect(same.confidentJoint).toEqual(found.confidentJoint);
    }
  });

  it('refuses what is no probability, no class, or does not go together', () => {
    expect(() => findLabelIssues([0, 1], [[3.2, -1.1]])).toThrow(/a label and a row .*2 labels and 1 rows/);
    expect(() => findLabelIssues([0], [[3.2, -1.1]])).toThrow(/add up to 1.*3.2, -1.1 for example 0.*softmax/s);
    expect(() => findLabelIssues([0], [[0.2, 0.1]])).toThrow(/add up to 1/);
    expect(() => findLabelIssues([0], [[NaN, 1]])).toThrow(/add up to 1/);
    expect(() => findLabelIssues([2], [[0.5, 0.5]])).toThrow(/class numbers from 0 to 1.*2 for example 0/);
    expect(() => findLabelIssues([0, 0], [[0.5, 0.5], [1]])).toThrow(/equally long, 2 as the first.*1 for example 1/);
    expect(() => findLabelIssues([], [])).toThrow(/0 labels and 0 rows/);
    expect(() => findLabelIssues([0], undefined as never)).toThrow(/class numbers and, after them, probabilities/);
    const misspelt = { filterBy: 'prune_by_class' } as never;
    expect(() =>
      findLabelIssues(
        labels,
        second.map((p) => [p]),
        misspelt,
      ),
    ).toThrow(/filterBy/);
  });
});

describe('roundedKeepingSum', () => {
  it('gives whole numbers of the same sum', () => {
    expect(roundedKeepingSum([0.4, 0.4, 0.2])).toEqual([0, 1, 0]);
    expect(roundedKeepingSum([1.6, 1.6, 1.8])).toEqual([1, 2, 2]);
    expect(roundedKeepingSum([0.5, 1.5, 2])).toEqual([0, 2, 2]);
    expect(roundedKeepingSum([])).toEqual([]);
  });
});

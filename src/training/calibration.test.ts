import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibration } from './calibration.js';

interface Case {
  readonly labels: number[];
  /** In ten-thousandths. */
  readonly probabilities: number[][];
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/fixtures/labels/labelIssues.json', import.meta.url), 'utf8'),
) as Record<string, Case>;

/**
 * Expected and maximum calibration error by 15 and by 10 bins, and scikit-learn's Brier score, unhalved: printed by calibration.py
 * beside the cases.
 */
const expected: Record<string, number[]> = {
  'two classes': [0.07726667, 0.48945, 0.04068333, 0.29356667, 0.18414109],
  'four classes, few of the last': [0.06700062, 0.1421, 0.06353937, 0.1421, 0.31319249],
  'ten classes': [0.1046205, 0.16477333, 0.0911035, 0.23117895, 0.45584647],
  'a weak model': [0.252792, 0.38889, 0.252792, 0.35241818, 0.70490462],
  'a class without examples': [0.11095833, 0.363, 0.10663167, 0.15362308, 0.29743849],
  'a class with hardly any': [0.19366778, 0.3329625, 0.22745444, 0.7169, 0.66513006],
};

describe('calibration', () => {
  it.each(Object.entries(expected))('is that of Guo et al. and of scikit-learn: %s', (name, numbers) => {
    const { labels, probabilities } = cases[name];
    const rows = probabilities.map((row) => row.map((share) => share / 1e4));
    const [ece15, mce15, ece10, mce10, brier] = numbers;
    const found = calibration(labels, rows);
    expect(found.bins).toHaveLength(15);
    expect(found.expectedCalibrationError).toBeCloseTo(ece15, 7);
    expect(found.maximumCalibrationError).toBeCloseTo(mce15, 7);
    expect(found.brierScore).toBeCloseTo(brier, 7);
    const ten = calibration(labels, rows, { bins: 10 });
    expect(ten.expectedCalibrationError).toBeCloseTo(ece10, 7);
    expect(ten.maximumCalibrationError).toBeCloseTo(mce10, 7);
    expect(ten.bins.reduce((sum, { count }) => sum + count, 0)).toBe(labels.length);
  });

  it('bins by hand, also those without examples', () => {
    const rows = [0.9, 0.2, 0.7, 0.6].map((first) => [first, 1 - first]);
    const { bins, confidence, accuracy, expectedCalibrationError, brierScore } = calibration([0, 1, 1, 0], rows, {
      bins: 5,
    });
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 1, 2, 1]);
    expect(bins[0].accuracy).toBeNaN();
    expect([bins[3].from, bins[3].to]).toEqual([0.6, 0.8]);
    expect(bins[3].confidence).toBeCloseTo(0.75, 12);
    expect(bins[3].accuracy).toBe(0.5);
    expect(confidence).toBeCloseTo(0.75, 12);
    expect(accuracy).toBe(0.75);
    expect(expectedCalibrationError).toBeCloseTo((0.4 + 2 * 0.25 + 0.1) / 4, 12);
    expect(brierScore).toBeCloseTo((2 * (0.01 + 0.04 + 0.49 + 0.16)) / 4, 12);
  });

  it('refuses scores, and a number of bins that is none', () => {
    expect(() => calibration([0], [[2, -1]])).toThrow(/calibration.*add up to 1/s);
    expect(() => calibration([0], [[1, 0]], { bins: 0 })).toThrow(/bins/);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../tensor/index.js';
import { crossValidate, stratifiedFolds } from './crossValidation.js';
import type { LabelledRows } from './logisticRegression.js';

/** Two classes that differ in the first of many numbers; the others are noise. */
function noisyRows(count: number, width: number): LabelledRows {
  const random = new Random(5);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const data = Float32Array.from({ length: count * width }, (_, at) => {
    const noise = random.uniform(-1, 1) + random.uniform(-1, 1);
    return at % width === 0 ? noise + (labels[Math.floor(at / width)] ? 0.6 : -0.6) : noise;
  });
  return { data, count, width, labels, classes: 2 };
}

describe('stratifiedFolds', () => {
  it('deals each class out evenly, the same for the same seed', () => {
    const labels = Array.from({ length: 53 }, (_, i) => (i < 37 ? 0 : i < 50 ? 1 : 2));
    const parts = stratifiedFolds(labels, 5, 1);
    for (const [label, count] of [37, 13, 3].entries()) {
      const sizes = [0, 1, 2, 3, 4].map((part) => labels.filter((l, i) => l === label && parts[i] === part).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(sizes.reduce((a, b) => a + b)).toBe(count);
    }
    const all = [0, 1, 2, 3, 4].map((part) => parts.filter((p) => p === part).length);
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    expect(stratifiedFolds(labels, 5, 1)).toEqual(parts);
    expect(stratifiedFolds(labels, 5, 2)).not.toEqual(parts);
  });

  it('never holds out the only example of a class, nor all of one', () => {
    const labels = [0, 1, 1, 2, 2, 2, 3];
    const parts = stratifiedFolds(labels, 5, 9);
    expect([parts[0], parts[6]]).toEqual([-1, -1]);
    expect(parts[1]).not.toBe(parts[2]);
    expect(new Set(parts.subarray(3, 6)).size).toBe(3);
  });
});

describe('crossValidate', () => {
  it('prefers a strong penalty where most numbers are noise, and stops once weaker ones do worse', async () => {
    const rows = noisyRows(60, 40);
    const grid = Array.from({ length: 15 }, (_, i) => 10 ** (i / 2 - 5));
    const given = { grid, folds: stratifiedFolds(rows.labels, 5, 1), rowWeights: new Float64Array(60).fill(1) };
    const seen: number[] = [];
    const found = await crossValidate(rows, { ...given, onResult: ({ C }) => seen.push(C) });
    expect(found.best.C).toBeGreaterThan(1e-4);
    expect(found.best.C).toBeLessThan(1);
    expect(found.best.accuracy).toBeGreaterThan(0.6);
    expect(found.results.length).toBeLessThan(grid.length);
    expect(seen).toEqual(found.results.map(({ C }) => C));
    expect(Math.min(...found.results.map(({ loss }) => loss))).toBe(found.best.loss);
    expect((await crossValidate(rows, given)).results).toEqual(found.results);
    const other = await crossValidate(rows, { ...given, folds: stratifiedFolds(rows.labels, 5, 2) });
    expect(other.results).not.toEqual(found.results);
  });
});

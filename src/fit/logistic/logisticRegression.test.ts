import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../tensor/index.js';
import { Lbfgs } from './lbfgs.js';
import { lossesAndGradients, scoreTogether, solveTogether, type LabelledRows } from './logisticRegression.js';
import { momentsOf, standardize, unstandardized } from './standardization.js';

interface Coefficients {
  readonly coefficients: number[][];
  readonly intercepts: number[];
}

interface Case {
  readonly classes: number;
  readonly C: number;
  readonly classWeight: 'none' | 'balanced';
  readonly x: number[][];
  readonly labels: number[];
  readonly standardized: Coefficients;
  readonly folded: Coefficients;
}

/** Made by logistic.py beside it. */
const cases = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/logistic/logistic.json', import.meta.url), 'utf8'),
) as Record<string, Case>;

function rowsOf(x: readonly (readonly number[])[], labels: readonly number[], classes: number): LabelledRows {
  return {
    data: Float32Array.from(x.flat()),
    count: x.length,
    width: x[0].length,
    labels: Int32Array.from(labels),
    classes,
  };
}

function randomRows(count: number, width: number, classes: number, seed = 1): LabelledRows {
  const random = new Random(seed);
  const x = Array.from({ length: count }, () => Array.from({ length: width }, () => random.uniform(-2, 2)));
  return rowsOf(
    x,
    x.map((row, i) => (row[0] + row[1] > 0.3 ? 1 : i % classes)),
    classes,
  );
}

const ones = ({ count }: LabelledRows): Float64Array => new Float64Array(count).fill(1);

describe('a logistic regression', () => {
  it.each(Object.entries(cases))('has the coefficients of scikit-learn: %s', async (_, one) => {
    const rows = rowsOf(one.x, one.labels, one.classes);
    const counts = Array.from({ length: one.classes }, (__, k) => one.labels.filter((label) => label === k).length);
    const weight = (label: number): number =>
      one.classWeight === 'none' ? 1 : rows.count / (one.classes * counts[label]);
    const moments = momentsOf(rows);
    standardize(rows, moments);
    const rowWeights = Float64Array.from(one.labels, weight);
    const [{ parameters }] = await solveTogether(rows, [{ rowWeights, C: one.C }], { tolerance: 1e-9 });
    const { coefficients, intercepts } = one.standardized;
    const expected = [...coefficients.flat(), ...intercepts];
    expect(parameters).toHaveLength(expected.length);
    // Features are kept as float32: seven digits.
    expected.forEach((value, i) => expect(parameters[i]).toBeCloseTo(value, 4));
    const { kernel, bias } = unstandardized(parameters, moments);
    const scores = one.folded.intercepts.length;
    one.folded.coefficients.forEach((row, k) => {
      row.forEach((value, j) => expect(kernel[j * scores + k]).toBeCloseTo(value, 4));
      expect(bias[k]).toBeCloseTo(one.folded.intercepts[k], 3);
    });
  });

  it.each([
    [2, 130],
    [3, 67],
    [7, 9],
  ])('of %i classes has the gradient that differences give', async (classes, count) => {
    const rows = randomRows(count, 5, classes);
    const random = new Random(2);
    const point = Float64Array.from({ length: (classes === 2 ? 1 : classes) * 6 }, () => random.uniform(-1, 1));
    const weights = Float64Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 0 : random.uniform(0.2, 2)));
    const lossAt = async (at: Float64Array): Promise<number> =>
      (await lossesAndGradients(rows, [at], [weights]))[0].loss;
    const [{ gradient }] = await lossesAndGradients(rows, [point], [weights]);
    const step = 1e-5;
    for (let i = 0; i < point.length; i++) {
      const [up, down] = [point.slice(), point.slice()];
      up[i] += step;
      down[i] -= step;
      expect(gradient[i]).toBeCloseTo(((await lossAt(up)) - (await lossAt(down))) / (2 * step), 6);
    }
  });

  it('is the same whether solved alone or together with others', async () => {
    const rows = randomRows(101, 6, 3);
    const problems = [0, 1, 2, 3, 4].map((part) => {
      return { rowWeights: Float64Array.from(ones(rows), (_, i) => (i % 5 === part ? 0 : 1)), C: 10 ** (part - 2) };
    });
    const together = await solveTogether(rows, problems, { tolerance: 1e-9 });
    for (const [i, problem] of problems.entries()) {
      const [alone] = await solveTogether(rows, [problem], { tolerance: 1e-9 });
      alone.parameters.forEach((value, k) => expect(together[i].parameters[k]).toBeCloseTo(value, 6));
    }
  });

  it('is finite and finds all of data that a line separates', async () => {
    const rows = rowsOf([[-2], [-1.5], [1.5], [2]], [0, 0, 1, 1], 2);
    const [{ parameters }] = await solveTogether(rows, [{ rowWeights: ones(rows), C: 100 }], { tolerance: 1e-9 });
    expect(parameters.every(Number.isFinite)).toBe(true);
    expect((await scoreTogether(rows, [parameters], [ones(rows)]))[0]!.accuracy).toBe(1);
  });

  it('scores rows by their weights and none where nothing counts', async () => {
    const rows = rowsOf([[1], [-1], [1]], [1, 0, 0], 2);
    const point = Float64Array.of(1, 0);
    const [one, none] = await scoreTogether(rows, [point, point], [Float64Array.of(1, 0, 3), new Float64Array(3)]);
    const [right, wrong] = [Math.log(1 + Math.exp(-1)), Math.log(1 + Math.E)];
    expect(one!.loss).toBeCloseTo((right + 3 * wrong) / 4, 12);
    expect(one!.accuracy).toBe(0.5);
    expect(none).toBeUndefined();
  });

  it('ends where a signal says so', async () => {
    const rows = randomRows(4000, 300, 5);
    const stop = AbortSignal.abort(new Error('enough'));
    const solving = solveTogether(rows, [{ rowWeights: ones(rows), C: 1e3 }], { tolerance: 1e-12, signal: stop });
    await expect(solving).rejects.toThrow('enough');
  });
});

describe('standardization', () => {
  it('leaves constant columns at zero, and goes into the weights without a trace', () => {
    const random = new Random(4);
    const x = Array.from({ length: 50 }, () => [random.uniform(90, 110), 7.1, random.uniform(-1e-3, 1e-3), 0]);
    const rows = rowsOf(
      x,
      x.map(() => 0),
      2,
    );
    const before = rows.data.slice();
    const moments = momentsOf(rows);
    expect(moments.deviation[1]).toBe(1);
    expect(moments.deviation[3]).toBe(1);
    standardize(rows, moments);
    const after = momentsOf(rows);
    after.mean.forEach((mean) => expect(mean).toBeCloseTo(0, 5));
    expect(after.deviation[0]).toBeCloseTo(1, 6);
    expect(after.deviation[2]).toBeCloseTo(1, 6);
    const parameters = Float64Array.from({ length: 15 }, () => random.uniform(-1, 1));
    const { kernel, bias } = unstandardized(parameters, moments);
    for (let i = 0; i < 50; i++) {
      for (let k = 0; k < 3; k++) {
        let folded = bias[k];
        let given = parameters[12 + k];
        for (let j = 0; j < 4; j++) {
          folded += before[i * 4 + j] * kernel[j * 3 + k];
          given += rows.data[i * 4 + j] * parameters[k * 4 + j];
        }
        expect(folded).toBeCloseTo(given, 5);
      }
    }
  });
});

describe('Lbfgs', () => {
  it('finds the bottom of Rosenbrock’s valley', () => {
    const search = new Lbfgs(Float64Array.of(-1.2, 1), { tolerance: 1e-9, maxIterations: 200 });
    let calls = 0;
    for (; !search.done; calls++) {
      const [x, y] = search.point;
      const value = (1 - x) ** 2 + 100 * (y - x * x) ** 2;
      search.tell(value, Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)));
    }
    expect(search.point[0]).toBeCloseTo(1, 8);
    expect(search.point[1]).toBeCloseTo(1, 8);
    expect(calls).toBeLessThan(100);
  });

  it('ends at once at a minimum, and at a value that is no number', () => {
    const there = new Lbfgs(Float64Array.of(0), { tolerance: 1e-9, maxIterations: 10 });
    there.tell(0, Float64Array.of(0));
    expect(there.done).toBe(true);
    const broken = new Lbfgs(Float64Array.of(3), { tolerance: 1e-9, maxIterations: 10 });
    broken.tell(9, Float64Array.of(NaN));
    expect(broken.done).toBe(true);
    expect(broken.point[0]).toBe(3);
  });
});

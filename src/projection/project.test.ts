import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Tensor } from '../tensor/index.js';
import { project, projectionQuality, type ProjectOptions } from './index.js';

/** What projection.py, beside the file, computed of points by the same rule. */
const expected = JSON.parse(
  readFileSync(new URL('../../test/fixtures/projection/projection.json', import.meta.url), 'utf8'),
) as Record<'tall' | 'wide', Components> & { tsne: { divergence: number; trustworthiness: number } };

interface Components {
  readonly explainedVarianceRatio: readonly number[];
  /** 4 × D. */
  readonly components: readonly number[];
  /** Of the first ten points, 4 each. */
  readonly places: readonly number[];
  /** Of the first two components. */
  readonly trustworthiness: number;
}

/** Clouds around centres, all of sines. */
function clouds(count: number, width: number, classes: number): Tensor<'float32'> {
  const x = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) {
      const centre = 2 * Math.sin(((i % classes) + 1) * (j + 1) * 0.7);
      const noise = Math.sin((i * width + j + 1) * 12.9898) * Math.cos((i + 3) * (j + 2) * 0.37) * (1 + (j % 5));
      x[i * width + j] = centre + noise;
    }
  }
  return new Tensor('float32', [count, width], x);
}

const cases = { tall: clouds(400, 24, 6), wide: clouds(30, 200, 3) };
const labels = Int32Array.from({ length: 400 }, (_, i) => i % 6);

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - b[i])),
    a.length === b.length ? 0 : Infinity,
  );

describe('principal components', () => {
  it.each(['tall', 'wide'] as const)("are scikit-learn's, signs too: %s points", async (name) => {
    const own = await project(cases[name], { components: 4 });
    const { explainedVarianceRatio, components, places } = expected[name];
    expect(farthest(own.explainedVarianceRatio!, explainedVarianceRatio)).toBeLessThan(1e-6);
    expect(farthest(own.components!.data, components)).toBeLessThan(1e-5);
    expect(farthest(own.points.data.subarray(0, 40), places)).toBeLessThan(1e-5 * Math.max(...places.map(Math.abs)));
  });

  it('are the same whatever seed the search starts with', async () => {
    const [one, other] = [await project(cases.tall, { seed: 1 }), await project(cases.tall, { seed: 2 })];
    expect(farthest(one.points.data, other.points.data)).toBeLessThan(1e-5);
  });

  it('are all found where several vary equally, and where points lie on a line', async () => {
    // A simplex: every direction has the same variance.
    const corners = new Tensor(
      'float32',
      [5, 5],
      Float32Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0)),
    );
    const { explainedVarianceRatio, components } = await project(corners, { components: 4 });
    for (const ratio of explainedVarianceRatio!) expect(ratio).toBeCloseTo(0.25, 10);
    const [a, b] = [components!.data.subarray(0, 5), components!.data.subarray(5, 10)];
    expect(a.reduce((sum, value, i) => sum + value * b[i], 0)).toBeCloseTo(0, 6);
    const line = new Tensor('float32', [4, 3], Float32Array.from([1, 2, 3, 2, 4, 6, 3, 6, 9, 4, 8, 12]));
    const flat = await project(line);
    expect(flat.explainedVarianceRatio![0]).toBeCloseTo(1, 10);
    expect(
      farthest(
        flat.points.data.filter((_, i) => i % 2 === 1),
        [0, 0, 0, 0],
      ),
    ).toBeLessThan(1e-5);
  });

  it('are exact where points lie far from the origin', async () => {
    const moved = new Tensor(
      'float32',
      [400, 24],
      cases.tall.data.map((value) => value + 1000),
    );
    const [near, far] = [await project(cases.tall), await project(moved)];
    // As exact as float32 keeps numbers about 1,000.
    expect(farthest(near.points.data, far.points.data)).toBeLessThan(2e-3);
  });
});

describe('t-SNE', () => {
  it("leaves as little divergence as scikit-learn's, and keeps as many neighbours", async () => {
    const map = await project(cases.tall, { method: 'tsne' });
    expect(map.divergence!).toBeLessThan(expected.tsne.divergence * 1.05);
    const { trustworthiness } = await projectionQuality(cases.tall, map.points);
    expect(trustworthiness).toBeGreaterThan(expected.tsne.trustworthiness - 0.005);
  });

  it('comes to much the same by every pair as by squares of them', async () => {
    const few = new Tensor('float32', [120, 24], cases.tall.data.slice(0, 120 * 24));
    const [exact, near] = [
      await project(few, { method: 'tsne', angle: 0, iterations: 400 }),
      await project(few, { method: 'tsne', iterations: 400 }),
    ];
    expect(Math.abs(exact.divergence! - near.divergence!)).toBeLessThan(0.05 * exact.divergence!);
  });
});

describe('UMAP', () => {
  it('keeps neighbours, and classes together', async () => {
    const map = await project(cases.tall, { method: 'umap' });
    const quality = await projectionQuality(cases.tall, map.points, { labels });
    expect(quality.trustworthiness).toBeGreaterThan(0.97);
    expect(quality.accuracy!).toBeGreaterThan(quality.fullAccuracy! - 0.03);
  });
});

describe.each(['tsne', 'umap'] as const)('%s', (method) => {
  const short = { method, ...(method === 'tsne' ? { iterations: 60 } : { nEpochs: 30 }) } as ProjectOptions;
  const few = new Tensor('float32', [60, 24], cases.tall.data.slice(0, 60 * 24));

  it('gives the same places for the same seed, and others for another', async () => {
    const random = { ...short, init: 'random' } as ProjectOptions;
    const [one, again] = [await project(few, { ...random, seed: 3 }), await project(few, { ...random, seed: 3 })];
    expect(again.points.data).toEqual(one.points.data);
    expect((await project(few, { ...random, seed: 4 })).points.data).not.toEqual(one.points.data);
  });

  it('tells how far it is, and every parameter that it used', async () => {
    const told: [number, number][] = [];
    const map = await project(few, { ...short, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)![0]).toBe(told.at(-1)![1]);
    expect(told).toHaveLength(told[0][1]);
    expect(Object.values(map.parameters)).not.toContain(undefined);
    expect(map.parameters).toMatchObject(
      method === 'tsne' ? { perplexity: 59 / 3, iterations: 60, init: 'pca' } : { nNeighbors: 15, nEpochs: 30 },
    );
  });

  it('takes points of which many are the same', async () => {
    const twice = new Tensor(
      'float32',
      [60, 3],
      Float32Array.from({ length: 180 }, (_, i) => (i < 120 ? 1 : i % 7)),
    );
    const { points } = await project(twice, short);
    expect(points.data.every(Number.isFinite)).toBe(true);
  });

  it('takes few points', async () => {
    const { points } = await project(new Tensor('float32', [5, 2], cases.tall.data.slice(0, 10)), short);
    expect(points.shape).toEqual([5, 2]);
    expect(points.data.every(Number.isFinite)).toBe(true);
  });
});

describe('what cannot be projected is refused', () => {
  const few = new Tensor('float32', [6, 3], cases.tall.data.slice(0, 18));
  const filled = (value: (i: number) => number): Tensor<'float32'> =>
    new Tensor(
      'float32',
      [6, 3],
      Float32Array.from({ length: 18 }, (_, i) => value(i)),
    );
  it.each<[string, Tensor, ProjectOptions, RegExp]>([
    ['one picture', new Tensor('float32', [1, 3], new Float32Array(3)), {}, /at least 2 points; received 1/],
    ['no rows', new Tensor('float32', [6], new Float32Array(6)), {}, /needs points \[N, D\]/],
    ['constant embeddings', filled((i) => i % 3), {}, /all 6 points are the same.*units may be dead/],
    ['NaN', filled((i) => (i === 7 ? NaN : i)), {}, /finite; received NaN in point 2/],
    ['infinity', filled((i) => (i === 9 ? Infinity : i)), { method: 'umap' }, /received Infinity in point 3/],
    ['too many components', few, { components: 4 }, /at most 3, the smaller of the 6 points and their 3 numbers/],
    ['a perplexity too large', few, { method: 'tsne', perplexity: 6 }, /perplexity must be less than .* 6; .*a third/],
    ['a perplexity too small', few, { method: 'tsne', perplexity: 0.5 }, /perplexity must be a number from 1/],
    ['neighbours too many', few, { method: 'umap', nNeighbors: 6 }, /nNeighbors must be less than .*, 6/],
    [
      'too few points for UMAP',
      new Tensor('float32', [3, 2], cases.tall.data.slice(0, 6)),
      { method: 'umap' },
      /4 points/,
    ],
    ['points that fly apart', few, { method: 'tsne', learningRate: 1e300, iterations: 60 }, /smaller learningRate/],
    ['a method that there is not', few, { method: 'isomap' } as never, /one of pca, tsne, umap; received 'isomap'/],
    ["another method's option", few, { method: 'umap', perplexity: 5 } as never, /no option 'perplexity'.*nNeighbors/],
    ['scikit-learn’s spelling', few, { method: 'tsne', n_iter: 5 } as never, /no option 'n_iter'/],
    ['a seed that is none', few, { seed: 0.5 }, /seed must be a whole number/],
  ])('%s', async (_, points, options, message) => {
    await expect(project(points, options)).rejects.toThrow(message);
  });
});

describe('the quality of a projection', () => {
  it.each(['tall', 'wide'] as const)("has scikit-learn's trustworthiness: %s points", async (name) => {
    const { points } = await project(cases[name]);
    const { trustworthiness, looked } = await projectionQuality(cases[name], points);
    expect(trustworthiness).toBeCloseTo(expected[name].trustworthiness, 6);
    expect(looked).toBe(cases[name].shape[0]);
  });

  it('is perfect for the points themselves, and about a half by chance', async () => {
    const own = await projectionQuality(cases.tall, cases.tall, { labels });
    expect(own.trustworthiness).toBe(1);
    expect(own.accuracy).toBe(own.fullAccuracy);
    const chance = await projectionQuality(cases.tall, clouds(400, 2, 400));
    expect(chance.trustworthiness).toBeGreaterThan(0.4);
    expect(chance.trustworthiness).toBeLessThan(0.6);
    expect(chance.accuracy).toBeUndefined();
  });

  it('is measured on a sample of very many points, which tells much the same', async () => {
    const many = clouds(3000, 128, 6);
    const { points } = await project(many);
    const sampled = await projectionQuality(many, points);
    expect(sampled.looked).toBeLessThan(3000);
    const other = await projectionQuality(many, points, { seed: 1 });
    expect(Math.abs(sampled.trustworthiness - other.trustworthiness)).toBeLessThan(0.01);
  });

  it('refuses too few points and labels', async () => {
    await expect(projectionQuality(cases.tall, cases.wide)).rejects.toThrow('400 points, 30 projected');
    await expect(projectionQuality(cases.tall, cases.tall, { labels: [1] })).rejects.toThrow('1 labels');
    await expect(projectionQuality(cases.wide, cases.wide, { neighbors: 15 })).rejects.toThrow('less than half');
  });
});

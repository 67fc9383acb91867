import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential, type Model } from '../../models/index.js';
import { Tensor, zeros } from '../../tensor/index.js';
import { energyInside, evidenceLines, explain, spearman, type Explanation, type ExplanationMethod } from '../index.js';

const side = 8;
/** The pixels that the planted model looks at: a patch of 2 × 2. */
const patch = [18, 19, 26, 27];
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** A model whose score is the sum of a patch, times 2, less 4. */
async function planted(): Promise<Model> {
  const model = sequential([
    layers.flatten({ inputShape: [side, side, 1] }),
    layers.dense({ units: 1, activation: 'sigmoid', name: 'sum' }),
  ]);
  const kernel = zeros([side * side, 1]);
  for (const place of patch) kernel.data[place] = 2;
  const bias = new Tensor('float32', [1], new Float32Array([-4]));
  await model.setWeights(
    new Map([
      ['sum/kernel', kernel],
      ['sum/bias', bias],
    ]),
  );
  return model;
}

/** A method that always gives the same map. */
function mapped(name: string, numberAt: (place: number) => number): ExplanationMethod {
  return {
    name,
    at: 'picture',
    signed: true,
    attribute: ({ pictures: { shape } }) => {
      const map = zeros(shape.slice(0, 3));
      map.data.forEach((_, i) => (map.data[i] = numberAt(i % (side * side))));
      return Promise.resolve({ map });
    },
  };
}

const right = mapped('right', (place) => (patch.includes(place) ? 1 : 0));
const wrong = mapped('wrong', (place) => (patch.includes(place) ? -1 : place / 100));
const white = new Tensor('float32', [side, side, 1], new Float32Array(side * side).fill(1));

describe('evidence', () => {
  const model = planted();
  const evidenceFor = async (
    method: ExplanationMethod,
    options: Parameters<typeof explain>[2] = { evidence: true },
  ): Promise<Explanation['evidence']> =>
    (await explain(await model, white, { target: 1, method, batchSize: 5, ...options })).evidence;

  it('has curves whose numbers follow from the pixels that count', async () => {
    const { deletion, insertion } = (await evidenceFor(right, {
      evidence: { steps: side * side, insertionBaseline: 'zero' },
    }))!;
    // Each of the first four pixels takes 2 from the score, the others nothing.
    const taken = Array.from({ length: 65 }, (_, k) => sigmoid(4 - 2 * Math.min(k, 4)));
    deletion!.probabilities.forEach((p, k) => expect(p).toBeCloseTo(taken[k], 5));
    insertion!.probabilities.forEach((p, k) => expect(p).toBeCloseTo(sigmoid(2 * Math.min(k, 4) - 4), 5));
    const steps = taken.slice(1).map((p, k) => (p + taken[k]) / 2);
    expect(deletion!.area).toBeCloseTo(steps.reduce((a, b) => a + b, 0) / 64, 6);
    expect(deletion!.shares[16]).toBe(0.25);
    const late = (await evidenceFor(wrong, { evidence: { steps: 64, insertionBaseline: 'zero' } }))!;
    expect(late.deletion!.area).toBeGreaterThan(0.9);
    expect(late.insertion!.area).toBeLessThan(0.1);
  });

  it('asks for the probability, whatever form the map is about', async () => {
    const { deletion } = (await evidenceFor(right, { of: 'scores', evidence: { steps: 1 } }))!;
    expect(deletion!.probabilities[0]).toBeCloseTo(sigmoid(4), 5);
  });

  it('has a drop and an increase that follow from what the map leaves visible', async () => {
    const { confidence } = (await evidenceFor(right))!;
    expect(confidence!.drop).toBeCloseTo(0, 5);
    const half = mapped('half', (place) => (patch.includes(place) ? 0.5 : Number(place === 0)));
    const seen = (await evidenceFor(half))!.confidence!;
    expect(seen.drop).toBeCloseTo(1 - sigmoid(0) / sigmoid(4), 5);
    expect(seen.increase).toBe(false);
    const against = await explain(await model, white, { target: 0, method: wrong, evidence: true });
    expect(against.evidence!.confidence).toMatchObject({ drop: 0, increase: true });
  });

  it('has a ROAD that is near 0 where neighbours tell what was removed, and large where they do not', async () => {
    const even = (await evidenceFor(right))!.road!;
    expect(Math.abs(even.score)).toBeLessThan(1e-3);
    const spot = zeros([side, side, 1]);
    for (const place of patch) spot.data[place] = 1;
    const { evidence } = await explain(await model, spot, { target: 1, method: right, evidence: true });
    expect(evidence!.road!.score).toBeGreaterThan(0.4);
    const turned = await explain(await model, spot, { target: 1, method: wrong, evidence: true });
    expect(turned.evidence!.road!.score).toBeLessThan(-0.4);
  });

  it('counts the energy inside boxes and masks, of pictures of another size, too', async () => {
    const box = { left: 2, top: 2, right: 4, bottom: 4 };
    const { inside } = (await evidenceFor(right, { evidence: { inside: box } }))!;
    expect(inside).toEqual({ energy: 1, area: 4 / 64, pointing: true });
    const large = { left: 20, top: 30, right: 30, bottom: 60, of: { width: 80, height: 120 } };
    expect((await evidenceFor(right, { evidence: { inside: () => large } }))!.inside).toEqual({
      energy: 0.5,
      area: 2 / 64,
      pointing: true,
    });
    const heat = zeros([2, 2]);
    heat.data.set([3, -5, 1, 0]);
    const mask = new Tensor('float32', [2, 2], new Float32Array([0, 1, 1, 0]));
    expect(energyInside(heat, mask)).toEqual({ energy: 0.25, area: 0.5, pointing: false });
    expect(energyInside(heat, [{ left: 0, top: 0, right: 1, bottom: 1 }, box])).toMatchObject({ energy: 0.75 });
  });

  it('hands on the completeness gap of methods that have one', async () => {
    const found = await explain(await model, white, { target: 1, method: 'integrated-gradients', evidence: true });
    expect(found.gap).toBeDefined();
    expect(found.evidence!.gap).toBe(found.gap);
    expect((await evidenceFor(right))!.gap).toBeUndefined();
    expect(evidenceLines(found.evidence!).join('\n')).toMatch(
      /insertion 0\.\d+ .*\ndeletion .*\nROAD .*\ndrop .*\ncompleteness gap/,
    );
  });

  it('is the same for the same seed, measures only what is asked for, and is left out where nothing is', async () => {
    const [a, b] = [await evidenceFor(right), await evidenceFor(right)];
    expect(a).toEqual(b);
    const other = await evidenceFor(right, { evidence: { seed: 1 } });
    expect(other!.road).not.toEqual(a!.road);
    expect(Object.keys((await evidenceFor(right, { evidence: { measures: ['deletion'] } }))!)).toEqual(['deletion']);
    expect(await evidenceFor(right, {})).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    ['an unknown option', { stepps: 3 }, /no option 'stepps'; .*steps/],
    [
      'an unknown measure',
      { measures: ['delition'] },
      /a measure must be one of insertion, deletion, road, confidence/,
    ],
    ['no step', { steps: 0 }, /steps must be a whole number from 1/],
    ['all of the pixels', { roadShares: [1] }, /a share of ROAD must be .*1/],
    ['an empty part', { inside: { left: 9, top: 0, right: 12, bottom: 3 } }, /must hold a pixel of the picture/],
    ['a part without an end', { inside: { left: 1, top: 0, right: 2 } }, /bottom must be a finite number/],
    ['a mask of channels', { inside: zeros([8, 8, 3]) }, /a mask must be \[height, width\]/],
  ])('refuses %s', async (_, evidence, message) => {
    await expect(evidenceFor(right, { evidence })).rejects.toThrow(message);
  });
});

describe('spearman', () => {
  it('is scipy’s, with ranks shared by equal numbers', () => {
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
    expect(spearman([1, 2, 3], [3, 2, -10])).toBe(-1);
    expect(spearman([1, 2, 3], [2, 2, 2])).toBe(0);
  });
});

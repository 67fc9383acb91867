import { describe, expect, it } from 'vitest';
import { PictureSet } from '../../data/index.js';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { Random, Tensor, zeros } from '../../tensor/index.js';
import { rankExplanations, type ExplanationMethod } from '../index.js';

/** A map of random numbers. */
const random: ExplanationMethod = {
  name: 'random',
  at: 'picture',
  signed: false,
  attribute: ({ pictures }) => {
    const numbers = new Random(1);
    const map = zeros(pictures.shape.slice(0, 3));
    map.data.forEach((_, i) => (map.data[i] = numbers.uniform()));
    return Promise.resolve({ map });
  },
};

describe('rankExplanations', () => {
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [6, 6, 1] }),
      layers.dense({ units: 2, name: 'classes', kernelInitializer: 'randomNormal' }),
    ],
    seed: 1,
  });
  const draw = new Random(4);
  const x = new Tensor(
    'uint8',
    [20, 6, 6, 1],
    Uint8Array.from({ length: 720 }, () => draw.integer(256)),
  );
  const y = new Tensor('int32', [20], new Int32Array(20));
  const data = new PictureSet({ name: 'drawn', x, y, classNames: ['a', 'b'] });

  it('puts what a linear model adds up before a random map, and tells what the model does not allow', async () => {
    const ranking = await rankExplanations(model, data, {
      methods: [random, 'cam', 'gradient-times-input'],
      evidence: { steps: 36, insertionBaseline: 'zero' },
      count: 10,
    });
    expect(ranking.rows.map(({ method }) => method)).toEqual(['gradient-times-input', 'random']);
    expect(ranking.best.method).toBe('gradient-times-input');
    expect(ranking.pictures).toBe(10);
    const [best, worst] = ranking.rows;
    expect(best.insertion).toBeGreaterThan(worst.insertion);
    expect(best.deletion).toBeLessThan(worst.deletion);
    expect(best.seconds).toBeGreaterThan(0);
    expect(ranking.refused).toEqual([
      { method: 'cam', reason: expect.stringMatching(/has none before its classifier/) as string },
    ]);
    const text = ranking.toString();
    expect(text).toMatch(/Method +┃ Insertion ┃ Deletion ┃ +Drop ┃ Increase ┃ s\/picture/);
    expect(text).toMatch(/gradient-times-input explains this model best on 10 pictures: .*\nNot for this model: cam/);
  });

  it('draws the same pictures for the same seed, and measures ROAD where asked', async () => {
    const rank = (seed: number) =>
      rankExplanations(model, data, { methods: ['saliency'], count: 3, seed, evidence: { measures: ['road'] } });
    const [{ best: a }, { best: b }, { best: c }] = [await rank(1), await rank(1), await rank(2)];
    expect({ ...a, seconds: 0 }).toEqual({ ...b, seconds: 0 });
    expect(c.insertion).not.toBe(a.insertion);
    expect(a.road).toBeDefined();
  });

  it('takes a list of pictures whole', async () => {
    const list = [0, 1, 2].map((i) => x.slice(i, i + 1).reshape([6, 6, 1]));
    const floats = list.map(({ shape, data: bytes }) => new Tensor('float32', shape, Float32Array.from(bytes)));
    const { pictures } = await rankExplanations(model, floats, { methods: ['saliency'], count: 1 });
    expect(pictures).toBe(3);
  });

  it('refuses when no method can explain the model', async () => {
    await expect(rankExplanations(model, data, { methods: ['cam'] })).rejects.toThrow(
      /none of the methods can explain the model.*has none before its classifier/,
    );
  });
});

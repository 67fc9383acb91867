import { describe, expect, it } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential } from '../../models/index.js';
import { Random, Tensor, zeros } from '../../tensor/index.js';
import { sanityCheck, type ExplanationMethod } from '../index.js';

/** Shows how bright pixels are, whatever the model. */
const brightness: ExplanationMethod = {
  name: 'brightness',
  at: 'picture',
  signed: true,
  attribute: ({ pictures }) =>
    Promise.resolve({ map: new Tensor('float32', pictures.shape.slice(0, 3), pictures.data) }),
};

function drawn(shape: readonly number[], seed: number): Tensor<'float32'> {
  const random = new Random(seed);
  const x = zeros(shape);
  x.data.forEach((_, i) => (x.data[i] = random.uniform(-1, 1)));
  return x;
}

describe('sanityCheck', () => {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'tanh', inputShape: [12, 12, 1], name: 'first' }),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'tanh', name: 'second' }),
      layers.flatten(),
      layers.dense({ units: 3, name: 'classes' }),
    ],
    seed: 5,
  });
  const pictures = [1, 2, 3, 4].map((seed) => drawn([12, 12, 1], seed));

  it('passes gradients, and catches a method that does not look at the model; the model keeps its weights', async () => {
    const before = await model.getWeights();
    const check = await sanityCheck(model, pictures, { methods: ['gradient-times-input', brightness] });
    const [gradient, ignorant] = check.results;
    expect(gradient.passes).toBe(true);
    expect(Math.abs(gradient.correlation)).toBeLessThan(0.3);
    expect(gradient.stages.map(({ layer, layers: random }) => [layer, random])).toEqual([
      ['classes', 1],
      ['second', 2],
      ['first', 3],
    ]);
    expect(ignorant).toMatchObject({ method: 'brightness', passes: false });
    expect(ignorant.correlation).toBeCloseTo(1, 12);
    expect(check.toString()).toMatch(/│ brightness +│ +1\.00 │ +1\.00 │ +1\.00 │ +1\.00 │ fails +│/);
    expect(await model.getWeights()).toEqual(before);
  });

  it('is the same for the same seed, with any number of stages', async () => {
    const run = async (seed: number, stages: number) =>
      (await sanityCheck(model, pictures, { methods: ['saliency'], seed, stages })).results[0].stages;
    expect(await run(1, 3)).toEqual(await run(1, 3));
    expect(await run(1, 3)).not.toEqual(await run(2, 3));
    expect(await run(1, 1)).toEqual([(await run(1, 3))[2]]);
  });

  it('gives the model its weights back after an error', async () => {
    const before = await model.getWeights();
    let calls = 0;
    const breaking: ExplanationMethod = {
      ...brightness,
      attribute: (subject) => (calls++ > 1 ? Promise.reject(new Error('broken')) : brightness.attribute(subject)),
    };
    await expect(sanityCheck(model, pictures, { methods: [breaking] })).rejects.toThrow('broken');
    expect(await model.getWeights()).toEqual(before);
  });

  it.each<[string, object, RegExp]>([
    ['an unknown option', { method: 'cam' }, /no option 'method'; .*methods/],
    ['an unknown method', { methods: ['grad-cum'] }, /no method 'grad-cum'; .*grad-cam/],
    ['a threshold above 1', { threshold: 2 }, /threshold must be/],
  ])('refuses %s', async (_, options, message) => {
    await expect(sanityCheck(model, pictures, options)).rejects.toThrow(message);
  });

  it('refuses a model without weights', async () => {
    const bare = sequential([layers.globalAveragePooling2d({ inputShape: [4, 4, 2] })]);
    await expect(sanityCheck(bare, [drawn([4, 4, 2], 1)])).rejects.toThrow(/has no weights that could be random/);
  });
});

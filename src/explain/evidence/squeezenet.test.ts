import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel, type OpenedModel } from '../../classify/index.js';
import { Random, zeros } from '../../tensor/index.js';
import { explain, explanations, sanityCheck, type ExplanationMethod } from '../index.js';

const data = process.env.STRIATE_DATA;

/** A map of random numbers. */
const random: ExplanationMethod = {
  name: 'random',
  at: 'picture',
  signed: false,
  attribute: ({ pictures }) => {
    const numbers = new Random(7);
    const map = zeros(pictures.shape.slice(0, 3));
    map.data.forEach((_, i) => (map.data[i] = numbers.uniform()));
    return Promise.resolve({ map });
  },
};

describe.skipIf(!data)('evidence of SqueezeNet’s explanations (needs STRIATE_DATA)', () => {
  const root = data ?? '';
  const pictures = [
    ...['cats/cat.1001.jpg', 'dogs/dog.1000.jpg', 'cats/cat.1003.jpg', 'dogs/dog.1002.jpg'].map((file) =>
      join(root, 'cats-dogs/validation', file),
    ),
  ];
  let opened: Promise<OpenedModel> | undefined;
  const squeezenet = (): Promise<OpenedModel> =>
    (opened ??= openModel(join(root, 'pretrained/squeezenet1_1-imagenet.onnx'), { preprocessing: 'rgb-means' }));

  it('finds more by RISE than by a random map', async () => {
    const evidence = { measures: ['insertion'], steps: 10 } as const;
    const insertion = async (method: ExplanationMethod): Promise<number> => {
      const found = await explain(await squeezenet(), pictures.slice(0, 2), { method, evidence });
      return found.reduce((sum, one) => sum + one.evidence!.insertion!.area, 0);
    };
    const [rise, noise] = [await insertion(explanations.rise({ masks: 50, seed: 1 })), await insertion(random)];
    expect(rise).toBeGreaterThan(2 * noise);
  });

  it('catches guided backpropagation, and passes gradients and Grad-CAM', async () => {
    const check = await sanityCheck(await squeezenet(), pictures, { stages: 4 });
    expect(check.results.map(({ method, passes }) => [method, passes])).toEqual([
      ['grad-cam', true],
      ['saliency', true],
      ['guided-backpropagation', false],
    ]);
  });
});

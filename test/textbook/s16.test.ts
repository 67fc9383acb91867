import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  EmbeddingIndex,
  model as modelOf,
  modelFingerprint,
  preparePicture,
  retrievalScores,
  preprocessingFromTexts,
  zoo,
  type Model,
  type Preprocessing,
  type Tensor,
} from '../../src/index.js';
import { imageFolder } from '../../src/index.node.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ': skipped, STRIATE_DATA names no folder with photos and pretrained weights';

/** Pictures of each class. */
const perClass = 60;

describe.skipIf(!folder)(`S16: one backbone, several heads${title}`, () => {
  const at = (...parts: string[]): string => join(folder ?? '', ...parts);
  const weights = at('pretrained', 'squeezenet1_1-imagenet.safetensors');
  let model: Model;
  let preprocessing: Preprocessing;
  beforeAll(async () => {
    const { metadata } = decodeSafetensors(readFileSync(weights), weights);
    preprocessing = preprocessingFromTexts(metadata, zoo.describe('squeezenet1_1').preprocessing);
    model = zoo.create('squeezenet1_1', { inputShape: [227, 227, 3] });
    await model.loadWeights(weights);
  });
  afterAll(() => model.dispose());

  it('classifies and retrieves cats and dogs in one pass over the features', async () => {
    const { validation } = await imageFolder(at('cats-dogs'), { preprocessing, workers: 0, cache: 'none' });
    const [cats, dogs] = validation!.indicesByClass().map((all) => [...all.subarray(0, perClass)]);
    const pictures = validation!.subset([...cats, ...dogs]);
    const labels = [...cats.map(() => 'cats'), ...dogs.map(() => 'dogs')];
    const backbone = model.embedding;
    // Two outputs over one backbone, whose layers are computed once.
    const heads = modelOf({ inputs: model.inputs, outputs: [model.outputs[0], backbone.outputs[0]] });
    expect(heads.countParams()).toBe(model.countParams());
    const [scores, vectors] = await heads.predictAll(pictures, { batchSize: 20 });
    expect([scores.shape, vectors.shape]).toEqual([
      [2 * perClass, 1000],
      [2 * perClass, 512],
    ]);
    await expectSame(scores, await model.predict(pictures.subset([0, 1, 2])));
    await expectSame(vectors, await backbone.predict(pictures.subset([0, 1, 2])));

    // Classification: ImageNet's classes 281 to 285 are cats, 151 to 268 dogs. Measured: 0.883 right.
    const right = labels.filter((label, i) => {
      const best = (from: number, to: number): number =>
        Math.max(...scores.data.subarray(i * 1000 + from, i * 1000 + to));
      return best(281, 286) > best(151, 269) === (label === 'cats');
    });
    expect(right.length / labels.length).toBeGreaterThan(0.8);

    // Retrieval: each picture among the others. Measured: precision@5 0.883, mean average precision 0.763; by chance 0.496.
    const index = new EmbeddingIndex({ dimensions: 512, model: await modelFingerprint(backbone) });
    index.addAll(vectors, { names: labels.map((label, i) => `${label} ${i}`), labels });
    const { precision, meanAveragePrecision, chance } = await retrievalScores(index, { k: 5 });
    expect(chance).toBeCloseTo((perClass - 1) / (2 * perClass - 1), 12);
    expect(precision).toBeGreaterThan(0.85);
    expect(meanAveragePrecision).toBeGreaterThan(0.72);
  });

  it('finds the elephants of one photo first among all photos, each by the other', async () => {
    const backbone = model.embedding;
    const index = new EmbeddingIndex({ dimensions: 512 });
    const elephants = 'creative_commons_elephant.jpg';
    const others = readdirSync(at('photos')).filter((name) => /\.(jpg|png)$/.test(name) && name !== elephants);
    expect(others.length).toBeGreaterThan(5);
    for (const name of others) index.add(name, await vectorOf(backbone, sharp(at('photos', name))));
    const { width, height } = await sharp(at('photos', elephants)).metadata();
    const cut = (from: number, to: number): Promise<ArrayLike<number>> => {
      const [left, right] = [Math.round(from * width), Math.round(to * width)];
      return vectorOf(backbone, sharp(at('photos', elephants)).extract({ left, width: right - left, top: 0, height }));
    };
    const [calf, mother] = [await cut(0.08, 0.46), await cut(0.46, 1)];
    index.add('mother', mother);
    index.add('calf', calf);
    for (const [asked, expected] of [
      [calf, ['calf', 'mother']],
      [mother, ['mother', 'calf']],
    ] as const) {
      const found = await index.query(asked, 3);
      expect(found.slice(0, 2).map(({ name }) => name)).toEqual(expected);
      expect(found[1].similarity).toBeGreaterThan(found[2].similarity + 0.05);
    }
  });

  /** The first rows of a result. */
  async function expectSame(all: Tensor<'float32'>, some: Tensor<'float32'>): Promise<void> {
    // Batches of another size are computed by other kernels, which round differently.
    some.data.forEach((value, i) => expect(Math.abs(value - all.data[i])).toBeLessThan(1e-3));
  }

  async function vectorOf(backbone: Model, picture: Sharp): Promise<ArrayLike<number>> {
    const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const x = preparePicture({ data, width: info.width, height: info.height }, preprocessing);
    return (await backbone.predict(x.reshape([1, ...x.shape]))).data;
  }
});

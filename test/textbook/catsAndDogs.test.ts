import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  augmentation,
  augmentations,
  decodeSafetensors,
  newHead,
  optimizers,
  preprocessingFromTexts,
  zoo,
  type Model,
  type PictureFiles,
} from '../../src/index.js';
import { imageFolder } from '../../src/index.node.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ': skipped, STRIATE_DATA names no folder with photos and pretrained weights';

/** Photos of each class: enough to see each way work. docs/results.md has the figures on all of them. */
const [training, checking] = [60, 40];

describe.skipIf(!folder)(`cats and dogs from few photos${title}`, () => {
  const at = (...parts: string[]): string => join(folder ?? '', ...parts);
  const weights = at('pretrained', 'squeezenet1_1-imagenet.safetensors');
  const photos = at('cats-dogs');
  const learn = { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const;
  let model: Model;
  let train: PictureFiles;
  let augmented: PictureFiles;
  let validation: PictureFiles;

  const some = (set: PictureFiles, count: number): PictureFiles =>
    set.subset(set.indicesByClass().flatMap((all) => [...all.subarray(0, count)]));

  beforeAll(async () => {
    const { metadata } = decodeSafetensors(readFileSync(weights), weights);
    const preprocessing = preprocessingFromTexts(metadata, zoo.describe('squeezenet1_1').preprocessing);
    const plain = await imageFolder(photos, { preprocessing });
    train = some(plain.train, training);
    validation = some(plain.validation!, checking);
    augmented = train.augmented(augmentation(augmentations.basic));
    const squeezenet = zoo.create('squeezenet1_1', { inputShape: [227, 227, 3] });
    await squeezenet.loadWeights(weights);
    model = newHead(squeezenet, { classes: train.classNames, seed: 1 });
  });
  afterAll(() => model.dispose());

  async function weightsNow(): Promise<Map<string, Float32Array>> {
    return new Map([...(await model.getWeights())].map(([name, { data }]) => [name, data]));
  }

  const changed = (before: Map<string, Float32Array>, after: Map<string, Float32Array>): string[] =>
    [...before].flatMap(([name, values]) => (values.every((value, i) => value === after.get(name)![i]) ? [] : [name]));

  it('a new classifier on pretrained features: each photo goes through the network once', async () => {
    model.embedding.freeze();
    model.compile({ ...learn, optimizer: optimizers.adam({ learningRate: 3e-3 }) });
    const before = await weightsNow();
    const options = { epochs: 25, batchSize: 20, verbose: 0, seed: 1, cacheFeatures: true } as const;
    const { history } = await model.fit(train, { ...options, validationData: validation });
    expect(changed(before, await weightsNow())).toEqual(['classifier.1/kernel', 'classifier.1/bias']);
    // A linear classifier on all photos has 96.4 % (PyTorch); on 120 of them it may have less.
    expect(history.valAccuracy.at(-1)).toBeGreaterThanOrEqual(0.9);
  });

  it('the frozen network inside the model, with augmentation', async () => {
    model.compile({ ...learn, optimizer: 'adam' });
    const before = await weightsNow();
    const options = { epochs: 1, batchSize: 20, verbose: 0, seed: 1 } as const;
    const { history } = await model.fit(augmented, { ...options, validationData: validation });
    expect(changed(before, await weightsNow())).toEqual(['classifier.1/kernel', 'classifier.1/bias']);
    expect(history.valAccuracy.at(-1)).toBeGreaterThanOrEqual(0.9);
  });

  it('fine-tuning of the last three convolutions at 1e-5', async () => {
    model.unfreeze('features.12.squeeze');
    model.compile({ ...learn, optimizer: optimizers.adam({ learningRate: 1e-5 }) });
    const before = await weightsNow();
    const options = { epochs: 1, batchSize: 20, verbose: 0, seed: 1 } as const;
    const { history } = await model.fit(augmented, { ...options, validationData: validation });
    const after = await weightsNow();
    expect(changed(before, after)).toEqual(
      ['features.12.squeeze', 'features.12.expand1x1', 'features.12.expand3x3', 'classifier.1'].flatMap((name) => [
        `${name}/kernel`,
        `${name}/bias`,
      ]),
    );
    // Six steps of Adam at 1e-5 move no weight further than that many times the rate.
    const [was, is] = [before, after].map((all) => all.get('features.12.squeeze/kernel')!);
    expect(Math.max(...was.map((value, i) => Math.abs(value - is[i])))).toBeLessThan(1e-4);
    expect(history.valAccuracy.at(-1)).toBeGreaterThanOrEqual(0.9);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, preparePicture, preprocessingFromTexts, zoo } from '../../src/index.js';
import { lastJson, striate } from '../end-to-end/striate.js';

const folder = process.env.STRIATE_DATA;
const title = folder ? '' : ': skipped, STRIATE_DATA names no folder with photos and pretrained weights';

describe.skipIf(!folder)(`T15: the elephants${title}`, () => {
  const at = (...parts: string[]): string => join(folder ?? '', ...parts);
  const photo = at('photos', 'creative_commons_elephant.jpg');
  const weights = at('pretrained', 'squeezenet1_1-imagenet.safetensors');

  it('are African elephants first (0.68), tuskers second (0.09): by the library', async () => {
    const { metadata } = decodeSafetensors(readFileSync(weights), weights);
    const preprocessing = preprocessingFromTexts(metadata, zoo.describe('squeezenet1_1').preprocessing);
    expect(preprocessing.size).toEqual([227, 227]);
    const model = zoo.create('squeezenet1_1', { inputShape: [227, 227, 3], classifierActivation: 'softmax' });
    await model.loadWeights(weights);
    const image = sharp(photo).ensureAlpha().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    const x = preparePicture({ data, width: info.width, height: info.height }, preprocessing);
    const probabilities = (await model.predict(x.reshape([1, ...x.shape]))).data;
    await model.dispose();
    const places = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const index = JSON.parse(readFileSync(at('imagenet_class_index.json'), 'utf8')) as Record<string, string[]>;
    expect(places.slice(0, 2).map((place) => index[place][1])).toEqual(['African_elephant', 'tusker']);
    expect(probabilities[places[0]]).toBeCloseTo(0.68, 2);
    expect(probabilities[places[1]]).toBeCloseTo(0.09, 2);
  });

  it('are that by the command, too', async () => {
    const finished = await striate(['predict', 'squeezenet1_1', photo, '--weights', weights, '--top', '2', '--json']);
    expect(finished.stderr).toBe('');
    const { predictions } = lastJson(finished) as {
      predictions: { classes: { name: string; probability: number }[] }[];
    };
    const [{ classes }] = predictions;
    expect(classes.map(({ name }) => name)).toEqual(['African elephant', 'tusker']);
    expect(classes[0].probability).toBeCloseTo(0.68, 2);
    expect(classes[1].probability).toBeCloseTo(0.09, 2);
  });
});

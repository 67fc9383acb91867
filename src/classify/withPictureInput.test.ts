import { describe, expect, it } from 'vitest';
import { layers, type Layer } from '../layers/index.js';
import { modelFromBytes, sequential } from '../models/index.js';
import type { RgbaPicture } from '../pictures/index.js';
import { Tensor, type Shape } from '../tensor/index.js';
import { classify } from './classify.js';
import { openModel } from './openModel.js';

/** A classifier of digits in three classes, as a file. */
async function fileOf(inputShape: Shape, front: readonly Layer[] = []): Promise<Uint8Array> {
  const first = front.length > 0 ? front : [layers.flatten({ inputShape })];
  const model = sequential({
    seed: 4,
    layers: [
      ...first,
      layers.dense({ units: 8, activation: 'relu', ...(inputShape.length === 1 && { inputShape }) }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ].slice(inputShape.length === 1 ? 1 : 0),
  });
  model.useEngine({ engine: 'reference' });
  return model.toBytes();
}

/** A grey picture, brighter to the right. */
const picture: RgbaPicture = {
  width: 28,
  height: 28,
  data: Uint8ClampedArray.from({ length: 4 * 28 * 28 }, (_, i) => (i % 4 === 3 ? 255 : 9 * ((i >> 2) % 28))),
};
const numbers = Float32Array.from({ length: 28 * 28 }, (_, i) => (9 * (i % 28)) / 255);

describe('models that take grey pictures without an axis for the channel', () => {
  it.each([[[28, 28]], [[784]]] as Shape[][])('of %j: classify pictures as others do', async (inputShape) => {
    const file = await fileOf(inputShape);
    const { model, preparation } = await openModel(file, { engine: 'reference', name: 'quickstart.safetensors' });
    expect(model.inputShape).toEqual([28, 28, 1]);
    expect(preparation?.preprocessing.channels).toBe('grey');
    const original = await modelFromBytes(file, { engine: 'reference' });
    const { data } = await original.predict(new Tensor('float32', [1, ...inputShape], numbers));
    const classes = await classify(model, picture, { top: 3 });
    const found = classes.map(({ probability }) => probability);
    [...data].sort((a, b) => b - a).forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 5));
    await original.dispose();
    await model.dispose();
  });

  it('find a normalization of the model’s own behind the flattening', async () => {
    const front = [layers.flatten({ inputShape: [28, 28] }), layers.rescaling({ scale: 1 / 255 })];
    const { model, preparation } = await openModel(await fileOf([28, 28], front), {
      engine: 'reference',
      name: 'm.safetensors',
    });
    expect(preparation).toMatchObject({ stated: true, preprocessing: { std: [1 / 255] } });
    await model.dispose();
  });

  it('are left as they are where it may be a sequence', async () => {
    const model = sequential({
      layers: [layers.dense({ units: 4, inputShape: [28, 28] }), layers.flatten(), layers.dense({ units: 2 })],
    });
    model.useEngine({ engine: 'reference' });
    const opened = await openModel(await model.toBytes(), { engine: 'reference', name: 'm.safetensors' });
    expect(opened.model.inputShape).toEqual([28, 28]);
    expect(opened.preparation).toBeUndefined();
  });
});

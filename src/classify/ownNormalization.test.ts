import { describe, expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import { model, type Model } from '../models/index.js';
import { namedPreprocessing } from '../pictures/index.js';
import { ownNormalization } from './ownNormalization.js';
import { preparationFor } from './preparation.js';

function classifier(begin: (x: SymbolicTensor) => SymbolicTensor, shape = [6, 5, 3]): Model {
  const x = input({ shape });
  const seen = layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }).apply(begin(x));
  return model({ inputs: x, outputs: layers.dense({ units: 3 }).apply(layers.flatten().apply(seen)), seed: 1 });
}

const imagenet = { mean: [0.485, 0.456, 0.406], variance: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2] };
const bytes = { mean: [123.7, 116.3, 103.5], variance: [58.4 ** 2, 57.1 ** 2, 57.4 ** 2] };

describe('a model that begins with a normalization of its own', () => {
  it.each([
    ['Keras’s tutorials', '0-255', (x) => layers.rescaling(1 / 255).apply(x)],
    ['x / 127.5 − 1', '0-255', (x) => layers.rescaling(1, -1).apply(layers.rescaling(1 / 127.5).apply(x))],
    ['EfficientNetV2’s', '0-255', (x) => layers.rescaling(1 / 128, -1).apply(x)],
    ['EfficientNet’s', '0-255', (x) => layers.normalization(imagenet).apply(layers.rescaling(1 / 255).apply(x))],
    ['statistics of bytes', '0-255', (x) => layers.normalization(bytes).apply(x)],
    ['means taken away', '0-255', (x) => layers.rescaling(1, [-123.7, -116.8, -103.9]).apply(x)],
    ['augmentation before it', '0-255', (x) => layers.rescaling(1 / 255).apply(layers.randomFlip().apply(x))],
    ['torchvision’s statistics', '0-1', (x) => layers.normalization(imagenet).apply(x)],
    ['2 x − 1', '0-1', (x) => layers.rescaling(2, -1).apply(x)],
    ['none', undefined, (x) => x],
    ['augmentation alone', undefined, (x) => layers.randomFlip().apply(x)],
    ['from −1 to 1', undefined, (x) => layers.rescaling(0.5, 0.5).apply(x)],
    ['to bytes', undefined, (x) => layers.rescaling(255).apply(x)],
    ['upside down', undefined, (x) => layers.rescaling(-1, 1).apply(x)],
  ] as readonly [string, '0-1' | '0-255' | undefined, (x: SymbolicTensor) => SymbolicTensor][])(
    '%s: takes %s',
    async (_, range, begin) => {
      expect(await ownNormalization(classifier(begin))).toBe(range);
    },
  );

  it('gets the numbers that it normalizes, whatever is usual for its format', async () => {
    const scaled = classifier((x) => layers.rescaling(1 / 255).apply(x));
    const centred = classifier((x) => layers.normalization(imagenet).apply(x));
    const from = { file: 'x.keras', option: 'preprocessing' };
    for (const format of ['ONNX', 'Keras 3'] as const) {
      expect(await preparationFor(scaled, { ...from, format })).toEqual({
        preprocessing: namedPreprocessing('0-255', [6, 5, 3]),
        stated: true,
      });
      const { preprocessing } = await preparationFor(centred, { ...from, format });
      expect(preprocessing).toEqual(namedPreprocessing('0-1', [6, 5, 3]));
    }
    const said = await preparationFor(scaled, { ...from, format: 'ONNX', chosen: 'torch' });
    expect(said.preprocessing).toEqual(namedPreprocessing('torch', [6, 5, 3]));
  });

  it('gets drawings in those numbers, light on dark', async () => {
    const scaled = classifier((x) => layers.rescaling(1 / 255).apply(x), [6, 5, 1]);
    const { preprocessing } = await preparationFor(scaled, {
      file: 'x.h5',
      format: 'Keras 2',
      option: 'preprocessing',
    });
    expect(preprocessing).toMatchObject({ invert: 'auto', channels: 'grey', mean: [0], std: [1 / 255] });
  });
});

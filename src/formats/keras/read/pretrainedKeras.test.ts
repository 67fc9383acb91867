import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layers } from '../../../layers/index.js';
import { sequential, type Model } from '../../../models/index.js';
import { StriateError, Tensor, tensor } from '../../../tensor/index.js';
import { zoo } from '../../../zoo/index.js';
import { applications } from './kerasApplications.js';
import { kerasBytes, kerasWeightBytes } from '../write/exportKeras.js';
import { newGroup, writeHdf5 } from '../hdf5/hdf5File.js';
import { importKeras } from './importKeras.js';
import { loadKerasWeights } from './loadKerasWeights.js';

const folder = process.env.STRIATE_DATA && join(process.env.STRIATE_DATA, 'pretrained');
const has = (name: string): boolean => Boolean(folder) && existsSync(join(folder!, name));

/** Two pictures by a formula, from 0 to 255. */
function pictures(shape: readonly number[]): Tensor<'float32'> {
  const size = 2 * shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    [2, ...shape],
    Float32Array.from({ length: size }, (_, i) => (((i * i * 31 + i * 7) % 251) / 250) * 255),
  );
}

// Computed in float64 by PyTorch's functions on the arrays of the same files.
const expected = {
  'pretrainedResnet.h5': { weights: 78_666, row: 0, column: 6, value: 0.9996973471, other: [0, 8, 7.174753446e-5] },
  'vww_96.h5': { weights: 221_794, row: 1, column: 0, value: 0.6784981848, other: [1, 1, 0.3215018152] },
} as const;

describe('published Keras models', () => {
  for (const [name, { weights, row, column, value, other }] of Object.entries(expected)) {
    it.skipIf(!has(name))(`${name} computes what its arrays say (skipped where STRIATE_DATA is not set)`, async () => {
      const model = await importKeras(join(folder!, name));
      expect(model.countParams()).toBe(weights);
      expect(model.optimizer?.name).toBe('adam');
      const scores = await model.predict(pictures(model.inputs[0].shape));
      const at = (i: number, j: number): number => scores.data[i * scores.shape[1] + j];
      // float32 through tens of layers: 1e-4 is some hundred times its rounding.
      expect(Math.abs(at(row, column) - value)).toBeLessThan(1e-4);
      expect(Math.abs(at(other[0], other[1]) - other[2])).toBeLessThan(1e-4);
      const again = await importKeras(await kerasBytes(model, 'keras'));
      expect([...(await again.predict(pictures(model.inputs[0].shape))).data]).toEqual([...scores.data]);
      await Promise.all([model.dispose(), again.dispose()]);
    });
  }
});

/** A file of weights as keras.applications has them: a group per layer, numbers by a formula. */
async function weightsFile(
  model: Model,
  fileLayer: (own: string) => string | undefined,
  scale = true,
): Promise<Uint8Array> {
  const root = newGroup();
  const names: string[] = [];
  for (const layer of model.layers) {
    const name = layer.weights.length ? fileLayer(layer.name) : undefined;
    if (name === undefined) continue;
    names.push(name);
    const kinds: Readonly<Record<string, string>> = { movingMean: 'moving_mean', movingVariance: 'moving_variance' };
    const own = layer.weights.filter((weight) => scale || weight.name !== 'gamma');
    const holder = name.split('/').reduce((group, part) => {
      const inner = newGroup();
      group.groups.set(part, inner);
      return inner;
    }, root);
    holder.attributes.set(
      'weight_names',
      own.map((weight) => `${kinds[weight.name] ?? weight.name}:0`),
    );
    for (const { name: weight, variable } of own) {
      const data = Float32Array.from(
        { length: variable.size },
        (_, i) => ((i * 7 + names.length * 13) % 97) / 97 + 0.5,
      );
      holder.arrays.set(`${kinds[weight] ?? weight}:0`, { shape: variable.shape, data });
    }
  }
  root.attributes.set('layer_names', names);
  return writeHdf5(root);
}

describe('weights of keras.applications', () => {
  it('go into the zoo by their own names, with the variance that makes up for the epsilon', async () => {
    const model = zoo.create('densenet121', { inputShape: [32, 32, 3] });
    const names = applications.densenet121.fileLayers(model, ['conv1/conv', 'conv1_bn', 'fc1000']);
    expect(names.get('features.denseblock3.denselayer11.conv2')).toBe('conv4_block11_2_conv');
    expect(names.get('features.transition2.norm')).toBe('pool3_bn');
    const bytes = await weightsFile(model, (own) => names.get(own));
    const report = await loadKerasWeights(model, bytes);
    expect(report.missing).toEqual([]);
    expect(report.leftOver).toEqual([]);
    const weights = await model.getWeights();
    const position =
      model.layers.filter((layer) => layer.weights.length).findIndex(({ name }) => name === 'features.norm5') + 1;
    const written = ((3 * 7 + position * 13) % 97) / 97 + 0.5;
    expect(weights.get('features.norm5/movingVariance')!.data[3]).toBeCloseTo(written + 1.001e-5 - 1e-5, 7);
    expect(weights.get('features.norm5/beta')!.data[3]).toBeCloseTo(written, 6);
    await model.dispose();
  });

  it('has a layer of the file for each of the model', () => {
    for (const [name, application] of Object.entries(applications)) {
      const model = zoo.create(name);
      const numbered = ['conv2d', 'batch_normalization'].flatMap((base) =>
        Array.from({ length: 203 }, (_, i) => `${base}_${i + 1}`),
      );
      const names = application.fileLayers(model, numbered);
      const own = model.layers.filter(({ weights }) => weights.length).map((layer) => names.get(layer.name));
      expect(own.every(Boolean)).toBe(true);
      expect(new Set(own).size).toBe(own.length);
    }
    const vgg = applications.vgg19.fileLayers(zoo.create('vgg19'), []);
    expect([vgg.get('features.0'), vgg.get('features.34'), vgg.get('classifier.6')]).toEqual([
      'block1_conv1',
      'block5_conv4',
      'predictions',
    ]);
  });

  it('are refused where the network is another one, with the reason', async () => {
    const model = zoo.create('mobilenet_v2');
    const bytes = await weightsFile(
      sequential([layers.dense({ units: 2, inputShape: [3], name: 'Conv1' })]),
      (own) => own,
    );
    await expect(loadKerasWeights(model, bytes, { name: 'mobilenet.h5' })).rejects.toThrow(
      /^mobilenet\.h5: .*off by one pixel; save the whole model/,
    );
  });

  it('go into models of your own by name, in order, and from Keras 3', async () => {
    const make = (prefix: string): Model =>
      sequential([
        layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1], name: `${prefix}1` }),
        layers.batchNormalization({ name: `${prefix}2` }),
        layers.flatten(),
        layers.dense({ units: 3, name: `${prefix}3` }),
      ]);
    const source = make('a');
    const x = pictures([5, 5, 1]);
    const before = [...(await source.predict(x)).data];
    for (const [prefix, format] of [
      ['a', 'h5'],
      ['b', 'h5'],
      ['b', 'keras'],
    ] as const) {
      const model = sequential({ layers: make(prefix).layers, seed: 9 });
      await loadKerasWeights(model, await kerasBytes(source, format));
      expect([...(await model.predict(x)).data]).toEqual(before);
    }
    const other = sequential([layers.dense({ units: 3, inputShape: [4], name: 'a3' })]);
    const error = await loadKerasWeights(other, await kerasBytes(source, 'h5'), { name: 'w.h5' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toMatch(/^w\.h5: does not fit.*a3\/kernel.*left over: a1, a2/);
  });

  it('reads past the count of examples beside the statistics of a normalization', async () => {
    const make = (): Model =>
      sequential([
        layers.normalization({ inputShape: [4, 4, 2], name: 'own' }),
        layers.conv2d({ filters: 3, kernelSize: 3, name: 'last' }),
      ]);
    const source = make();
    const statistics = [tensor([1, -2]), tensor([4, 9])] as const;
    const weights = new Map(await source.getWeights());
    weights.set('own/mean', statistics[0]).set('own/variance', statistics[1]);
    await source.setWeights(weights);
    const model = make();
    await loadKerasWeights(model, await kerasWeightBytes(source));
    expect(await model.getWeights()).toEqual(weights);
  });

  it('reads nothing into a model without weights, where the file has none either', async () => {
    const model = sequential([layers.flatten({ inputShape: [2, 2, 1] })]);
    expect((await loadKerasWeights(model, await kerasWeightBytes(model))).loaded).toEqual([]);
  });
});

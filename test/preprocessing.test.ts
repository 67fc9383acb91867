import { expect, it } from 'vitest';
import { PictureSet } from '../src/data/index.js';
import { NormalizedSet } from '../src/data/normalizedSet.js';
import { exportOnnx, exportKeras, exportTfjs, importKeras, importOnnx, importTfjs } from '../src/formats/index.js';
import { layers } from '../src/layers/index.js';
import { namedPreprocessing } from '../src/pictures/index.js';
import { Tensor } from '../src/tensor/index.js';
import { decodeSafetensors } from '../src/tensor/safetensors.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelFromBytes, newHead, resized, resizedWithWeights, sequential, type Model } from '../src/models/index.js';

const torch = namedPreprocessing('torch', [8, 8, 3]);

function small(): Model {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 3] }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2 }),
    ],
  });
  model.preprocessing = torch;
  return model;
}

it('is saved with a model, where earlier versions read it', async () => {
  const model = small();
  model.metadata.remark = 'mine';
  const bytes = await model.toBytes();
  const user = JSON.parse(decodeSafetensors(bytes).metadata.user) as Record<string, string>;
  expect(user).toEqual({ remark: 'mine', preprocessing: JSON.stringify(torch) });
  const loaded = await modelFromBytes(bytes);
  expect(loaded.preprocessing).toEqual(torch);
  expect(loaded.metadata).toEqual({ remark: 'mine' });
  await Promise.all([model.dispose(), loaded.dispose()]);
});

it('goes along into what is made of a model, and into its parts that take pictures', async () => {
  const model = small();
  expect(newHead(model, { classes: 3 }).preprocessing).toBe(torch);
  const larger = { ...torch, size: [16, 16], resize: 16 };
  expect(resized(model, [16, 16, 3]).preprocessing).toEqual(larger);
  expect((await resizedWithWeights(model, [16, 16, 3])).model.preprocessing).toEqual(larger);
  expect([model.features.preprocessing, model.embedding.preprocessing]).toEqual([torch, torch]);
  expect(model.head.preprocessing).toBeUndefined();
  await model.dispose();
});

it('is that of the data set that a model is trained on', async () => {
  const model = small();
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const x = new Tensor('uint8', [2, 8, 8, 3], new Uint8Array(384));
  const set = new PictureSet({
    name: 'two',
    x,
    y: new Tensor('int32', [2], Int32Array.of(0, 1)),
    classNames: ['a', 'b'],
  });
  await model.fit(set);
  expect(model.preprocessing).toBe(torch);
  const caffe = namedPreprocessing('caffe', [8, 8, 3]);
  await model.fit(new NormalizedSet(set, caffe));
  expect(model.preprocessing).toBe(caffe);
  await model.dispose();
});

it('is exported to the files of other programs, and read from them', async () => {
  const model = small();
  const folder = await mkdtemp(join(tmpdir(), 'striate-'));
  try {
    const onnx = await importOnnx(await exportOnnx(model));
    expect(onnx.preprocessing).toEqual(torch);
    for (const name of ['model.h5', 'model.keras']) {
      await exportKeras(model, join(folder, name));
      expect((await importKeras(join(folder, name))).preprocessing).toEqual(torch);
    }
    await exportTfjs(model, join(folder, 'model.json'));
    expect((await importTfjs(join(folder, 'model.json'))).preprocessing).toEqual(torch);
  } finally {
    await rm(folder, { recursive: true });
    await model.dispose();
  }
});

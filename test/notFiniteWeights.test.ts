import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportTfjs,
  importKeras,
  importOnnx,
  importTfjs,
  loadKerasWeights,
  loadModel,
  openModel,
  saveOnnx,
  tensor,
  type Model,
} from '../src/index.js';
import { bands, tinyModel } from './fixtures/tinyModels.js';

let folder: string;
let broken: Model;
const at = (name: string): string => join(folder, name);

/** Every way in which weights leave a model, and in which they come back. */
const ways: Readonly<Record<string, readonly [write: () => Promise<unknown>, read: () => Promise<unknown>]>> = {
  'a model of its own': [() => broken.save(at('m.safetensors')), () => loadModel(at('m.safetensors'))],
  'a model of Keras 3': [() => broken.save(at('m.keras')), () => importKeras(at('m.keras'))],
  'a model of Keras 2': [() => broken.save(at('m.h5')), () => loadModel(at('m.h5'))],
  'a model of TensorFlow.js': [() => exportTfjs(broken, at('model.json')), () => importTfjs(at('model.json'))],
  'an ONNX model': [() => saveOnnx(broken, at('m.onnx')), () => importOnnx(at('m.onnx'))],
  'a model that is opened': [() => saveOnnx(broken, at('o.onnx')), () => openModel(at('o.onnx'))],
  'weights alone': [() => broken.saveWeights(at('w.safetensors')), () => tinyModel().loadWeights(at('w.safetensors'))],
  'weights of PyTorch': [
    () => broken.saveWeights(at('pt.safetensors'), { format: 'pytorch' }),
    () => tinyModel().loadWeights(at('pt.safetensors')),
  ],
  'weights of Keras': [
    () => broken.saveWeights(at('m.weights.h5')),
    () => loadKerasWeights(tinyModel(), at('m.weights.h5')),
  ],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-finite-'));
  broken = tinyModel();
  const weights = await broken.getWeights();
  const [, first] = [...weights][0];
  first.data[1] = NaN;
  await broken.setWeights(weights);
});
afterAll(async () => {
  await broken.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('weights that are no numbers', () => {
  it.each(Object.entries(ways))('are refused: %s', async (_, [write, read]) => {
    await write();
    await expect(read()).rejects.toThrow(
      /: weights must be finite numbers, and '[\w./]+' holds NaN; its training diverged or the file is damaged: use an earlier/,
    );
  });

  it('change nothing in the model that should take them', async () => {
    await broken.saveWeights(at('again.safetensors'));
    const model = tinyModel();
    const before = await model.getWeights();
    await expect(model.loadWeights(at('again.safetensors'))).rejects.toThrow(
      /again\.safetensors: weights must be finite/,
    );
    expect(await model.getWeights()).toEqual(before);
    await model.dispose();
  });

  it('are no fault of the learning rate where the model had them before it was trained', async () => {
    const { x, y } = bands(6);
    broken.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    await expect(broken.fit(x, tensor([...y], [6], 'int32'), { epochs: 1, verbose: 0 })).rejects.toThrow(
      /^fit, model '[\w]+': weights must be finite numbers, and '[\w/]+' holds NaN/,
    );
  });

  it('may be −∞, as masks are', async () => {
    const model = tinyModel();
    const weights = await model.getWeights();
    const [name, first] = [...weights][0];
    first.data[1] = -Infinity;
    await model.setWeights(weights);
    await model.save(at('mask.safetensors'));
    const back = await loadModel(at('mask.safetensors'));
    expect((await back.getWeights()).get(name)!.data[1]).toBe(-Infinity);
    await Promise.all([model.dispose(), back.dispose()]);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
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
  type Model,
} from '../src/index.js';
import { tinyModel } from './fixtures/tinyModels.js';

let folder: string;
let marked: Model;
const at = (name: string): string => join(folder, name);

/** Every way in which weights leave a model, and in which they come back. */
const ways: Readonly<Record<string, readonly [write: () => Promise<unknown>, read: () => Promise<unknown>]>> = {
  'a model of its own': [() => marked.save(at('m.safetensors')), () => loadModel(at('m.safetensors'))],
  'a model of Keras 3': [() => marked.save(at('m.keras')), () => importKeras(at('m.keras'))],
  'a model of Keras 2': [() => marked.save(at('m.h5')), () => loadModel(at('m.h5'))],
  'a model of TensorFlow.js': [() => exportTfjs(marked, at('model.json')), () => importTfjs(at('model.json'))],
  'an ONNX model': [() => saveOnnx(marked, at('m.onnx')), () => importOnnx(at('m.onnx'))],
  'a model that is opened': [() => saveOnnx(marked, at('o.onnx')), () => openModel(at('o.onnx'))],
  'weights alone': [() => marked.saveWeights(at('w.safetensors')), () => tinyModel().loadWeights(at('w.safetensors'))],
  'weights of PyTorch': [
    () => marked.saveWeights(at('pt.safetensors'), { format: 'pytorch' }),
    () => tinyModel().loadWeights(at('pt.safetensors')),
  ],
  'weights of Keras': [
    () => marked.saveWeights(at('m.weights.h5')),
    () => loadKerasWeights(tinyModel(), at('m.weights.h5')),
  ],
};

/** A weight that is nowhere else. */
const mark = 12345.678;

/** Bytes with NaN where the mark was, as another program would have written them: Striate writes no such file. */
function spoilt(bytes: Uint8Array): Uint8Array {
  const found = Buffer.from(bytes);
  const place = found.indexOf(Buffer.from(Float32Array.of(mark).buffer));
  if (place !== -1) found.writeFloatLE(NaN, place);
  return found;
}

/** Puts NaN into all files of the folder that hold the mark. */
async function spoil(): Promise<void> {
  let files = 0;
  for (const name of await readdir(folder)) {
    const bytes = await readFile(at(name));
    const changed = name.endsWith('.keras')
      ? zipSync(Object.fromEntries(Object.entries(unzipSync(bytes)).map(([entry, own]) => [entry, spoilt(own)])))
      : spoilt(bytes);
    if (name.endsWith('.keras') || !bytes.equals(changed)) files++;
    await writeFile(at(name), changed);
  }
  expect(files).toBeGreaterThan(0);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-finite-'));
  marked = tinyModel();
  const weights = await marked.getWeights();
  const [, first] = [...weights][0];
  first.data[1] = mark;
  await marked.setWeights(weights);
});
afterAll(async () => {
  await marked.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('weights that are no numbers', () => {
  it.each(Object.entries(ways))('are refused: %s', async (_, [write, read]) => {
    await write();
    await spoil();
    await expect(read()).rejects.toThrow(
      /: weights must be finite numbers, and '[\w./]+' holds NaN; its training diverged or the file is damaged: use an earlier/,
    );
  });

  it('change nothing in the model that should take them', async () => {
    await marked.saveWeights(at('again.safetensors'));
    await spoil();
    const model = tinyModel();
    const before = await model.getWeights();
    await expect(model.loadWeights(at('again.safetensors'))).rejects.toThrow(
      /again\.safetensors: weights must be finite/,
    );
    expect(await model.getWeights()).toEqual(before);
    await model.dispose();
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

import { describe, expect, it } from 'vitest';
import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { importKeras, importOnnx, importTfjs, loadKerasWeights } from '../formats/index.js';
import { layers } from '../layers/index.js';
import { loadModel } from '../formats/loadModel.js';
import { modelFromBytes, sequential } from '../models/index.js';
import { zip } from '../platform/zip.js';
import { openModel } from './openModel.js';

const keras = fileURLToPath(new URL('../../test/fixtures/keras/merges.keras', import.meta.url));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const onnx = Uint8Array.from([8, 7, 0x12, 7, ...text('pytorch'), 0x1a, 3, ...text('2.1'), 0x3a]);
const tflite = Uint8Array.from([0x1c, 0, 0, 0, ...text('TFL3'), 0, 0, 0, 0]);
const model = () => sequential([layers.dense({ units: 2, inputShape: [3], name: 'd' })]);

/** Every call that takes a file, with the format that it reads. */
const calls: readonly (readonly [string, string, (bytes: Uint8Array) => Promise<unknown>])[] = [
  ['modelFromBytes', 'safetensors', (bytes) => modelFromBytes(bytes, {}, 'm')],
  ['loadWeights', 'safetensors', (bytes) => model().loadWeights(bytes)],
  ['openModel', '', (bytes) => openModel(bytes, { name: 'm' })],
  ['importKeras', 'keras', (bytes) => importKeras(bytes, { name: 'm' })],
  ['loadKerasWeights', 'keras', (bytes) => loadKerasWeights(model(), bytes, { name: 'm' })],
  ['importOnnx', 'onnx', (bytes) => importOnnx(bytes)],
  ['importTfjs', 'tfjs', (modelJson) => importTfjs({ modelJson, weights: new Map() }, { name: 'm' })],
];

describe('a file of another format', () => {
  it.each(calls)('%s says what it is, and what to do', async (_, own, call) => {
    await expect(call(tflite)).rejects.toThrow(/is a TensorFlow Lite model; .*tf2onnx/);
    await expect(call(text('<!doctype html><html></html>'))).rejects.toThrow(/is a web page; download the file itself/);
    await expect(call(text('version https://git-lfs.github.com/spec/v1'))).rejects.toThrow(
      /pointer of Git LFS.*git lfs pull/,
    );
    await expect(call(await zip({ 'a.npy': text('x') }))).rejects.toThrow(/is an archive of NumPy arrays/);
    if (own === 'onnx' || own === '') return;
    await expect(call(onnx)).rejects.toThrow(/is an ONNX model; open it with openModel or importOnnx/);
  });

  it('is told by loadModel and loadWeights of a path, too', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'striate-')), 'model.safetensors');
    await writeFile(file, onnx);
    await expect(loadModel(file)).rejects.toThrow(/model\.safetensors: is an ONNX model; open it with openModel/);
    await expect(model().loadWeights(keras)).rejects.toThrow(/is a Keras 3 model/);
  });

  it('may be a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'striate-'));
    await mkdir(join(folder, 'saved'));
    await writeFile(join(folder, 'saved', 'saved_model.pb'), '');
    await expect(openModel(join(folder, 'saved'))).rejects.toThrow(/is a model of TensorFlow's own \(SavedModel\)/);
    await mkdir(join(folder, 'js'));
    await writeFile(join(folder, 'js', 'model.json'), '{}');
    await expect(openModel(join(folder, 'js'))).rejects.toThrow(/TensorFlow\.js model; give its file .*model\.json/);
  });
});

describe('importKeras', () => {
  it.each([
    ['Keras 3', { module: 'keras', registered_name: null }, { batch_shape: [null, 3] }],
    ['Keras 2', { keras_version: '2.15.0', backend: 'tensorflow' }, { batch_input_shape: [null, 3] }],
  ])('reads an architecture alone, as to_json of %s gives it', async (_, about, shape) => {
    const entry = (class_name: string, config: object): object => ({ ...about, class_name, config });
    const inner = [
      entry('InputLayer', { ...shape, name: 'x' }),
      entry('Dense', { name: 'd', units: 2, trainable: true }),
    ];
    const json = JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: inner }, ...about });
    const read = await importKeras(text(json), { name: 'model.json' });
    expect(read.countParams()).toBe(8);
    expect(read.outputShape).toEqual([2]);
    await read.dispose();
  });
});

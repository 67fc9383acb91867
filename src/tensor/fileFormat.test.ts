import { describe, expect, it } from 'vitest';
import { importKeras, importOnnx } from '../formats/index.js';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { zip } from '../platform/zip.js';
import { fileFormatOf, otherFormat, type FileFormatName } from './fileFormat.js';
import { encodeSafetensors } from './safetensors.js';
import { Tensor } from './tensor.js';

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...Buffer.from(part, 'latin1')])));
const archive = (...names: readonly string[]): Promise<Uint8Array> =>
  zip(Object.fromEntries(names.map((name) => [name, bytes('x')])));

const files: readonly (readonly [FileFormatName, Uint8Array | Promise<Uint8Array>])[] = [
  ['safetensors', encodeSafetensors([['w', new Tensor('float32', [1], Float32Array.of(1))]])],
  ['hdf5', bytes(0x89, 'HDF', 13, 10, 0x1a, 10, 0)],
  // The first bytes of what PyTorch's exporters and TensorFlow's converter write.
  ['onnx', bytes(8, 7, 0x12, 7, 'pytorch', 0x1a, 3, '2.1', 0x3a)],
  ['onnx', bytes(8, 8, 0x3a, 0x80, 4, 10)],
  ['keras', archive('metadata.json', 'config.json', 'model.weights.h5')],
  ['torch', archive('archive/data.pkl', 'archive/data/0', 'archive/version')],
  ['torchScript', archive('net/data.pkl', 'net/code/__torch__.py', 'net/constants.pkl')],
  ['exportedProgram', archive('net/archive_format', 'net/models/model.json')],
  ['npz', archive('arr_0.npy', 'arr_1.npy')],
  ['coreml', archive('net.mlpackage/Manifest.json', 'net.mlpackage/Data/com.apple.CoreML/model.mlmodel')],
  ['savedModel', archive('net/saved_model.pb', 'net/variables/variables.index')],
  ['zip', archive('readme.txt')],
  ['torch', bytes(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.')],
  ['pickle', bytes(0x80, 4, 0x95, 1, 2, 3, 4, 5, 6, 7, 8, 9)],
  ['npy', bytes(0x93, 'NUMPY', 1, 0)],
  ['tflite', bytes(0x1c, 0, 0, 0, 'TFL3', 0, 0)],
  ['savedModel', bytes(8, 1, 0x12, 0x90, 3, 10, 5, 10, 'serve', 0)],
  ['savedModel', bytes(10, 30, 10, 5, 'input', 0x12, 11, 'Placeholder*')],
  ['coreml', bytes(8, 4, 0x12, 60, 10, 20, 10, 5, 'image')],
  ['gguf', bytes('GGUF', 3, 0, 0, 0)],
  ['openvino', bytes('<?xml version="1.0"?>\n<net name="x" version="11">')],
  ['tfjs', bytes('{"format": "layers-model", "modelTopology": {}}')],
  ['architecture', bytes('{"class_name": "Sequential", "config": {"layers": []}}')],
  ['weightIndex', bytes('{"metadata": {"total_size": 1}, "weight_map": {"w": "a.safetensors"}}')],
  ['json', bytes('{"a": 1}')],
  ['gzip', bytes(0x1f, 0x8b, 8)],
  ['tar', bytes('a'.repeat(257), 'ustar', '0'.repeat(20))],
  ['lfsPointer', bytes('version https://git-lfs.github.com/spec/v1\noid sha256:00\n')],
  ['html', bytes('<!DOCTYPE html><html>')],
  ['picture', bytes(0xff, 0xd8, 0xff, 0xe0)],
];

describe('fileFormatOf', () => {
  it.each(files)('knows %s by its content', async (name, content) => {
    expect(fileFormatOf(await content)).toBe(name);
  });

  it('tells texts and empty files from damaged ones, whatever they are called', async () => {
    expect(fileFormatOf(bytes('hello'))).toBe('text');
    expect(fileFormatOf(new Uint8Array(0))).toBe('empty');
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    const texts = { empty: '', text: 'hello, this is no model\n' };
    for (const read of [
      (b: Uint8Array) => importKeras(b),
      (b: Uint8Array) => importOnnx(b),
      (b: Uint8Array) => model.loadWeights(b),
    ]) {
      await expect(read(bytes(texts.empty))).rejects.toThrow(/ is empty; use another copy/);
      await expect(read(bytes(texts.text))).rejects.toThrow(/ is a text; check which file is meant/);
    }
    await expect(model.loadWeights(new Uint8Array(100).fill(255))).rejects.toThrow(
      /begins like no format that is known/,
    );
  });

  it('knows nothing of what looks like nothing', () => {
    expect(fileFormatOf(new Uint8Array(100).fill(255))).toBeUndefined();
    expect(fileFormatOf(new Uint8Array(100))).toBeUndefined();
  });
});

describe('otherFormat', () => {
  it('says what a file is and what opens it', async () => {
    const error = otherFormat(await archive('config.json'), 'flowers.bin', ['safetensors']);
    expect(error?.message).toMatch(/^flowers\.bin: is a Keras 3 model .*openModel or importKeras/);
    expect(otherFormat(await archive('config.json'), 'flowers.keras', ['keras'])).toBeUndefined();
  });
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportKeras, exportTfjs, saveOnnx } from '../formats/index.js';
import { decodeModelProto, encodeModelProto } from '../formats/onnx/modelProto.js';
import { layers } from '../layers/index.js';
import { sequential, type Model } from '../models/index.js';
import { zeros } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { openModel, type OpenedModel, type OpenModelOptions } from './openModel.js';

let folder: string;
const path = (name: string): string => join(folder, name);
const opened: Model[] = [];

async function open(source: Parameters<typeof openModel>[0], options: OpenModelOptions = {}): Promise<OpenedModel> {
  const found = await openModel(source, { engine: 'reference', ...options });
  opened.push(found.model);
  return found;
}

/** A classifier of small coloured pictures that ends in a global pooling: its weights suit every size. */
const small = (): Model => {
  const model = sequential({
    name: 'small',
    seed: 2,
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 3] }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.useEngine({ engine: 'reference' });
  return model;
};

let model: Model;
let resnet: Model;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-open-'));
  model = small();
  await saveOnnx(model, path('silent.onnx'));
  model.classNames = ['ant', 'bee', 'cat'];
  model.preprocessing = { ...zoo.describe('resnet18').preprocessing, size: [8, 8], resize: 9 };
  await model.save(path('own.safetensors'));
  await saveOnnx(model, path('model.onnx'));
  const proto = decodeModelProto(await readFile(path('model.onnx')), 'model.onnx');
  const moved = proto.graph!.initializer.find(({ rawData }) => (rawData?.length ?? 0) > 100)!;
  await writeFile(path('apart.data'), moved.rawData!);
  const elsewhere = { rawData: undefined, dataLocation: 1, externalData: [{ key: 'location', value: 'apart.data' }] };
  await writeFile(
    path('apart.onnx'),
    encodeModelProto({
      ...proto,
      graph: {
        ...proto.graph,
        initializer: proto.graph!.initializer.map((one) => (one === moved ? { ...one, ...elsewhere } : one)),
      },
    }),
  );
  await mkdir(path('tfjs'));
  await exportTfjs(model, path('tfjs/model.json'));
  await exportKeras(model, path('model.h5'));
  await exportKeras(model, path('model.keras'));
  resnet = zoo.create('cifar_resnet20', { inputShape: [16, 16, 3], classes: 5, seed: 5 });
  resnet.useEngine({ engine: 'reference' });
  await resnet.saveWeights(path('weights.safetensors'), { format: 'pytorch' });
});
afterAll(async () => {
  for (const one of [model, resnet, ...opened]) await one.dispose();
  await rm(folder, { recursive: true });
});

describe('openModel', () => {
  it.each([
    ['own.safetensors', 'Striate'],
    ['model.onnx', 'ONNX'],
    ['model.h5', 'Keras 2'],
    ['model.keras', 'Keras 3'],
  ])('opens %s, by its path and by its bytes', async (name, format) => {
    const x = zeros([2, 8, 8, 3]);
    x.data.forEach((_, i) => (x.data[i] = Math.sin(i)));
    const expected = await model.predict(x);
    const bytes = new Uint8Array(await readFile(path(name)));
    for (const source of [path(name), bytes, bytes.slice().buffer, new Blob([bytes])]) {
      const found = await open(source);
      expect(found.format).toBe(format);
      const { data } = await found.model.predict(x);
      data.forEach((value, i) => expect(value).toBeCloseTo(expected.data[i], 5));
    }
  });

  it('knows names and preprocessing where the file says so', async () => {
    for (const name of ['own.safetensors', 'model.onnx']) {
      const { model: found, preparation } = await open(path(name));
      expect(found.classNames).toEqual(['ant', 'bee', 'cat']);
      expect(preparation).toEqual({ preprocessing: model.preprocessing, stated: true });
    }
  });

  it.each([
    ['ONNX', 'model.onnx', []],
    ['ONNX', 'apart.onnx', ['apart.data']],
    ['Keras 2', 'model.h5', []],
    ['Keras 3', 'model.keras', []],
    ['TensorFlow.js', 'tfjs/model.json', ['tfjs/group1-shard1of1.bin']],
    ['Striate', 'own.safetensors', []],
  ] as const)('reads each file of a model at an address once: %s, %s', async (format, file, others) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!.slice(1));
      readFile(path(request.url!.slice(1))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const found = await open(`${address}/${file}`);
      expect(found.format).toBe(format);
      expect(asked).toEqual([file, ...others]);
      const input = zeros([1, 8, 8, 3]);
      expect([...(await found.model.predict(input)).data]).toEqual([...(await model.predict(input)).data]);
      await expect(open(`${address}/none.onnx`)).rejects.toThrow(
        `cannot read '${address}/none.onnx': the server answered 404`,
      );
    } finally {
      server.close();
    }
  });

  it('says what it takes where the file says nothing, and leaves the model as it is', async () => {
    const { model: found, preparation } = await open(path('silent.onnx'));
    expect(preparation).toMatchObject({
      stated: false,
      preprocessing: { channels: 'RGB', std: [0.229, 0.224, 0.225] },
    });
    expect(preparation?.note).toMatch(/silent\.onnx does not say how .* taken: torch .* give preprocessing tf, /);
    expect(found.preprocessing).toBeUndefined();
  });

  it('takes preprocessing and class names as a name, an object, a list or a file', async () => {
    await writeFile(path('names.txt'), 'one\ntwo\nthree\n');
    await writeFile(path('half.json'), '{"mean": [0.5], "std": [0.5]}');
    const expected = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    for (const preprocessing of ['tf', path('half.json'), { mean: [0.5], std: [0.5] }]) {
      const found = await open(path('silent.onnx'), { preprocessing, classNames: path('names.txt') });
      expect(found.model.classNames).toEqual(['one', 'two', 'three']);
      expect(found.preparation).toMatchObject({ stated: true, preprocessing: expected });
      // Saved now, it says so.
      expect(found.model.preprocessing).toMatchObject(expected);
    }
    const { model: named } = await open(path('silent.onnx'), { classNames: ['x', 'y', 'z'] });
    expect(named.classNames).toEqual(['x', 'y', 'z']);
  });

  it('makes weights a model, whichever way round they come', async () => {
    const weights = path('weights.safetensors');
    const inputShape = [16, 16, 3];
    for (const { model: found, format, preparation } of [
      await open(weights, { architecture: 'cifar_resnet20', inputShape }),
      await open('cifar_resnet20', { weights, inputShape }),
      await open('cifar_resnet20', { weights: new Uint8Array(await readFile(weights)), inputShape }),
    ]) {
      expect(format).toBe('weights');
      expect(found.outputShape).toEqual([5]);
      expect(preparation).toMatchObject({ stated: true, preprocessing: { size: [16, 16], channels: 'RGB' } });
      expect(await found.getWeights()).toEqual(await resnet.getWeights());
    }
    const { model: fresh } = await open('lenet5', { weights: null });
    expect(fresh.parameterCounts().parameters).toBe(zoo.describe('lenet5').parameters);
  });

  it('reads Keras’s weights of an architecture', async () => {
    const made = zoo.create('mnist_cnn', { seed: 3 });
    await exportKeras(made, path('digits.h5'));
    const { model: found, format, preparation } = await open('mnist_cnn', { weights: path('digits.h5') });
    expect(format).toBe('Keras 2');
    expect(await found.getWeights()).toEqual(await made.getWeights());
    expect(preparation).toMatchObject({ stated: true, preprocessing: { channels: 'grey', invert: 'auto' } });
    await made.dispose();
  });

  it('makes a file’s model anew at another size', async () => {
    const { model: larger, preparation } = await open(path('own.safetensors'), { inputShape: [16, 12, 3] });
    expect(larger.inputs[0].shape).toEqual([16, 12, 3]);
    expect(larger.classNames).toEqual(['ant', 'bee', 'cat']);
    expect(preparation?.preprocessing.size).toEqual([16, 12]);
  });

  it.each<[string, string | Uint8Array, OpenModelOptions, RegExp]>([
    ['no such file', 'gone.onnx', {}, /cannot read 'gone\.onnx': no such file/],
    ['no such architecture', 'resnet1', {}, /no model 'resnet1'.*resnet18/],
    ['an architecture alone', 'lenet5', {}, /'lenet5' is a model without weights; .*weights/],
    ['weights alone', 'weights.safetensors', {}, /holds weights and no model; say with architecture/],
    ['an architecture twice', 'lenet5', { architecture: 'lenet5' }, /architecture lenet5: says which/],
    ['published weights for a file', 'own.safetensors', { weights: 'imagenet' }, /weights imagenet: goes with a model/],
    ['another model’s weights', 'lenet5', { weights: 'weights.safetensors' }, /weights\.safetensors: .*another arch/],
    ['a whole model as weights', 'lenet5', { weights: 'model.onnx' }, /model\.onnx: a file in ONNX's format holds its/],
    ['no file at all', Uint8Array.of(1, 2, 3), {}, /model: .*safetensors/],
    ['too few names', 'own.safetensors', { classNames: ['a'] }, /classNames: has 1 names, the model tells 3/],
    ['unknown preprocessing', 'own.safetensors', { preprocessing: 'x' }, /preprocessing 'x': must be torch, tf/],
    ['foreign preprocessing', 'own.safetensors', { preprocessing: { mean: [1, 2] } }, /mean must be a number for each/],
  ])('refuses %s', async (_, source, options, message) => {
    const isFile = (name: unknown): name is string => typeof name === 'string' && /^(own|weights|model)\./.test(name);
    const given = isFile(source) ? path(source) : source;
    const { weights } = options;
    await expect(openModel(given, { ...options, weights: isFile(weights) ? path(weights) : weights })).rejects.toThrow(
      message,
    );
  });
});

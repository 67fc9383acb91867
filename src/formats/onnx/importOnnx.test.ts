import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelFromBytes } from '../../models/index.js';
import { StriateError, Tensor, zeros } from '../../tensor/index.js';
import { zoo } from '../../zoo/index.js';
import { importOnnx } from './importOnnx.js';
import { encodeModel, type Draft, type ModelProto, type NodeProto } from './proto.js';
import { floatTensor } from './tensors.js';

const folder = process.env.STRIATE_DATA;

type Dim = number | string;

const model = (
  node: readonly Draft<NodeProto>[],
  dims: readonly Dim[] = ['n', 3, 8, 8],
  more: Draft<ModelProto> = {},
): Uint8Array => {
  const dim = dims.map((n) => (typeof n === 'number' ? { dimValue: n } : { dimParam: n }));
  const kernel = floatTensor('features.0.weight', [4, 3, 3, 3], new Float32Array(108).fill(0.1));
  const head = floatTensor('fc.weight', [2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
  return encodeModel({
    opsetImport: [{ version: 13 }],
    graph: {
      node,
      initializer: [kernel, head],
      input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim } } } }],
      output: [{ name: 'y' }],
    },
    ...more,
  });
};

const classifier: readonly Draft<NodeProto>[] = [
  { opType: 'Conv', name: '/features/features.0/Conv', input: ['x', 'features.0.weight'], output: ['a'] },
  { opType: 'Relu', name: '/features/features.1/Relu', input: ['a'], output: ['b'] },
  { opType: 'GlobalAveragePool', name: '/GlobalAveragePool', input: ['b'], output: ['c'] },
  { opType: 'Flatten', input: ['c'], output: ['d'] },
  {
    opType: 'Gemm',
    name: '/fc/Gemm',
    input: ['d', 'fc.weight'],
    output: ['y'],
    attribute: [{ name: 'transB', type: 2, i: 1 }],
  },
];

const metadata = (key: string, value: string): Draft<ModelProto> => ({ metadataProps: [{ key, value }] });

describe('importOnnx', () => {
  it("calls layers as the exporter's modules and takes pictures as ours", async () => {
    const net = await importOnnx(model(classifier), { fileName: 'small.onnx' });
    expect(net.name).toBe('small');
    expect(net.layers.map(({ name }) => name)).toEqual([
      'features.0',
      'features.1.relu',
      'globalaveragepool',
      'flatten',
      'fc',
    ]);
    expect(net.inputs[0].shape).toEqual([8, 8, 3]);
    expect(net.classNames).toBeUndefined();
  });

  it('gives a model that can be saved, cut and trained', async () => {
    const net = await importOnnx(model(classifier));
    net.useEngine({ engine: 'reference' });
    const x = new Tensor(
      'float32',
      [2, 8, 8, 3],
      Float32Array.from({ length: 384 }, (_, i) => (i % 7) / 7),
    );
    const before = await net.predict(x);
    const again = await modelFromBytes(await net.toBytes());
    again.useEngine({ engine: 'reference' });
    expect((await again.predict(x)).data).toEqual(before.data);
    expect(net.features.outputShape).toEqual([6, 6, 4]);
    net.getLayer('features.0').trainable = false;
    const frozen = (await net.getWeights()).get('features.0/kernel');
    net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    await net.fit(x, new Tensor('int32', [2], Int32Array.of(0, 1)), { epochs: 1, verbose: 0 });
    expect((await net.getWeights()).get('features.0/kernel')).toEqual(frozen);
    expect((await net.predict(x)).data).not.toEqual(before.data);
  });

  it.each([
    ['names', "{0: 'cat', 1: 'dog'}"],
    ['classes', '["cat", "dog"]'],
    ['labels', 'cat, dog'],
  ])('finds the names of classes in the metadata: %s', async (key, value) => {
    const net = await importOnnx(model(classifier, undefined, metadata(key, value)));
    expect(net.classNames).toEqual(['cat', 'dog']);
    expect(net.metadata[key]).toBe(value);
    expect((await importOnnx(model(classifier, undefined, metadata('names', 'a,b,c')))).classNames).toBeUndefined();
  });

  it('takes other outputs, and another batch than the fixed one', async () => {
    const net = await importOnnx(model(classifier, [1, 3, 8, 8]), { outputs: ['b', 'y'] });
    net.useEngine({ engine: 'reference' });
    const [map, scores] = await net.predictAll(zeros([3, 8, 8, 3]));
    expect(map.shape).toEqual([3, 6, 6, 4]);
    expect(scores.shape).toEqual([3, 2]);
  });

  it('takes a batch of 1 in shapes for any batch', async () => {
    const shape = { name: 's', dims: [2], dataType: 7, int64Data: [1, 4] };
    const nodes = classifier.map((node) =>
      node.opType === 'Flatten' ? { opType: 'Reshape', input: ['c', 's'], output: ['d'] } : node,
    );
    const constant = { opType: 'Constant', output: ['s'], attribute: [{ name: 'value', type: 4, t: shape }] };
    const net = await importOnnx(model([constant, ...nodes], [1, 3, 8, 8]));
    net.useEngine({ engine: 'reference' });
    expect((await net.predict(zeros([3, 8, 8, 3]))).shape).toEqual([3, 2]);
  });

  it('takes pictures with channels last as they are', async () => {
    const turn = {
      opType: 'Transpose',
      input: ['x'],
      output: ['t'],
      attribute: [{ name: 'perm', type: 7, ints: [0, 3, 1, 2] }],
    };
    const [first, ...rest] = classifier;
    const bytes = model([turn, { ...first, input: ['t', 'features.0.weight'] }, ...rest], ['n', 8, 8, 3]);
    const net = await importOnnx(bytes);
    expect(net.inputs[0].shape).toEqual([8, 8, 3]);
    expect(net.layers.map(({ className }) => className)).not.toContain('Permute');
    net.useEngine({ engine: 'reference' });
    const x = new Tensor(
      'float32',
      [1, 8, 8, 3],
      Float32Array.from({ length: 192 }, (_, i) => (i % 5) / 5),
    );
    const usual = await importOnnx(model(classifier));
    usual.useEngine({ engine: 'reference' });
    expect((await net.predict(x)).data).toEqual((await usual.predict(x)).data);
  });

  it('needs the size of pictures', async () => {
    const bytes = model(classifier, ['n', 3, 'h', 'w']);
    await expect(importOnnx(bytes)).rejects.toThrow(
      /onnx 'bytes': input 'x': sizes must be known; received \[free, free, 3\]; give them as \{ inputShape: \[224/,
    );
    expect((await importOnnx(bytes, { inputShape: [10, 12, 3] })).inputs[0].shape).toEqual([10, 12, 3]);
  });

  it.each([
    ['QLinearConv', /node 'bad' \(QLinearConv\): quantised models cannot be imported; export the model in float32/],
    ['DequantizeLinear', /quantised/],
    ['ConvInteger', /quantised/],
    ['Loop', /control flow \(If, Loop, Scan\) cannot be imported; export by tracing/],
    ['LSTM', /recurrent/],
    ['ArgMax', /choosing a class is no layer; give \{ outputs/],
    ['Einsum', /this operator cannot be imported; known are .*Conv.*give \{ outputs: \['x'\] \}/],
  ])('refuses %s by name', async (opType, message) => {
    const bytes = model([{ opType, name: 'bad', input: ['x'], output: ['y'] }]);
    await expect(importOnnx(bytes, { fileName: 'net.onnx' })).rejects.toThrow(message);
    await expect(importOnnx(bytes, { fileName: 'net.onnx' })).rejects.toThrow(/^onnx 'net.onnx': node 'bad'/);
  });

  it.each([
    [
      'training_mode must be 0',
      { opType: 'BatchNormalization', attribute: [{ name: 'training_mode', type: 2, i: 1 }] },
    ],
    [
      'pooling has no gaps',
      {
        opType: 'MaxPool',
        attribute: [
          { name: 'kernel_shape', type: 7, ints: [2, 2] },
          { name: 'dilations', type: 7, ints: [2, 2] },
        ],
      },
    ],
    [
      "mode must be 'constant' .*received 'reflect'",
      { opType: 'Pad', attribute: [{ name: 'mode', type: 3, s: 'reflect' }] },
    ],
    ["domain 'com.microsoft' cannot be imported", { opType: 'FusedConv', domain: 'com.microsoft' }],
    [
      'grows? by whole factors',
      { opType: 'Upsample', attribute: [{ name: 'scales', type: 6, floats: [1, 1, 1.5, 1.5] }] },
    ],
  ])('refuses with what to do: %s', async (message, node) => {
    const bytes = model([{ name: 'bad', input: ['x'], output: ['y'], ...node }]);
    await expect(importOnnx(bytes)).rejects.toThrow(new RegExp(message.replace('grows? by', 'grow by')));
  });

  it('refuses other versions, unknown outputs and numbers in another file', async () => {
    const old = model(classifier, undefined, { opsetImport: [{ version: 6 }] });
    await expect(importOnnx(old)).rejects.toThrow(/opset 7 to 21; received 6; export with opset_version=17/);
    await expect(importOnnx(model(classifier), { outputs: ['z'] })).rejects.toThrow(/no value 'z'.*outputs are y/);
    const external = encodeModel({
      opsetImport: [{ version: 13 }],
      graph: {
        node: classifier,
        initializer: [
          { name: 'w', dims: [1], dataType: 1, dataLocation: 1, externalData: [{ key: 'location', value: 'w.bin' }] },
        ],
        input: [
          {
            name: 'x',
            type: { tensorType: { shape: { dim: [{}, { dimValue: 3 }, { dimValue: 8 }, { dimValue: 8 }] } } },
          },
        ],
        output: [{ name: 'y' }],
      },
    });
    await expect(importOnnx(external)).rejects.toThrow(
      /tensor 'w': its numbers lie in 'w.bin' \(external data\).*save it as one file/,
    );
  });

  it('refuses damaged files with one line that names them', async () => {
    const bytes = model(classifier);
    const damaged: Uint8Array[] = [];
    for (let end = 0; end < bytes.length; end += 7) damaged.push(bytes.slice(0, end));
    let state = 12345;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let i = 0; i < 300; i++) {
      const copy = bytes.slice();
      for (let j = 0; j < 1 + (i % 5); j++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      damaged.push(copy);
    }
    for (let i = 0; i < 100; i++)
      damaged.push(Uint8Array.from({ length: 1 + i * 3 }, () => Math.floor(random() * 256)));
    let refused = 0;
    for (const file of damaged) {
      try {
        await importOnnx(file, { fileName: 'broken.onnx' });
      } catch (error) {
        refused++;
        expect(error).toBeInstanceOf(StriateError);
        expect((error as Error).message).toContain("'broken.onnx'");
      }
    }
    // Some bytes are numbers of weights or letters of names, which may be any.
    expect(refused).toBeGreaterThan(damaged.length / 2);
  });
});

describe.skipIf(!folder)('importOnnx with the pretrained files (needs STRIATE_DATA)', () => {
  const path = (file: string): string => join(folder ?? '', 'pretrained', file);

  it.each([
    ['squeezenet1_1', 'squeezenet1_1-imagenet', 227, 1000],
    ['cifar_resnet20', 'resnet20-cifar10', 32, 10],
  ] as const)('computes what the zoo does with the same weights: %s', async (name, file, size, classes) => {
    const imported = await importOnnx(path(`${file}.onnx`));
    const own = zoo.create(name, { inputShape: [size, size, 3], classes });
    await own.loadWeights(path(`${file}.safetensors`));
    const data = Float32Array.from(
      { length: 2 * size * size * 3 },
      (_, i) => Math.sin(i * 0.37) * (size > 32 ? 60 : 1),
    );
    const x = new Tensor('float32', [2, size, size, 3], data);
    const [a, b] = [await imported.predict(x), await own.predict(x)];
    expect(a.shape).toEqual(b.shape);
    const largest = b.data.reduce((top, value) => Math.max(top, Math.abs(value)), 1);
    a.data.forEach((value, i) => expect(Math.abs(value - b.data[i])).toBeLessThan(1e-4 * largest));
    await Promise.all([imported.dispose(), own.dispose()]);
  });

  it('scores as the published ResNet-20 on 1,000 pictures', async () => {
    const net = await importOnnx(path('resnet20-cifar10.onnx'));
    const bytes = readFileSync(join(folder ?? '', 'cifar10', 'test_batch.bin'));
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const x = zeros([1000, 32, 32, 3]);
    for (let n = 0; n < 1000; n++) {
      for (let c = 0; c < 3; c++) {
        for (let i = 0; i < 1024; i++) {
          x.data[(n * 1024 + i) * 3 + c] = (bytes[n * 3073 + 1 + c * 1024 + i] / 255 - mean[c]) / deviation[c];
        }
      }
    }
    const { data } = await net.predict(x, { batchSize: 100 });
    let right = 0;
    for (let n = 0; n < 1000; n++) {
      const scores = data.subarray(n * 10, n * 10 + 10);
      if (scores.indexOf(Math.max(...scores)) === bytes[n * 3073]) right++;
    }
    expect(Math.abs(right / 1000 - 0.915)).toBeLessThanOrEqual(0.002);
    await net.dispose();
  });
});

import { describe, expect, it } from 'vitest';
import { onnxClassifier as classifier, onnxModel as model } from '../../../../test/fixtures/onnxClassifier.js';
import { modelFromBytes } from '../../../models/index.js';
import { StriateError, Tensor, zeros } from '../../../tensor/index.js';
import { encodeModelProto } from '../modelProto.js';
import type { Draft, ModelProto } from '../proto.js';
import { int64Tensor } from '../tensors.js';
import { importOnnx } from './importOnnx.js';

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

  it('takes numbers for inputs that are no pictures', async () => {
    const bytes = encodeModelProto({
      opsetImport: [{ version: 13 }],
      graph: {
        node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }],
        input: [
          { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: 'n' }, { dimValue: 2 }] } } } },
          { name: 'w', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }, { dimValue: 3 }] } } } },
        ],
        output: [{ name: 'y' }],
      },
    });
    await expect(importOnnx(bytes)).rejects.toThrow(
      /where the input 'w' has weights, give its numbers as \{ constants: \{ 'w': … \} \}/,
    );
    const w = new Tensor('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    const net = await importOnnx(bytes, { constants: { w } });
    net.useEngine({ engine: 'reference' });
    const y = await net.predict(new Tensor('float32', [1, 2], Float32Array.of(1, 10)));
    expect([...y.data]).toEqual([41, 52, 63]);
    await expect(importOnnx(bytes, { constants: { v: 1 } })).rejects.toThrow(/received 'v'; its inputs are x, w/);
  });

  it("puts the file's own functions in place of their calls", async () => {
    const slope = { name: 'alpha', type: 1, refAttrName: 'slope' };
    const definition = {
      name: 'Twice',
      domain: 'own',
      input: ['a'],
      output: ['b'],
      node: [
        { opType: 'LeakyRelu', input: ['a'], output: ['t'], attribute: [slope] },
        { opType: 'LeakyRelu', input: ['t'], output: ['b'], attribute: [slope] },
      ],
    };
    const call = {
      opType: 'Twice',
      domain: 'own',
      input: ['x'],
      output: ['y'],
      attribute: [{ name: 'slope', type: 1, f: 0.5 }],
    };
    const net = await importOnnx(model([call], ['n', 2], { functions: [definition] }));
    net.useEngine({ engine: 'reference' });
    expect([...(await net.predict(new Tensor('float32', [1, 2], Float32Array.of(-4, 8)))).data]).toEqual([-1, 8]);
    const endless = { ...definition, node: [{ ...call, input: ['a'], output: ['b'] }] };
    await expect(importOnnx(model([call], ['n', 2], { functions: [endless] }))).rejects.toThrow(/'Twice' calls itself/);
  });

  it('refuses to compute with whole numbers and different first axes', async () => {
    const graph = (elemType: number, first: number): Uint8Array =>
      encodeModelProto({
        opsetImport: [{ version: 13 }],
        graph: {
          node: [{ opType: 'Div', input: ['x', 'w'], output: ['y'] }],
          input: ['x', 'w'].map((name, i) => ({
            name,
            type: { tensorType: { elemType, shape: { dim: [{ dimValue: i ? first : 4 }, { dimValue: 3 }] } } },
          })),
          output: [{ name: 'y' }],
        },
      });
    await expect(importOnnx(graph(6, 4))).rejects.toThrow(/whole numbers.*cast it to float/);
    await expect(importOnnx(graph(1, 1))).rejects.toThrow(
      /first axis of all inputs must be the batch; received 2 .* 4, 1/,
    );
  });

  it('keeps what resizes fixed when the model is trained', async () => {
    const sizes = { name: 'sizes', dims: [4], dataType: 7, int64Data: [1, 3, 5, 6] };
    const constant = { opType: 'Constant', output: ['sizes'], attribute: [{ name: 'value', type: 4, t: sizes }] };
    const cubic = [{ name: 'mode', type: 3, s: 'cubic' }];
    const [first, ...rest] = classifier;
    const resize = { opType: 'Resize', input: ['x', '', '', 'sizes'], output: ['r'], attribute: cubic };
    const net = await importOnnx(model([constant, resize, { ...first, input: ['r', 'features.0.weight'] }, ...rest]));
    net.useEngine({ engine: 'reference' });
    const before = await net.getWeights();
    net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const x = new Tensor(
      'float32',
      [2, 8, 8, 3],
      Float32Array.from({ length: 384 }, (_, i) => (i % 7) / 7),
    );
    await net.fit(x, new Tensor('int32', [2], Int32Array.of(0, 1)), { epochs: 1, verbose: 0 });
    const after = await net.getWeights();
    const matrices = [...before.keys()].filter((name) => name.endsWith('/matrix'));
    expect(matrices).toHaveLength(2);
    for (const name of matrices) expect(after.get(name)).toEqual(before.get(name));
    expect(after.get('features.0/kernel')).not.toEqual(before.get('features.0/kernel'));
  });

  it('needs the size of pictures', async () => {
    const bytes = model(classifier, ['n', 3, 'h', 'w']);
    await expect(importOnnx(bytes)).rejects.toThrow(
      /onnx 'bytes': input 'x': sizes must be known; received \[free, free, 3\]; give them as \{ inputShape: \[224/,
    );
    expect((await importOnnx(bytes, { inputShape: [10, 12, 3] })).inputs[0].shape).toEqual([10, 12, 3]);
  });

  // Lists of so many positions would end the process.
  it.each([
    ['Tile', [1, 1, 1, 2 ** 25]],
    ['Expand', [1, 3, 8, 2 ** 40]],
    ['Pad', [0, 0, 0, 0, 0, 0, 0, 2 ** 30]],
    ['Resize', [1, 3, 8, 2 ** 26 + 1]],
  ])('refuses to list more positions than a network has: %s', async (opType, numbers) => {
    const told = int64Tensor('', [numbers.length], numbers);
    const constant = { opType: 'Constant', output: ['numbers'], attribute: [{ name: 'value', type: 4, t: told }] };
    const node = {
      name: 'bad',
      opType,
      output: ['y'],
      input: opType === 'Resize' ? ['x', '', '', 'numbers'] : ['x', 'numbers'],
      attribute: opType === 'Pad' ? [{ name: 'mode', type: 3, s: 'reflect' }] : [],
    };
    const dims = opType === 'Expand' ? ['n', 3, 8, 1] : undefined;
    await expect(importOnnx(model([constant, node], dims))).rejects.toThrow(
      /node 'bad' \(\w+\): .*(positions along an axis are too many|are too many to be put together)/,
    );
  });

  it.each([
    ['QLinearConv', /node 'bad' \(QLinearConv\): quantised models cannot be imported; export the model in float32/],
    ['DequantizeLinear', /quantised/],
    ['ConvInteger', /quantised/],
    ['Loop', /control flow \(If, Loop, Scan\) cannot be imported; export by tracing/],
    ['LSTM', /recurrent/],
    ['ArgMax', /choosing or sorting classes is no layer; give \{ inputs: \['y'\] \}: what comes behind it/],
    ['TopK', /choosing or sorting classes is no layer/],
    ['AveragPool', /this operator cannot be imported; known is AveragePool; give/],
    ['ReverseSequence', /this operator cannot be imported; give/],
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
      'windows with gaps can be pooled by MaxPool of up to 25 positions alone, without padding',
      {
        opType: 'MaxPool',
        attribute: [
          { name: 'kernel_shape', type: 7, ints: [2, 2] },
          { name: 'dilations', type: 7, ints: [2, 2] },
          { name: 'pads', type: 7, ints: [1, 1, 1, 1] },
        ],
      },
    ],
    [
      "mode must be edge, reflect, wrap, constant; received 'mirror'",
      { opType: 'Pad', attribute: [{ name: 'mode', type: 3, s: 'mirror' }] },
    ],
    ["domain 'com.microsoft' cannot be imported", { opType: 'FusedConv', domain: 'com.microsoft' }],
    [
      "mode must be nearest, linear or cubic by one of ONNX's rules; received 'lanczos'",
      {
        opType: 'Upsample',
        attribute: [
          { name: 'scales', type: 6, floats: [1, 1, 1.5, 1.5] },
          { name: 'mode', type: 3, s: 'lanczos' },
        ],
      },
    ],
  ])('refuses with what to do: %s', async (message, node) => {
    const bytes = model([{ name: 'bad', input: ['x'], output: ['y'], ...node }]);
    await expect(importOnnx(bytes)).rejects.toThrow(new RegExp(message));
  });

  it('refuses other versions, unknown outputs and numbers in another file', async () => {
    const old = model(classifier, undefined, { opsetImport: [{ version: 99 }] });
    await expect(importOnnx(old)).rejects.toThrow(/opset 1 to 28; received 99; export with opset_version=17/);
    await expect(importOnnx(model(classifier), { outputs: ['z'] })).rejects.toThrow(/no value 'z'.*outputs are y/);
    const external = encodeModelProto({
      opsetImport: [{ version: 13 }],
      graph: {
        node: classifier,
        initializer: [
          {
            name: 'features.0.weight',
            dims: [1],
            dataType: 1,
            dataLocation: 1,
            externalData: [{ key: 'location', value: 'w.bin' }],
          },
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
      /tensor 'features.0.weight': its numbers lie in 'w.bin' \(external data\).*externalData: \{ 'w.bin': bytes \}/,
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

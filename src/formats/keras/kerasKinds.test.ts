import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../classify/index.js';
import type { Model } from '../../models/index.js';
import { Tensor } from '../../tensor/index.js';
import { importKeras } from './read/importKeras.js';

const folder = fileURLToPath(new URL('../../../test/fixtures/keras/cases/', import.meta.url));

type Lists = number | readonly Lists[];

function tensor(lists: Lists): Tensor<'float32'> {
  const shape: number[] = [];
  for (let inner = lists; Array.isArray(inner); inner = (inner as readonly Lists[])[0]) shape.push(inner.length);
  return new Tensor('float32', shape, Float32Array.from([lists].flat(9) as number[]));
}

describe('kinds of files that Keras 3 writes (test/fixtures/keras/make_kinds.py)', () => {
  const kinds = [
    'mixed_float16',
    'bfloat16',
    'mixed_bfloat16',
    'applications_layers',
    'several_outputs',
    // Of make_channels_first.py:
    'channels_first',
    'channels_first_stack',
    'other_axes',
  ];
  it.each(kinds.flatMap((name) => [`${name}.keras`, `${name}.h5`]))('%s predicts what Keras does', async (file) => {
    const expected = JSON.parse(readFileSync(`${folder}${file.replace(/\.\w+$/, '.json')}`, 'utf8')) as {
      readonly x: Lists;
      readonly y: readonly Lists[];
    };
    const model = await importKeras(folder + file);
    const outputs = await model.predictAll(tensor(expected.x));
    const wanted = expected.y.map(tensor);
    expect(outputs.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
    for (const [i, { data }] of wanted.entries()) {
      data.forEach((value, at) => expect(Math.abs(value - outputs[i].data[at])).toBeLessThan(1e-5));
    }
    await model.dispose();
  });

  it.each([
    // Two numbers of 4 bits lie in each of 8.
    ['int4', /weight 'out\/vars\/0' is of the type int8.* save the model in Keras before it is quantized/],
    ['float8', /layer 'out' \(Dense\):.*float8.* save the model in Keras before it is quantized/],
  ])('weights quantized to %s are refused by name', async (kind, message) => {
    await expect(importKeras(`${folder}${kind}_quant.keras`)).rejects.toThrow(message);
  });
});

describe('pictures with their channels first', () => {
  it('are moved where a network begins and ends, not around each of its layers', async () => {
    const model = await importKeras(`${folder}channels_first_stack.keras`);
    expect(model.inputs[0].shape).toEqual([2, 7, 7]);
    expect(model.kind).toBe('Sequential');
    expect(model.layers.map(({ className }) => className)).toEqual([
      'Permute',
      'Conv2D',
      'MaxPooling2D',
      'Permute',
      'Flatten',
      'Dense',
    ]);
    const branching = await importKeras(`${folder}channels_first.keras`);
    // At the input, around the slopes that the file has in its own order, and at the first output.
    expect(branching.layers.filter(({ className }) => className === 'Permute')).toHaveLength(4);
    await Promise.all([model.dispose(), branching.dispose()]);
  });

  it('are taken and given with their channels last where that is asked for, and where models of any format are opened', async () => {
    const plain = await importKeras(`${folder}channels_first.keras`);
    const turned = await importKeras(`${folder}channels_first.keras`, { layout: 'NHWC' });
    expect(turned.inputs[0].shape).toEqual([8, 6, 3]);
    const [[channels, height, width], vector] = plain.outputs.map(({ shape }) => shape);
    expect(turned.outputs.map(({ shape }) => shape)).toEqual([[height, width, channels], vector]);
    const x = pictures([2, 3, 8, 6]);
    const [maps, scores] = await plain.predictAll(x);
    const [turnedMaps, same] = await turned.predictAll(channelsLast(x));
    expect(same.data).toEqual(scores.data);
    expect(turnedMaps.data).toEqual(channelsLast(maps).data);
    const { model: opened } = await openModel(`${folder}channels_first_stack.keras`);
    expect(opened.inputs[0].shape).toEqual([7, 7, 2]);
    await Promise.all([plain.dispose(), turned.dispose(), opened.dispose()]);
  });
});

describe('numbers of other types', () => {
  it.each(['mixed_float16', 'bfloat16', 'mixed_bfloat16'])('%s are float32 here, which is noted', async (name) => {
    const model = await importKeras(`${folder}${name}.keras`);
    expect(model.metadata['keras.ignored']).toBe(`dtype ${name} (float32 here)`);
    await model.dispose();
  });
});

/** Pictures by a formula. */
function pictures(shape: readonly number[]): Tensor<'float32'> {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, (_, i) => ((i * 31) % 17) / 8 - 1),
  );
}

function channelsLast({ shape: [count, channels, height, width], data }: Tensor): Tensor<'float32'> {
  const moved = new Float32Array(data.length);
  data.forEach((value, i) => {
    const [n, c] = [Math.floor(i / (channels * height * width)), Math.floor(i / (height * width)) % channels];
    moved[(n * height * width + (i % (height * width))) * channels + c] = value;
  });
  return new Tensor('float32', [count, height, width, channels], moved);
}

/** An architecture as Keras 2 wrote it: layers behind an input of 4×4 pixels with 2 channels, each behind the one before. */
async function keras2(
  layers: readonly { readonly kind: string; readonly config?: object; readonly call?: object }[],
): Promise<Model> {
  const first = {
    class_name: 'InputLayer',
    name: 'x',
    config: { name: 'x', batch_input_shape: [null, 4, 4, 2] },
    inbound_nodes: [],
  };
  const rest = layers.map(({ kind, config = {}, call = {} }, i) => ({
    class_name: kind,
    name: `l${i}`,
    config: { name: `l${i}`, trainable: true, ...config },
    inbound_nodes: [[[i ? `l${i - 1}` : 'x', 0, 0, call]]],
  }));
  const config = {
    name: 'net',
    layers: [first, ...rest],
    input_layers: [['x', 0, 0]],
    output_layers: [[`l${layers.length - 1}`, 0, 0]],
  };
  const json = JSON.stringify({ class_name: 'Functional', keras_version: '2.4.0', backend: 'tensorflow', config });
  return importKeras(new TextEncoder().encode(json));
}

describe('calls of Keras 2 that say how layers behave', () => {
  it('as in prediction: what would train otherwise is named', async () => {
    const model = await keras2([
      { kind: 'BatchNormalization', call: { training: false } },
      { kind: 'Dropout', config: { rate: 0.5 }, call: { training: false } },
      { kind: 'Activation', config: { activation: 'relu' }, call: { training: false } },
    ]);
    expect(model.metadata['keras.ignored']).toBe('l0: training=False; l1: training=False');
    await model.dispose();
  });

  it('as in prediction: nothing is left out of a frozen layer', async () => {
    const frozen = { kind: 'BatchNormalization', config: { trainable: false }, call: { training: false } };
    const model = await keras2([frozen]);
    expect(model.metadata['keras.ignored']).toBeUndefined();
    await model.dispose();
  });

  it.each([
    ['BatchNormalization', {}],
    ['Dropout', { rate: 0.5 }],
    ['GaussianNoise', { stddev: 0.1 }],
  ])('as in training: %s is refused, as it computes other numbers', async (kind, config) => {
    await expect(keras2([{ kind, config, call: { training: true } }])).rejects.toThrow(
      new RegExp(`layer 'l0' \\(${kind}\\): it is called with training=True`),
    );
  });
});

describe('TensorFlow 2.0 to 2.3’s nodes among layers (TensorFlowOpLayer)', () => {
  const node = (op: string, attr: object = {}): object => ({ name: op, op, input: ['x', `${op}/y`], attr });
  const x = new Tensor(
    'float32',
    [1, 4, 4, 2],
    Float32Array.from({ length: 32 }, (_, i) => i / 8 - 2),
  );

  it('compute with the constants of their own', async () => {
    const model = await keras2([
      { kind: 'TensorFlowOpLayer', config: { node_def: node('RealDiv'), constants: { 1: 4 } } },
      { kind: 'TensorFlowOpLayer', config: { node_def: JSON.stringify(node('Sub')), constants: { 0: 1 } } },
      {
        kind: 'TensorFlowOpLayer',
        config: { node_def: node('Mean', { keep_dims: { b: true } }), constants: { 1: [1, 2] } },
      },
    ]);
    const y = await model.predict(x);
    expect(y.shape).toEqual([1, 1, 1, 2]);
    // The mean of 1 − x / 4 over 16 pixels.
    [0, 1].forEach((channel) => {
      const mean = Array.from({ length: 16 }, (_, i) => 1 - x.data[2 * i + channel] / 4).reduce((a, b) => a + b) / 16;
      expect(y.data[channel]).toBeCloseTo(mean, 5);
    });
    await model.dispose();
  });

  it('are refused by name', async () => {
    const layer = { kind: 'TensorFlowOpLayer', config: { node_def: node('Betainc'), constants: { 1: 4 } } };
    await expect(keras2([layer])).rejects.toThrow(/TensorFlow's operator tf\.Betainc is not known here/);
  });
});

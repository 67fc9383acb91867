import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { activationNames } from '../../layers/activations.js';
import { initializers, input, layers, regularizers, type ActivationName } from '../../layers/index.js';
import { model as functional, type Model } from '../../models/index.js';
import { Random, Tensor } from '../../tensor/index.js';
import { tfjsFiles } from '../tfjs/exportTfjs.js';
import { importTfjs } from '../tfjs/importTfjs.js';
import { kerasBytes } from './write/exportKeras.js';
import { buildModel, importKeras } from './read/importKeras.js';
import { kerasGraph } from './read/kerasGraph.js';

/** The pictures of test/fixtures/keras/make.py. */
function pictures({ inputs: [{ shape }] }: Model): Tensor<'float32'> {
  const size = shape.reduce((a, b) => a * b, 2);
  const values = Float32Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 7) % 251) / 100 - 1);
  return new Tensor('float32', [2, ...shape], values);
}

interface Predicted {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Float32 sums in another order. */
function expectClose(received: readonly Predicted[], expected: readonly Predicted[]): void {
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  received.forEach(({ data }, output) => {
    const differences = Array.from(data, (value, i) => Math.abs(value - expected[output].data[i]));
    expect(Math.max(...differences)).toBeLessThan(5e-6);
  });
}

describe('files that Keras wrote', () => {
  const folder = fileURLToPath(new URL('../../../test/fixtures/keras/', import.meta.url));
  for (const name of ['merges', 'activations', 'norms', 'pictures']) {
    for (const ending of ['keras', 'h5']) {
      it(`${name}.${ending} predicts what Keras does`, async () => {
        const model = await importKeras(`${folder}${name}.${ending}`);
        const expected = JSON.parse(await readFile(`${folder}${name}.json`, 'utf8')) as Predicted[];
        expectClose(await model.predictAll(pictures(model)), expected);
        await model.dispose();
      });
    }
  }

  it('hold layers, not what stands for them', async () => {
    const model = await importKeras(`${folder}merges.keras`);
    expect(model.layers.map(({ className }) => className).sort()).toEqual(
      ['Conv2D', 'Conv2D', 'Subtract', 'Maximum', 'Minimum', 'Average'].sort(),
    );
    await model.dispose();
  });
});

/** Joins, activations with weights, normalizations and cuts; TensorFlow.js has no ELU of another alpha. */
function joined(alpha: number, outputSize: readonly [number, number]): Model {
  const x = input({ shape: [6, 5, 3], name: 'x' });
  const start = initializers.randomNormal({ stddev: 0.3 });
  const a = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(x);
  const b = layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x);
  const difference = layers.subtract().apply(a, b);
  const extreme = layers.minimum().apply(layers.maximum().apply(a, b, difference), layers.elu({ alpha }).apply(a));
  const shared = layers.prelu({ sharedAxes: [1, -2], alphaInitializer: start }).apply(extreme);
  const each = layers.prelu({ alphaInitializer: start }).apply(layers.subtract().apply(extreme, shared));
  const normal = layers.layerNormalization({ epsilon: 1e-5 }).apply(each);
  const uncentred = layers.layerNormalization({ center: false }).apply(layers.dense({ units: 5 }).apply(normal));
  const cut = layers.slice({ begin: [1, 0, 0], size: [4, -1, -1] }).apply(uncentred);
  return functional({ inputs: x, outputs: [cut, layers.adaptiveAveragePooling2d({ outputSize }).apply(normal)] });
}

function activated(names: readonly ActivationName[]): Model {
  const x = input({ shape: [8] });
  const outputs = names.flatMap((activation) => [
    layers.dense({ units: 3, activation }).apply(x),
    layers.activation({ activation }).apply(x),
  ]);
  return functional({ inputs: x, outputs });
}

async function shaken(model: Model): Promise<Model> {
  const random = new Random([7]);
  const weights = await model.getWeights();
  for (const { data } of weights.values()) for (let i = 0; i < data.length; i++) data[i] += random.normal(0, 0.2);
  await model.setWeights(weights);
  return model;
}

describe('files that Striate writes', () => {
  const formats = {
    h5: async (model: Model) => importKeras(await kerasBytes(model, 'h5')),
    keras: async (model: Model) => importKeras(await kerasBytes(model, 'keras')),
    'model.json': async (model: Model) => importTfjs(await tfjsFiles(model)),
  } as const;
  const lacking: Readonly<Record<keyof typeof formats, readonly ActivationName[]>> = {
    h5: ['logSoftmax', 'erf', 'abs', 'log'],
    keras: [],
    'model.json': ['exponential', 'gelu', 'erf', 'abs', 'log'],
  };

  for (const [format, again] of Object.entries(formats) as [keyof typeof formats, (typeof formats)['h5']][]) {
    it(`hold joins, activations and normalizations in ${format}`, async () => {
      const model = await shaken(joined(format === 'model.json' ? 1 : 0.7, [4, 3]));
      const back = await again(model);
      expectClose(await back.predictAll(pictures(model)), await model.predictAll(pictures(model)));
      await Promise.all([model.dispose(), back.dispose()]);
    });

    it(`hold every activation that there is in ${format}, and refuse the others by name`, async () => {
      // The logarithm, of numbers below 0 as well, is tried among the operators.
      const known = activationNames.filter((name) => name !== 'log' && !lacking[format].includes(name));
      const model = await shaken(activated(known));
      const back = await again(model);
      expectClose(await back.predictAll(pictures(model)), await model.predictAll(pictures(model)));
      for (const name of lacking[format]) {
        await expect(again(activated([name]))).rejects.toThrow(new RegExp(`no activation like '${name}'`));
      }
      await Promise.all([model.dispose(), back.dispose()]);
    });
  }

  it('keep the initializers and regularizers of weights', async () => {
    const start = initializers.constant({ value: 0.5 });
    const held = regularizers.l1l2({ l1: 0.25, l2: 0.125 });
    const x = input({ shape: [3] });
    const normal = layers.layerNormalization({
      betaInitializer: start,
      gammaInitializer: start,
      betaRegularizer: held,
      gammaRegularizer: held,
    });
    const activation = layers.prelu({ alphaInitializer: start, alphaRegularizer: held });
    const model = functional({ inputs: x, outputs: activation.apply(normal.apply(x)) });
    for (const again of Object.values(formats)) {
      const back = await again(model);
      expect(back.layers.map((layer) => layer.config!())).toEqual(model.layers.map((layer) => layer.config!()));
      await back.dispose();
    }
    await model.dispose();
  });

  it('say what TensorFlow.js lacks', async () => {
    await expect(tfjsFiles(joined(0.7, [3, 5]))).rejects.toThrow(/'elu' \(ELU\).*TensorFlow\.js: its ELU has an alpha/);
  });
});

describe('what Keras has among its layers', () => {
  const x = new Tensor('float32', [2, 2], Float32Array.of(1, -2, 0.5, 4));

  /** A model of one layer or operator on pairs of numbers, as Keras 3 writes its configuration. */
  async function modelOf(layer: { class_name: string; module: string; config?: object }, ...args: unknown[]) {
    const value = { class_name: '__keras_tensor__', config: { shape: [null, 2], keras_history: ['x', 0, 0] } };
    const given = args.map((item) => (item === 'x' ? value : item));
    const graph = kerasGraph(
      {
        class_name: 'Functional',
        config: {
          name: 'm',
          layers: [
            { class_name: 'InputLayer', module: 'keras.layers', config: { name: 'x', batch_shape: [null, 2] } },
            {
              ...layer,
              name: 'y',
              config: { name: 'y', ...layer.config },
              inbound_nodes: [{ args: given, kwargs: {} }],
            },
          ],
          input_layers: ['x', 0, 0],
          output_layers: ['y', 0, 0],
        },
      },
      'm.keras',
    );
    return buildModel(graph, { file: 'm.keras', version: 3, notes: [] }, {}, undefined);
  }

  async function outputOf(layer: Parameters<typeof modelOf>[0], ...args: unknown[]) {
    const model = await modelOf(layer, ...args);
    const [{ data }] = await model.predictAll(x);
    await model.dispose();
    return [...data];
  }

  const numpy = 'keras.src.ops.numpy';
  it.each([
    ['x + 1', 'Add', ['x', 1], [2, -1, 1.5, 5]],
    ['x − 0.5', 'Subtract', ['x', 0.5], [0.5, -2.5, 0, 3.5]],
    ['1 − x', 'Subtract', [1, 'x'], [0, 3, 0.5, -3]],
    ['x / 2', 'TrueDivide', ['x', 2], [0.5, -1, 0.25, 2]],
    ['x · x', 'Multiply', ['x', 'x'], [1, 4, 0.25, 16]],
    ['max(x, 0.75)', 'Maximum', ['x', 0.75], [1, 0.75, 0.75, 4]],
    ['−x', 'Negative', ['x'], [-1, 2, -0.5, -4]],
  ])('is %s', async (_, kind, args, expected) => {
    expect(await outputOf({ class_name: kind, module: numpy }, ...args)).toEqual(expected);
  });

  it('is refused where a number stands in a form that is not known', async () => {
    const refused = outputOf({ class_name: 'Mod', module: numpy }, 'x', 2);
    await expect(refused).rejects.toThrow(/m\.keras: layer 'y' \(Mod\): Keras's operator keras\.ops\.Mod/);
  });

  it('is a layer that stands as an activation', async () => {
    const activation = { class_name: 'ReLU', module: 'keras.layers', config: { name: 'r', max_value: 2 } };
    const layer = { class_name: 'Activation', module: 'keras.layers', config: { activation } };
    expect(await outputOf(layer, 'x')).toEqual([1, 0, 0.5, 2]);
  });

  it('has settings that are noted where only training knows them, or nobody does', async () => {
    const config = { rate: 0.5, noise_shape: null, dtype: 'float32', activity_regularizer: 'l2', novelty: 3 };
    const model = await modelOf({ class_name: 'Dropout', module: 'keras.layers', config }, 'x');
    expect(model.metadata['keras.ignored']).toBe('y: activity_regularizer; y: novelty');
    await model.dispose();
  });

  it.each([
    ['Flatten', { groups: 2 }, /groups 2: groups are not supported/],
    ['Dropout', { rate: 0.5, dtype: { class_name: 'QuantizedDTypePolicy' } }, /its weights are quantized/],
    ['LayerNormalization', { rms_scaling: true }, /rms_scaling true: normalization without the mean/],
    ['BatchNormalization', { renorm: true }, /renorm true: batch renormalization/],
  ])('is refused where it would compute otherwise: %s with %j', async (kind, config, message) => {
    await expect(modelOf({ class_name: kind, module: 'keras.layers', config }, 'x')).rejects.toThrow(message);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layers, Layer, type LayerContext } from '../../layers/index.js';
import type { Node } from '../../graph/index.js';
import { sequential } from '../../models/index.js';
import * as ops from '../../ops/operators.js';
import { sizeOf, Tensor, type Shape } from '../../tensor/index.js';
import { importKeras, type ImportKerasOptions } from './read/importKeras.js';
import { loadKerasWeights } from './read/loadKerasWeights.js';

const folder = fileURLToPath(new URL('../../../test/fixtures/keras/cases/', import.meta.url));

interface Case {
  readonly x: unknown;
  readonly y: unknown;
}

/** Lists within lists of numbers as a tensor. */
function tensor(lists: unknown): Tensor<'float32'> {
  const shape: number[] = [];
  for (let inner = lists; Array.isArray(inner); inner = (inner as unknown[])[0]) shape.push(inner.length);
  return new Tensor('float32', shape, Float32Array.from((lists as number[][]).flat(9)));
}

const caseOf = (name: string): Case => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Case;

/** Predicts what Keras did, to the rounding of float32. */
async function expectKeras(model: Awaited<ReturnType<typeof importKeras>>, name: string): Promise<void> {
  const { x, y } = caseOf(name);
  const [received, expected] = [await model.predict(tensor(x)), tensor(y)];
  expect(received.shape).toEqual(expected.shape);
  const worst = Math.max(...Array.from(received.data, (value, i) => Math.abs(value - expected.data[i])));
  expect(worst).toBeLessThan(1e-5);
  await model.dispose();
}

const open = (file: string, options?: ImportKerasOptions) => importKeras(folder + file, options);

abstract class Elementwise extends Layer {
  outputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
}

/** x / 127.5 − 1, as the class of the user's own that two of the files hold. */
class Centered extends Elementwise {
  readonly className = 'Centered';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.affine(x, { scale: 1 / 127.5, offset: -1 });
  }
}

/** A function of the user's own that a dense layer ends with: x · sigmoid(1.702 · x). */
class QuickSwish extends Elementwise {
  readonly className = 'QuickSwish';

  call(_: LayerContext, [x]: readonly Node[]): Node {
    return ops.mul(x, ops.sigmoid(ops.affine(x, { scale: 1.702, offset: 0 })));
  }
}

describe('Keras files whose numbers were once others', () => {
  it.each([
    'activation_softmax_axis1.keras',
    'branches.keras',
    'nested_same_names.keras',
    'nested_same_names.h5',
    'lora.h5',
    'softmax_axes.keras',
    'softmax_two_axes.keras',
    'softmax_two_axes.h5',
    'op_half.keras',
    'op_minus.keras',
    'op_plus1.keras',
    'op_relu_fn.keras',
    'keras3_divided_by_constant.keras',
    'keras3_divided_by_constant.h5',
    'keras3_minus_constant.keras',
    'keras3_minus_constant.h5',
    'keras3_plus_constant.keras',
    'keras3_plus_constant.h5',
    'training_false.keras',
    'c19_adam_gradacc.keras',
    'float16.keras',
    'float16.h5',
  ])('%s', async (file) => {
    await expectKeras(await open(file), file.replace(/\.\w+$/, ''));
  });

  it('weights of branches go by the names in their file, whatever the order of the layers', async () => {
    const model = await open('branches.keras');
    const before = await model.getWeights();
    await model.setWeights(
      new Map(
        [...before].map(([name, { shape }]) => [name, new Tensor('float32', shape, new Float32Array(sizeOf(shape)))]),
      ),
    );
    await loadKerasWeights(model, `${folder}branches.weights.h5`);
    await expectKeras(model, 'branches');
  });

  it('so do those of models within models', async () => {
    for (const ending of ['keras', 'h5']) {
      const model = await open('nested_same_names.keras');
      const before = await model.getWeights();
      await model.setWeights(
        new Map(
          [...before].map(([name, { shape }]) => [name, new Tensor('float32', shape, new Float32Array(sizeOf(shape)))]),
        ),
      );
      await loadKerasWeights(model, `${folder}nested_same_names.${ending}`);
      await expectKeras(model, 'nested_same_names');
    }
  });
});

describe('what is refused by name', () => {
  it('weights quantized to int8, which mean nothing without their scales', async () => {
    for (const file of ['int8_quant.keras', 'int8_quant.h5']) {
      await expect(open(file)).rejects.toThrow(/dense.*int8.*before it is quantized/s);
      const model = sequential([
        layers.dense({ units: 16, inputShape: [8], name: 'dense' }),
        layers.dense({ units: 3, name: 'dense_1' }),
      ]);
      await expect(loadKerasWeights(model, folder + file)).rejects.toThrow(/int8.*quantized/s);
    }
  });

  it('adapters in a file of weights, whose strength stands elsewhere', async () => {
    const model = sequential([
      layers.dense({ units: 16, inputShape: [8], name: 'd', activation: 'relu' }),
      layers.dense({ units: 3, name: 'dense' }),
    ]);
    await expect(loadKerasWeights(model, `${folder}lora.h5`)).rejects.toThrow(/'d' has a low-rank adapter/);
  });

  it.each([
    ['custom_unregistered.keras', /layer 'r' \(Rescaling\): 'Rescaling' is not Keras's .*module None/],
    ['custom_registered.keras', /layer 'r' \(R1\): 'Mine>Rescaling' is not Keras's/],
    ['custom_function.keras', /layer 'dense' \(Dense\): activation: 'swish' is not Keras's .*module builtins/],
  ])('%s: a class or function of the user’s own', async (file, reason) => {
    await expect(open(file)).rejects.toThrow(reason);
  });
});

describe('customLayers', () => {
  it.each([
    ['custom_unregistered', { Rescaling: Centered }],
    ['custom_registered', { 'Mine>Rescaling': Centered }],
    ['custom_registered', { R1: Centered }],
  ])('make %s, handed Keras’s settings', async (name, customLayers) => {
    const model = await open(`${name}.keras`, { customLayers });
    expect(model.layers.map(({ className, name: own }) => [className, own])).toEqual([['Centered', 'r']]);
    await expectKeras(model, name);
  });

  it('stand in for a function that a layer ends with', async () => {
    const model = await open('custom_function.keras', { customLayers: { swish: QuickSwish } });
    expect(model.layers.map(({ className }) => className)).toEqual(['Dense', 'QuickSwish']);
    await expectKeras(model, 'custom_function');
  });
});

describe('what compile was given', () => {
  it.each([
    ['c19_adam_ignoreclass', 'loss ignore_class'],
    ['c19_sum_reduction', 'loss reduction'],
  ])('%s: what Striate’s training does not do is named', async (name, setting) => {
    const model = await open(`${name}.keras`);
    expect(model.optimizer).toBeDefined();
    expect(model.metadata['keras.ignored']).toContain(`compile: ${setting}`);
    await expectKeras(model, name);
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { exportOnnx, type ExportOnnxOptions } from '../src/formats/onnx/export/exportOnnx.js';
import { importOnnx } from '../src/formats/onnx/import/importOnnx.js';
import { layerClasses, layers, type Layer } from '../src/layers/index.js';
import { sequential, type Model } from '../src/models/index.js';
import { openEngine } from '../src/engine/index.js';
import { Random, Tensor, type Shape } from '../src/tensor/index.js';
import { zoo } from '../src/zoo/index.js';
import { allLayers } from './allLayers.js';
import { onnxRuntime, runOnnx } from './onnxRuntime.js';

const runtime = onnxRuntime() !== undefined;
const reason = runtime ? '' : ' (skipped: onnxruntime-node is not there; npm run bench:install)';
const engine = await openEngine('wasm', { threads: 1 });
afterAll(() => engine.close());

const drawn = (shape: Shape, seed: number): Tensor<'float32'> => {
  const random = new Random([seed]);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
  );
};

/** Weights and statistics that are at neutral starting values become others, so that mistakes about them show. */
async function shake(model: Model): Promise<void> {
  const random = new Random([3]);
  const weights = await model.getWeights();
  for (const [name, { data }] of weights) {
    if (/kernel$/i.test(name)) continue;
    const positive = /(variance|gamma)$/i.test(name);
    for (let i = 0; i < data.length; i++) data[i] = positive ? random.uniform(0.8, 1.2) : random.normal(0, 0.1);
  }
  await model.setWeights(weights);
}

/** The largest difference between two results, in standard deviations of the second. */
function deviation(a: ArrayLike<number>, b: Float32Array): number {
  const mean = b.reduce((sum, v) => sum + v, 0) / b.length;
  const std = Math.sqrt(b.reduce((sum, v) => sum + (v - mean) ** 2, 0) / b.length);
  return b.reduce((worst, v, i) => Math.max(worst, Math.abs(v - a[i])), 0) / std;
}

function expectClose(received: readonly Tensor<'float32'>[], expected: readonly Tensor<'float32'>[]): void {
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  // Float32 sums in another order; NaN is not less than anything.
  received.forEach(({ data }, i) => expect(deviation(data, expected[i].data)).toBeLessThan(1e-4));
}

const inputsOf = (model: Model, batch: number): Tensor<'float32'>[] =>
  model.inputs.map(({ shape }, i) => drawn([batch, ...shape], 7 + i));

const predicted = (model: Model, inputs: readonly Tensor<'float32'>[]): Promise<Tensor<'float32'>[]> =>
  model.predictAll(inputs.length === 1 ? inputs[0] : [...inputs]);

/** Compares with onnxruntime, at batches of one and three, and with the file imported again. */
async function expectSame(model: Model, options: ExportOnnxOptions = {}, again = true): Promise<void> {
  model.useEngine({ engine });
  await shake(model);
  const bytes = await exportOnnx(model, options);
  for (const batch of runtime ? [1, 3] : []) {
    const inputs = inputsOf(model, batch);
    expectClose(await runOnnx(bytes, inputs, options.layout), await predicted(model, inputs));
  }
  if (again) await expectRoundTrip(model, bytes);
  await model.dispose();
}

async function expectRoundTrip(model: Model, bytes: Uint8Array): Promise<void> {
  const inputs = inputsOf(model, 2);
  const expected = await predicted(model, inputs);
  const imported = await importOnnx(bytes);
  imported.useEngine({ engine });
  expectClose(await predicted(imported, inputs), expected);
  const { parameters } = model.parameterCounts();
  const unused = model.topology.calls.length - model.topology.predictionCalls.length;
  if (!unused) expect(imported.parameterCounts().parameters).toBe(parameters);
  await imported.dispose();
}

describe(`exported models compute the same in onnxruntime and imported again${reason}`, () => {
  it.each([
    ['mnist_cnn', [28, 28, 1]],
    ['lenet5', [28, 28, 1]],
    ['resnet18', [64, 64, 3]],
    ['densenet121', [64, 64, 3]],
    ['googlenet', [64, 64, 3]],
    ['mobilenet_v3_small', [64, 64, 3]],
    ['efficientnet_b0', [64, 64, 3]],
    ['squeezenet1_1', [64, 64, 3]],
    ['seresnet50', [64, 64, 3]],
    ['xception', [71, 71, 3]],
    ['inception_resnet_v2', [96, 96, 3]],
    ['cifar_resnet20', [32, 32, 3]],
  ] as const)('%s', async (name, inputShape) => {
    await expectSame(zoo.create(name, { inputShape, classes: 37, seed: 1 }));
  });

  it('alexnet_two_stream, with groups and local response normalization', async () => {
    await expectSame(zoo.create('alexnet_two_stream', { classes: 37, seed: 1 }));
  });

  // Half a gigabyte of weights: once through onnxruntime is enough.
  it.skipIf(!runtime)('vgg11, whose adaptive pooling repeats', async () => {
    await expectSame(zoo.create('vgg11', { inputShape: [96, 96, 3], classes: 37, seed: 1 }), {}, false);
  });

  it('a network of all layers has all layers', () => {
    const classes = new Set(allLayers().layers.map(({ className }) => className));
    const absent = Object.entries<typeof Layer>(layerClasses)
      // What does something in training alone has nothing to export, by its class's word.
      .filter(([name, { traits }]) => !classes.has(name) && !traits.onlyInTraining)
      .map(([name]) => name);
    expect(absent).toEqual([]);
  });

  it.skipIf(!runtime).each([11, 12, 13, 14, 17, 18, 20, 21])('a network of all layers, opset %i', async (opset) => {
    await expectSame(allLayers(), { opset }, false);
  });

  it('a network of all layers, imported again', async () => {
    const model = allLayers();
    model.useEngine({ engine });
    const imported = await importOnnx(await exportOnnx(model));
    imported.useEngine({ engine });
    const inputs = inputsOf(model, 2);
    expectClose(await predicted(imported, inputs), await predicted(model, inputs));
  });

  it('pictures and maps with their channels last', async () => {
    await expectSame(zoo.create('resnet18', { inputShape: [32, 32, 3], classes: 5 }), { layout: 'NHWC' });
    const map = sequential([layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 5, 2], name: 'conv' })]);
    await expectSame(map, { layout: 'NHWC' }, false);
  });

  it('maps, flattened pictures and untouched inputs as outputs', async () => {
    await expectSame(sequential([layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 5, 2] })]));
    await expectSame(sequential([layers.flatten({ inputShape: [3, 2, 4] })]), {}, false);
    await expectSame(sequential([layers.dropout({ rate: 0.5, inputShape: [3, 2, 4] })]), {}, false);
  });
});

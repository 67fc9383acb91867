import { describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../engine/index.js';
import { BatchNormalization, type Serialized } from '../layers/index.js';
import { modelFromBytes, type Model } from '../models/index.js';
import { modelFromConfig } from '../models/load.js';
import { configOf } from '../models/save.js';
import { Random, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import { architectures, zoo, type Architecture } from './index.js';

const batch = 4;
const steps = 3;

/**
 * A model for few classes and small pictures: of the smallest size at which no batch normalisation is left with one position
 * (to normalise four numbers turns every small step into a large one), or else of the smallest that is accepted.
 */
function smallest(name: string, { inputShape, classes }: Architecture): Model {
  const [height, width, channels] = inputShape;
  const own = Math.min(height, width);
  const accepted: Model[] = [];
  for (const side of [32, 48, 64, 80, 96].filter((candidate) => candidate < own)) {
    try {
      const shape = [side, side, channels];
      accepted.push(zoo.create(name, { inputShape: shape, classes: Math.min(classes, batch), seed: 1 }));
    } catch (error) {
      if (!(error instanceof StriateError)) throw error;
    }
  }
  const roomy = accepted.find(({ topology }) =>
    topology.predictionCalls.every(
      ({ layer, output }) => !(layer instanceof BatchNormalization) || output.shape[0] > 1,
    ),
  );
  return roomy ?? accepted[0] ?? zoo.create(name, { classes: Math.min(classes, batch), seed: 1 });
}

/**
 * A layer's configuration for a test of seconds. AlexNet and VGG have two dense layers of 4,096 units behind maps whose size
 * does not depend on the picture's: 120 million weights in layers like any other, so they get 64 units. Layers that drop at
 * random hardly drop, so that a fall of the loss is no accident.
 */
function lighter({ className, config }: Serialized): Serialized {
  const { units = 0, rate } = config as { readonly units?: number; readonly rate?: number };
  const changes = {
    ...(className === 'Dense' && units > 1024 && { units: 64 }),
    ...((className === 'Dropout' || className === 'StochasticDepth') && { rate: Math.min(rate!, 0.01) }),
  };
  return { className, config: { ...config, ...changes } };
}

function light(name: string): Model {
  const { topology, seed } = smallest(name, zoo.describe(name));
  const config = configOf(topology, { className: 'Functional', name, seed });
  return modelFromConfig({ ...config, layers: config.layers.map(lighter) });
}

/**
 * Large kernels start with one block of random numbers over and over, of the right deviation: to draw each number takes 60
 * nanoseconds, and together these architectures have a thousand million.
 */
async function startQuickly({ topology, store }: Model): Promise<void> {
  const random = new Random(1);
  const block = Float32Array.from({ length: 16_411 }, () => random.normal());
  for (const { variable } of topology.weights) {
    if (variable.size < block.length) continue;
    const deviation = Math.sqrt((2 * variable.shape.at(-1)!) / variable.size);
    const scaled = block.map((value) => deviation * value);
    const values = new Float32Array(variable.size);
    for (let at = 0; at < values.length; at += block.length) {
      values.set(scaled.subarray(0, values.length - at), at);
    }
    await store.write(variable, values);
  }
}

function noise(shape: Shape): Tensor<'float32'> {
  const random = new Random(7);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-1, 1)),
  );
}

/** The losses of some steps on the same batch. */
async function train(net: Model, one: Tensor<'float32'>, learningRate: number, engine: Engine): Promise<number[]> {
  const single = net.outputShape.at(-1) === 1;
  net.compile({
    optimizer: optimizers.sgd({ learningRate, globalClipnorm: 1 }),
    loss: single ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
    engine,
  });
  const x = new Tensor('float32', [steps * batch, ...one.shape.slice(1)], new Float32Array(steps * one.size));
  for (let i = 0; i < steps; i++) x.data.set(one.data, i * one.size);
  const y = Int32Array.from({ length: steps * batch }, (_, i) => (i % batch) % (single ? 2 : batch));
  const sums = [0];
  // What is reported is the mean over the steps so far.
  const onTrainBatchEnd = (step: number, { loss }: { readonly loss: number }): void =>
    void sums.push(loss * (step + 1));
  await net.fit(x, y, { batchSize: batch, shuffle: false, verbose: 0, callbacks: [{ onTrainBatchEnd }] });
  return sums.slice(1).map((sum, i) => sum - sums[i]);
}

describe('every architecture has its parameters, learns, is saved and cut into features and head', () => {
  it.each(Object.keys(architectures))('%s', async (name) => {
    expect(zoo.create(name).parameterCounts().parameters).toBe(zoo.describe(name).parameters);
    // One thread: a batch this small leaves little to share, and threads that share cores with other tests wait long.
    const engine = await openEngine('wasm', { threads: 1 });
    try {
      let net = light(name);
      const one = noise([batch, ...net.inputs[0].shape]);
      let losses: number[] = [];
      // How far one step may go depends on the depth; a gradient that is right lowers the loss at some rate.
      for (const learningRate of [0.03, 0.01, 0.1]) {
        net = light(name);
        await startQuickly(net);
        losses = await train(net, one, learningRate, engine);
        if (losses[steps - 1] < 0.995 * losses[0]) break;
        await net.dispose();
      }
      expect(losses.every(Number.isFinite), losses.join()).toBe(true);
      expect(losses[steps - 1], losses.join()).toBeLessThan(0.995 * losses[0]);

      const expected = await net.predict(one);
      const parts = await net.head.predict(await net.features.predict(one));
      const largest = Math.max(...expected.data.map(Math.abs));
      // Equal but for what was fused across the cut.
      parts.data.forEach((value, i) => expect(Math.abs(value - expected.data[i])).toBeLessThan(1e-4 * largest));

      const bytes = await net.toBytes();
      await net.dispose();
      const again = await modelFromBytes(bytes, { engine });
      expect(await again.predict(one)).toEqual(expected);
    } finally {
      await engine.close();
    }
  });
});

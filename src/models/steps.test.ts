import { describe, expect, it } from 'vitest';
import { callbacks, toCategorical, type Callback } from '../index.js';
import { input, layers } from '../layers/index.js';
import { Tensor } from '../tensor/index.js';
import { optimizers, type Optimizer } from '../training/index.js';
import { model as functional, modelFromBytes, sequential, type Model } from './index.js';

const [count, width] = [48, 4];
const x = new Tensor(
  'float32',
  [count, width],
  Float32Array.from({ length: count * width }, (_, i) => Math.sin(i * 0.7)),
);
const y = new Tensor(
  'int32',
  [count],
  Int32Array.from({ length: count }, (_, i) => (i * i) % 3),
);
const part = (from: number, to: number): [Tensor, Tensor] => [
  new Tensor('float32', [to - from, width], x.data.slice(from * width, to * width)),
  new Tensor('int32', [to - from], y.data.slice(from, to)),
];

function net(optimizer: Optimizer, dropout = 0): Model {
  const stack = [layers.dense({ units: 6, activation: 'tanh', inputShape: [width] }), layers.dense({ units: 3 })];
  if (dropout) stack.splice(1, 0, layers.dropout({ rate: dropout }) as never);
  const model = sequential({ layers: stack, seed: 2 });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], threads: 1 });
  return model;
}

const weightsOf = async (model: Model): Promise<number[]> =>
  [...(await model.getWeights()).values()].flatMap(({ data }) => [...data]);
const fit = { verbose: 0, shuffle: false } as const;

describe('gradients over several batches', () => {
  it('make the step of one large batch', async () => {
    const [small, large] = [
      net(optimizers.adam({ learningRate: 0.01, gradientAccumulationSteps: 3, clipnorm: 0.3 })),
      net(optimizers.adam({ learningRate: 0.01, clipnorm: 0.3 })),
    ];
    await small.fit(x, y, { ...fit, batchSize: 8, epochs: 2 });
    await large.fit(x, y, { ...fit, batchSize: 24, epochs: 2 });
    expect([small.iterations, large.iterations]).toEqual([4, 4]);
    const expected = await weightsOf(large);
    (await weightsOf(small)).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
  });

  it('are kept where a training is interrupted between them, to the bit', async () => {
    const options = { learningRate: 0.01, gradientAccumulationSteps: 3, useEma: true, emaMomentum: 0.8 };
    const make = (): Model => net(optimizers.nadam(options), 0.3);
    const straight = make();
    await straight.fit(x, y, { ...fit, batchSize: 8, epochs: 2 });
    const stopped = make();
    const controller = new AbortController();
    const stop: Callback = { onTrainBatchEnd: (batch) => (batch === 4 ? controller.abort() : undefined) };
    await stopped.fit(x, y, { ...fit, batchSize: 8, epochs: 2, signal: controller.signal, callbacks: [stop] });
    expect(stopped.trainingState?.accumulated).toBe(2);
    const restored = await modelFromBytes(await stopped.toBytes({ optimizer: true }), { threads: 1 });
    await restored.fit(x, y, { ...fit, batchSize: 8, epochs: 2, resumeFrom: restored.trainingState! });
    expect(await weightsOf(restored)).toEqual(await weightsOf(straight));
  });
});

describe('moving means of weights', () => {
  it("are Keras's: the first step's weights, then the mean, which the model has at the end", async () => {
    const model = net(optimizers.sgd({ learningRate: 0.5, useEma: true, emaMomentum: 0.7 }));
    let mean: number[] | undefined;
    const follow: Callback = {
      onTrainBatchEnd: async () => {
        const now = await weightsOf(model);
        mean = mean ? mean.map((value, i) => 0.7 * value + 0.3 * now[i]) : now;
      },
    };
    await model.fit(x, y, { ...fit, batchSize: 8, epochs: 1, callbacks: [follow] });
    (await weightsOf(model)).forEach((value, i) => expect(value).toBeCloseTo(mean![i], 5));
  });

  it('take the place of the weights every so many steps', async () => {
    const model = net(optimizers.sgd({ learningRate: 0.5, useEma: true, emaMomentum: 0.7, emaOverwriteFrequency: 2 }));
    const plain = net(optimizers.sgd({ learningRate: 0.5 }));
    const seen: number[][] = [];
    const keep = (which: Model): Callback => ({ onTrainBatchEnd: async () => void seen.push(await weightsOf(which)) });
    await plain.fit(x, y, { ...fit, batchSize: 24, callbacks: [keep(plain)] });
    await model.fit(x, y, { ...fit, batchSize: 24, callbacks: [keep(model)] });
    expect(seen[2]).toEqual(seen[0]);
    seen[3].forEach((value, i) => expect(value).toBeCloseTo(0.7 * seen[0][i] + 0.3 * seen[1][i], 5));
  });
});

it('every optimizer trains, and goes on from its file to the bit', async () => {
  for (const [name, make] of Object.entries(optimizers)) {
    const model = net(make({ learningRate: 0.01 }));
    await model.fit(x, y, { ...fit, batchSize: 16, epochs: 1 });
    const again = await modelFromBytes(await model.toBytes({ optimizer: true }), { threads: 1 });
    for (const one of [model, again]) await one.fit(x, y, { ...fit, batchSize: 16, epochs: 2, initialEpoch: 1 });
    expect([name, await weightsOf(again)]).toEqual([name, await weightsOf(model)]);
    expect((await model.evaluate(x, y)).loss, name).toBeLessThan(2);
  }
});

describe('single batches', () => {
  it('train as fit does, and are tested and predicted', async () => {
    const [byHand, byFit] = [net(optimizers.adam()), net(optimizers.adam())];
    const logs = [await byHand.trainOnBatch(...part(0, 24)), await byHand.trainOnBatch(...part(24, 48))];
    const { epochs } = await byFit.fit(x, y, { ...fit, batchSize: 24 });
    expect(await weightsOf(byHand)).toEqual(await weightsOf(byFit));
    expect((logs[0].loss + logs[1].loss) / 2).toBeCloseTo(epochs[0].loss, 6);
    expect(Object.keys(logs[0])).toEqual(['loss', 'accuracy']);
    expect(await byHand.testOnBatch(x, y)).toEqual(await byHand.evaluate(x, y, { batchSize: count }));
    expect([...(await byHand.predictOnBatch(x)).data]).toEqual([...(await byHand.predict(x)).data]);
  });

  it('whose loss is no number are refused', async () => {
    const model = net(optimizers.sgd({ learningRate: 3e38 }));
    const train = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y);
    };
    await expect(train()).rejects.toThrow(/trainOnBatch: the loss became (NaN|infinite)/);
  });
});

it('layers know what they give, for models over models', async () => {
  const model = net(optimizers.sgd());
  const features = functional({ inputs: model.inputs, outputs: model.layers[0].output });
  expect((await features.predict(x)).shape).toEqual([count, 6]);
  const restored = await modelFromBytes(await model.toBytes(), { threads: 1 });
  expect(restored.embedding.outputShape).toEqual([6]);
  const again = functional({ inputs: restored.inputs, outputs: restored.layers[0].output });
  expect([...(await again.predict(x)).data]).toEqual([...(await features.predict(x)).data]);
  const start = input({ shape: [3] });
  const dense = layers.dense({ units: 2 });
  expect(() => dense.output).toThrow(/Dense: the layer is not part of a model yet/);
  expect(dense.apply(start)).toBe(dense.output);
  expect(dense.input).toBe(start);
});

it('model.trainable freezes all layers', () => {
  const model = net(optimizers.sgd());
  expect(model.trainable).toBe(true);
  model.trainable = false;
  expect([model.trainable, ...model.layers.map((layer) => layer.trainable)]).toEqual([false, false, false]);
  model.trainable = true;
  expect(model.layers.every((layer) => layer.trainable)).toBe(true);
});

it('terminateOnNaN ends a training without an error, on good weights', async () => {
  const model = net(optimizers.sgd({ learningRate: 3e38 }));
  const options = { ...fit, batchSize: 8, epochs: 4 };
  await expect(model.fit(x, y, options)).rejects.toThrow(/the loss became/);
  const { epochs } = await model.fit(x, y, { ...options, callbacks: [callbacks.terminateOnNaN()] });
  expect(epochs.length).toBeLessThan(4);
  expect(await model.hasFiniteWeights()).toBe(true);
});

it('lambdaCallback calls its functions', async () => {
  const seen: number[] = [];
  const counting = callbacks.lambdaCallback({ onEpochEnd: (epoch) => void seen.push(epoch) });
  await net(optimizers.sgd()).fit(x, y, { ...fit, epochs: 2, callbacks: [counting] });
  expect(seen).toEqual([0, 1]);
});

it('toCategorical makes one-hot rows', () => {
  const rows = toCategorical([0, 2, 1]);
  expect([rows.shape, [...rows.data]]).toEqual([
    [3, 3],
    [1, 0, 0, 0, 0, 1, 0, 1, 0],
  ]);
  expect(toCategorical(new Tensor('int32', [2, 1], Int32Array.of(1, 0)), 4).shape).toEqual([2, 4]);
  expect(() => toCategorical([0, 3], 3)).toThrow(
    'toCategorical: labels must be whole numbers from 0 to 2; received 3 at 1',
  );
});

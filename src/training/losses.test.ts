import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.js';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { createWasmEngine } from '../engine/wasm/wasmEngine.js';
import type { Engine } from '../engine/index.js';
import { GraphBuilder, Variable } from '../graph/index.js';
import { layers } from '../layers/index.js';
import { modelFromBytes, sequential } from '../models/index.js';
import { operators } from '../ops/index.js';
import { Tensor, type Shape } from '../tensor/index.js';
import { losses, type Loss, type LossChoice, type LossFunction, type LossName } from './index.js';

interface Case {
  readonly loss: LossName;
  readonly options: object;
  readonly shape: Shape;
  readonly target: number[];
  readonly prediction: number[];
  readonly values: number[];
  readonly gradient: number[];
}

// test/fixtures/training/losses.py wrote it, with Keras.
const { cases } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/training/losses.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

const make = (name: LossName, options: object): Loss => (losses[name] as (options: object) => Loss)(options);

/** Each example's loss and the gradient of their sum by the prediction. */
async function compute(loss: Loss, { shape, target, prediction }: Case, engine: Engine): Promise<number[][]> {
  const graph = new GraphBuilder('loss');
  const variable = new Variable('p', shape, 'weight', () => Float32Array.from(prediction));
  const values = loss.emit(graph.variable(variable), graph.input('y', shape));
  const total = operators.reduceSum(values, { axes: [0], keepDims: false });
  graph.output('values', values);
  graph.output('gradient', gradients(total, [graph.variable(variable)])[0]!);
  const results = await engine.compile(graph.finish()).run({ y: Float32Array.from(target) });
  return [[...results.values.data], [...results.gradient.data]];
}

const closeTo = (expected: number[]): unknown[] =>
  expected.map((value) => expect.closeTo(value, Math.abs(value) > 10 ? 3 : 5) as unknown);

describe("losses and their gradients are Keras's", () => {
  const engines: [string, () => Promise<Engine>][] = [
    ['the reference engine', () => createReferenceEngine()],
    ['WebAssembly', () => createWasmEngine({ threads: 1 })],
  ];
  for (const [where, create] of engines) {
    for (const [number, one] of cases.entries()) {
      it(`${where}: ${one.loss} ${JSON.stringify(one.options)} (${number})`, async () => {
        const engine = await create();
        const [values, gradient] = await compute(make(one.loss, one.options), one, engine);
        expect(values).toEqual(closeTo(one.values));
        expect(gradient).toEqual(closeTo(one.gradient));
        await engine.close();
      });
    }
  }
});

describe('a loss of your own', () => {
  const x = new Tensor(
    'float32',
    [6, 2],
    Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
  );
  const y = new Tensor(
    'float32',
    [6, 1],
    Float32Array.from({ length: 6 }, (_, i) => i / 3),
  );
  const cubes: LossFunction = (yTrue, yPred) => {
    const size = operators.abs(operators.sub(yTrue, yPred));
    return operators.mul(size, operators.square(size));
  };
  const compiled = (loss: LossChoice): ReturnType<typeof sequential> => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })], seed: 3 });
    model.compile({ optimizer: 'sgd', loss, threads: 1 });
    return model;
  };

  it('is a function of nodes that trains', async () => {
    const { epochs } = await compiled(cubes).fit(x, y, { epochs: 5, verbose: 0, shuffle: false });
    expect(epochs[4].loss).toBeLessThan(epochs[0].loss);
    const [made, given] = [compiled(losses.meanSquaredError()), compiled(losses.meanSquaredError)];
    expect(await given.evaluate(x, y)).toEqual(await made.evaluate(x, y));
  });

  it('is saved by name and has to be given again', async () => {
    const model = compiled(cubes);
    const before = await model.evaluate(x, y);
    const bytes = await model.toBytes();
    const alone = await modelFromBytes(bytes, { threads: 1 });
    await expect(alone.fit(x, y)).rejects.toThrow(/saved with the loss 'cubes' of your own: give it as customLosses/);
    const again = await modelFromBytes(bytes, { threads: 1, customLosses: { cubes } });
    expect(await again.evaluate(x, y)).toEqual(before);
  });

  it('may bear the name of another, and is not taken for it', async () => {
    const model = compiled(losses.own(cubes, { name: 'huber' }));
    const alone = await modelFromBytes(await model.toBytes(), { threads: 1 });
    await expect(alone.fit(x, y)).rejects.toThrow(/the loss 'huber' of your own/);
  });

  it('needs a name, and gives a number for each example', async () => {
    expect(() => compiled((yTrue, yPred) => operators.sub(yTrue, yPred))).toThrow(
      /a loss of your own needs a name, by which it is saved/,
    );
    const whole = losses.own((yTrue) => operators.reduceSum(yTrue, { axes: [0, 1], keepDims: false }), {
      name: 'whole',
    });
    await expect(compiled(whole).evaluate(x, y)).rejects.toThrow(
      "loss 'whole': must give a node with a number for each of 6 examples; received []",
    );
  });
});

it('losses are known by their names without being called, and dice takes its axis', () => {
  const { own: _, ...made } = losses;
  for (const [name, make] of Object.entries(made)) expect(make.name).toBe(name);
  expect(losses.dice({ axis: null }).config()).toEqual({ axis: null });
});

it('losses refuse options that they do not have', () => {
  expect(() => losses.huber({ beta: 1 } as object)).toThrow(/huber: there is no option 'beta'/);
  expect(() => losses.huber({ delta: 0 })).toThrow(/delta must be a number above 0/);
  expect(() => losses.tversky({ gamma: 1 } as object)).toThrow(/tversky: there is no option 'gamma'/);
});

describe('labels that do not count, and weights of classes', () => {
  const shape = [2, 4, 3] as const;
  const scores = Float32Array.from({ length: 24 }, (_, i) => 2 * Math.sin((i < 12 ? 0 : 5) + 3 * (Math.floor(i / 3) % 4) + (i % 3))); // prettier-ignore
  const labels = [0, 1, 255, 2, 2, 2, 1, 255];

  // torch.nn.functional.cross_entropy of the same numbers: ignore_index, weight, label_smoothing.
  it.each([
    [{ ignoreClass: 255 }, labels, 2.2058098],
    [{ ignoreClass: 255, classWeight: [0.5, 2, 1], labelSmoothing: 0.1 }, labels, 2.0931685],
    [{ ignoreClass: 2 }, labels.map((label) => (label === 255 ? 0 : label)), 2.0267088],
  ])('%o', async (options, target, expected) => {
    const graph = new GraphBuilder('loss');
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, ...options });
    const values = loss.emit(graph.input('p', shape), graph.input('y', shape.slice(0, 2), 'int32'));
    graph.output('mean', operators.reduceMean(values, { axes: [0], keepDims: false }));
    const { mean } = await (
      await createReferenceEngine()
    )
      .compile(graph.finish())
      .run({ p: scores, y: Int32Array.from(target) });
    expect(mean.data[0]).toBeCloseTo(expected, 6);
  });

  it('are refused where they do not suit the classes, and saved with the model', async () => {
    const net = sequential([layers.dense({ units: 3, inputShape: [2] })]);
    const x = new Tensor('float32', [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const wrong = losses.sparseCategoricalCrossentropy({ classWeight: [1, 2] });
    net.compile({ optimizer: 'sgd', loss: wrong });
    await expect(net.trainOnBatch(x, [0, 1, 2, 0])).rejects.toThrow(/classWeight must hold a number for each of 3/);
    expect(() => losses.sparseCategoricalCrossentropy({ classWeight: [-1, 2] })).toThrow(/classWeight\[0\]/);
    net.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy({ ignoreClass: 9 }) });
    await net.trainOnBatch(x, [0, 9, 2, 0]);
    await expect(net.trainOnBatch(x, [0, 8, 2, 0])).rejects.toThrow(/labels must be 0…2; label 8/);
    const again = await modelFromBytes(await net.toBytes());
    expect((await again.trainOnBatch(x, [9, 9, 9, 9])).loss).toBe(0);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { createWasmEngine } from '../engine/wasm/wasmEngine.js';
import type { Engine } from '../engine/index.js';
import { GraphBuilder, Variable, type Node } from '../graph/index.js';
import { layers } from '../layers/index.js';
import { sequential, type Model } from './index.js';
import { Tensor, type Shape } from '../tensor/index.js';
import { losses, optimizerFromConfig, optimizers, type Optimizer, type OptimizerName } from '../training/index.js';
import { emitUpdate, stepScalars } from '../training/optimizerStep.js';

type Numbers = readonly [shape: Shape, values: number[]];

interface Path {
  readonly name: OptimizerName;
  readonly options: object;
  readonly path: readonly number[][];
}

// test/fixtures/pytorch/training.py wrote it, with PyTorch and Keras.
const fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/pytorch/training.json', import.meta.url), 'utf8'),
) as {
  readonly network: {
    readonly x: Numbers;
    readonly labels: number[];
    readonly start: Readonly<Record<string, Numbers>>;
    readonly after: readonly { readonly loss: number; readonly state: Readonly<Record<string, number[]>> }[];
    readonly scores: number[];
  };
  readonly start: number[];
  readonly gradients: number[][];
  readonly factors: number[];
  readonly pytorch: readonly Path[];
  readonly keras: readonly Path[];
};

const engines: [string, () => Promise<Engine>][] = [
  ['the reference engine', () => createReferenceEngine()],
  ['WebAssembly', () => createWasmEngine({ threads: 1 })],
];

const make = ({ name, options }: Path): Optimizer => (optimizers[name] as (options: object) => Optimizer)(options);

/** The weight after each of the fixture's gradients. */
async function follow(optimizer: Optimizer, create: () => Promise<Engine>): Promise<number[][]> {
  const engine = await create();
  const variable = new Variable('w', [3], 'weight', () => Float32Array.from(fixture.start));
  const graph = new GraphBuilder('steps');
  const rate = graph.input('rate', []);
  const step = graph.input('step', [], 'int32');
  const gradient = graph.input('gradient', [3]);
  const scalars = new Map(Object.keys(stepScalars(optimizer, 1)).map((name) => [name, graph.input(name, [])]));
  const scalar = (name: string): Node => scalars.get(name)!;
  emitUpdate(optimizer, [{ variable, gradient }], { learningRate: rate, step, scalar });
  graph.output('w', graph.variable(variable));
  const program = engine.compile(graph.finish());
  const path: number[][] = [];
  for (const [i, values] of fixture.gradients.entries()) {
    await program.run({
      rate: Float32Array.of(optimizer.learningRate * fixture.factors[i]),
      step: Int32Array.of(i + 1),
      gradient: Float32Array.from(values),
      ...Object.fromEntries(
        Object.entries(stepScalars(optimizer, i + 1)).map(([name, value]) => [name, Float32Array.of(value)]),
      ),
    });
    path.push([...(await engine.read(variable))]);
  }
  await engine.close();
  return path;
}

describe.each(engines)('on %s', (_, create) => {
  describe.each(['pytorch', 'keras'] as const)("five steps in %s's convention", (convention) => {
    it.each(fixture[convention].map((path) => [`${path.name} ${JSON.stringify(path.options)}`, path] as const))(
      'are those of the original: %s',
      async (_title, path) => {
        const steps = await follow(make(path), create);
        steps.forEach((weights, i) =>
          weights.forEach((weight, j) => {
            // A few roundings of float32 in each of five steps.
            expect(Math.abs(weight - path.path[i][j]), `step ${i}, weight ${j}`).toBeLessThan(1e-6);
          }),
        );
      },
    );
  });
});

it('differ where the conventions do', () => {
  const of = (name: OptimizerName, options: object, from: readonly Path[]): number[] =>
    from.find((path) => path.name === name && JSON.stringify(path.options).endsWith(JSON.stringify(options).slice(1)))!
      .path[4];
  const momentum = { learningRate: 0.1, momentum: 0.9 };
  expect(of('sgd', momentum, fixture.pytorch)[0] - of('sgd', momentum, fixture.keras)[0]).toBeGreaterThan(0.005);
  const epsilon = { learningRate: 0.01, epsilon: 0.1 };
  expect(Math.abs(of('adam', epsilon, fixture.pytorch)[0] - of('adam', epsilon, fixture.keras)[0])).toBeGreaterThan(
    1e-3,
  );
});

it('are kept by what is saved', () => {
  for (const path of [...fixture.pytorch, ...fixture.keras]) {
    const { name, ...made } = { name: path.name, config: make(path).config() };
    const again = optimizerFromConfig(
      make(path).name,
      JSON.parse(JSON.stringify(made.config)) as Record<string, unknown>,
    );
    expect([name, again.config()]).toEqual([name, made.config]);
  }
});

it('a convention that is not known is refused', () => {
  const wrong = { convention: 'torch' } as unknown as { convention: 'pytorch' };
  expect(() => optimizers.adam(wrong)).toThrow("optimizer: convention must be keras or pytorch; received 'torch'");
});

/** The fixture's network, with PyTorch's conventions or Keras's variance. */
async function network(unbiasedVariance: boolean, engine: Engine): Promise<Model> {
  const { x, start } = fixture.network;
  const model = sequential({
    layers: [
      layers.conv2d({
        name: 'conv',
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        inputShape: x[0].slice(1),
      }),
      layers.batchNormalization({ name: 'bn', momentum: 0.9, epsilon: 1e-5, unbiasedVariance }),
      layers.relu(),
      layers.globalAveragePooling2d(),
      layers.dense({ name: 'fc', units: 3 }),
    ],
  });
  const tensors = Object.entries(start).map(
    ([name, [shape, values]]) => [name, new Tensor('float32', shape, Float32Array.from(values))] as const,
  );
  const optimizer = optimizers.sgd({ convention: 'pytorch', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 });
  model.compile({ optimizer, loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }), engine });
  await model.loadWeights(new Map(tensors));
  return model;
}

const flat = (name: string, values: ArrayLike<number>): [string, number[]] => [name, Array.from(values)];

describe.each(engines)('two steps of a network with batch normalization on %s', (_, create) => {
  it('leave every weight and running statistic as PyTorch leaves it', async () => {
    const { x, labels, after, scores } = fixture.network;
    const engine = await create();
    const model = await network(true, engine);
    const pictures = new Tensor('float32', x[0], Float32Array.from(x[1]));
    const wanted = new Tensor('int32', [3], Int32Array.from(labels));
    for (const { loss, state } of after) {
      const { history } = await model.fit(pictures, wanted, { epochs: 1, batchSize: 3, shuffle: false });
      expect(history.loss[0]).toBeCloseTo(loss, 5);
      const weights = await model.getWeights();
      for (const [ours, theirs] of [
        ['bn/gamma', 'bn.weight'],
        ['bn/beta', 'bn.bias'],
        ['bn/movingMean', 'bn.running_mean'],
        ['bn/movingVariance', 'bn.running_var'],
        ['fc/bias', 'fc.bias'],
      ]) {
        const [, values] = flat(ours, weights.get(ours)!.data);
        values.forEach((value, i) => expect(Math.abs(value - state[theirs][i]), ours).toBeLessThan(1e-6));
      }
    }
    const predicted = await model.predict(pictures);
    Array.from(predicted.data).forEach((value, i) => expect(Math.abs(value - scores[i])).toBeLessThan(5e-6));
    await model.dispose();
    await engine.close();
  });
});

it('the biased variance, as in Keras, is smaller by (n − 1) / n in what a step adds', async () => {
  const engine = await createReferenceEngine();
  const variances = await Promise.all(
    [true, false].map(async (unbiased) => {
      const model = await network(unbiased, engine);
      const x = new Tensor('float32', fixture.network.x[0], Float32Array.from(fixture.network.x[1]));
      const y = new Tensor('int32', [3], Int32Array.from(fixture.network.labels));
      await model.fit(x, y, { epochs: 1, batchSize: 3, shuffle: false });
      return (await model.getWeights()).get('bn/movingVariance')!.data;
    }),
  );
  const n = 3 * 5 * 4;
  variances[0].forEach((value, i) => {
    expect((variances[1][i] - 0.9) / (value - 0.9)).toBeCloseTo((n - 1) / n, 4);
  });
});

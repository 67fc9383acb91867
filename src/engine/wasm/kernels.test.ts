import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineOperator, GraphBuilder, Variable, type Node } from '../../graph/index.js';
import { operators } from '../../ops/index.js';
import { Random } from '../../tensor/index.js';
import type { Engine } from '../contract.js';
import { createWasmEngine } from './wasmEngine.js';

const noise = (seed: number, length: number): Float32Array => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
};

const response = { size: 5, alpha: 0.1, beta: 0.75, bias: 1 };

/** Everything that sums across tiles or writes overlapping windows, on sizes of several tiles. */
function manySums(): { graph: GraphBuilder; x: number } {
  const graph = new GraphBuilder('sums');
  const shape = [6, 33, 35, 19];
  const x = graph.input('x', shape);
  const channels = graph.constant(noise(2, 19), [19]);
  const mean = operators.channelMean(x);
  const variance = operators.channelVariance(x, mean);
  const dy = operators.affine(x, { scale: 0.3, offset: -0.1 });
  const pool = { poolSize: [3, 3], strides: [2, 2], padding: 'same', ceilMode: false } as const;
  const pooled = operators.maxPool2d(x, pool);
  const averages = { ...pool, countPadding: false };
  const averaged = operators.averagePool2d(x, averages);
  const statistics = { epsilon: 1e-3, batchStatistics: true };
  const scaleGradient = operators.batchNormalizationScaleGradient(dy, x, mean, variance, { epsilon: 1e-3 });
  const offsetGradient = operators.biasGradient(dy);
  const outputs: Record<string, Node> = {
    mean,
    variance,
    scaleGradient,
    offsetGradient,
    normal: operators.batchNormalization(x, mean, variance, channels, channels, statistics),
    normalGradient: operators.batchNormalizationInputGradient(
      dy,
      x,
      mean,
      variance,
      channels,
      scaleGradient,
      offsetGradient,
      statistics,
    ),
    all: operators.reduceSum(x, { axes: [0, 1, 2, 3], keepDims: false }),
    pictures: operators.reduceMean(x, { axes: [1, 2], keepDims: false }),
    rows: operators.reduceSum(x, { axes: [3], keepDims: false }),
    pooled,
    poolGradient: operators.maxPool2dGradient(pooled, x, pooled, pool),
    averageGradient: operators.averagePool2dGradient(averaged, { ...averages, shape }),
    softmax: operators.softmax(x),
    response: operators.localResponseNormalization(x, response),
    responseGradient: operators.localResponseNormalizationGradient(dy, x, response),
  };
  for (const [name, node] of Object.entries(outputs)) graph.output(name, node);
  return { graph, x: 6 * 33 * 35 * 19 };
}

test('results do not depend on the number of threads, bit for bit', async () => {
  const runs: Record<string, Uint8Array>[] = [];
  for (const options of [{ sharedMemory: false }, { threads: 1 }, { threads: 2 }, { threads: 5 }]) {
    const engine = await createWasmEngine(options);
    const { graph, x } = manySums();
    const outputs = await engine.compile(graph.finish()).run({ x: noise(1, x) });
    runs.push(
      Object.fromEntries(
        Object.entries(outputs).map(([name, { data }]) => [name, new Uint8Array(data.buffer as ArrayBuffer).slice()]),
      ),
    );
    await engine.close();
  }
  for (const run of runs.slice(1)) {
    for (const [name, bytes] of Object.entries(run)) {
      expect(Buffer.compare(Buffer.from(bytes), Buffer.from(runs[0][name])), name).toBe(0);
    }
  }
});

describe('on one engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createWasmEngine({ threads: 2 });
  });
  afterAll(() => engine.close());

  test('NaN shows in the result of whatever it goes through', async () => {
    const graph = new GraphBuilder('NaN');
    const x = graph.input('x', [1, 4, 4, 5]);
    const pool = { poolSize: [2, 2], strides: [2, 2], padding: 'valid', ceilMode: false } as const;
    const labels = graph.constant(new Int32Array(16), [1, 4, 4]);
    const all = { axes: [0, 1, 2, 3], keepDims: false };
    const outputs: Record<string, Node> = {
      relu: operators.relu(x),
      relu6: operators.relu6(x),
      leakyRelu: operators.leakyRelu(x, { negativeSlope: 0.1 }),
      sigmoid: operators.sigmoid(x),
      swish: operators.swish(x),
      hardSigmoid: operators.hardSigmoid(x),
      hardSwish: operators.hardSwish(x),
      response: operators.localResponseNormalization(x, response),
      clip: operators.clip(x, { min: -1, max: 1 }),
      maximum: operators.maximum(x, 0),
      maxPool2d: operators.maxPool2d(x, pool),
      averagePool2d: operators.averagePool2d(x, { ...pool, countPadding: false }),
      softmax: operators.softmax(x),
      loss: operators.sparseSoftmaxCrossentropy(x, labels),
      sum: operators.reduceSum(x, all),
      max: operators.reduceMax(x, all),
    };
    for (const [name, node] of Object.entries(outputs)) graph.output(name, node);
    const program = engine.compile(graph.finish());
    // In a vector of its own, and among the last elements, which fill no vector.
    for (const place of [22, 79]) {
      const results = await program.run({ x: noise(3, 80).fill(NaN, place, place + 1) });
      for (const [name, { data }] of Object.entries(results)) {
        expect(Array.from<number>(data).some(Number.isNaN), `${name}, NaN at ${place}`).toBe(true);
      }
    }
  });

  test('a user-defined operator is refused, whatever its name', () => {
    for (const name of ['double', 'relu']) {
      const own = defineOperator<object>({ name, infer: ([x]) => x, reference: () => undefined });
      const graph = new GraphBuilder('own');
      graph.output('y', own(graph.input('x', [2])));
      expect(() => engine.compile(graph.finish())).toThrow(
        `wasm engine: it has no kernel for the operator '${name}'; run the graph on the engine 'reference'`,
      );
    }
  });

  test('what decays becomes 0 before it becomes denormal', async () => {
    const start = (name: string): Variable => new Variable(name, [7], 'slot', () => new Float32Array(7).fill(1e-3));
    const [weight, m, v, velocity, statistic] = ['weight', 'm', 'v', 'velocity', 'statistic'].map(start);
    const graph = new GraphBuilder('decay');
    const gradient = graph.constant(new Float32Array(7), [7]);
    const [w, rate] = [graph.variable(weight), graph.scalar(0)];
    const rates = { beta1: 0.5, beta2: 0.5, epsilon: 1e-7, weightDecay: 0 };
    const step = graph.input('step', [], 'int32');
    operators.adam(w, gradient, m, v, rate, step, rates);
    const momentum = { momentum: 0.5, nesterov: false, weightDecay: 0 };
    operators.sgdMomentum(w, gradient, velocity, rate, momentum);
    operators.movingAverage(statistic, gradient, { momentum: 0.5 });
    const program = engine.compile(graph.finish());
    for (let i = 1; i <= 118; i++) await program.run({ step: Int32Array.of(i) });
    for (const variable of [m, v, velocity, statistic]) {
      expect([...(await engine.read(variable))], variable.name).toEqual(new Array(7).fill(0));
    }
  });

  test('the first of equal maxima takes the gradient, also where windows overlap', async () => {
    const graph = new GraphBuilder('ties');
    const x = graph.input('x', [1, 3, 3, 1]);
    const pool = { poolSize: [2, 2], strides: [1, 1], padding: 'valid', ceilMode: false } as const;
    const y = operators.maxPool2d(x, pool);
    const dy = graph.constant(Float32Array.of(1, 10, 100, 1000), [1, 2, 2, 1]);
    graph.output('dx', operators.maxPool2dGradient(dy, x, y, pool));
    const { dx } = await engine.compile(graph.finish()).run({ x: new Float32Array(9) });
    expect([...dx.data]).toEqual([1, 10, 0, 100, 1000, 0, 0, 0, 0]);
  });
});

import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { GraphBuilder, Variable, type Node } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { sizeOf, type Shape } from '../tensor/index.js';
import { emitUpdate, stepScalars } from './optimizerStep.js';
import {
  losses,
  metrics,
  Optimizer,
  optimizerFromConfig,
  optimizers,
  resolveMetric,
  scheduleFromConfig,
  schedules,
  type Loss,
  type UpdateInputs,
} from './index.js';

/** Runs a small graph on the reference engine. */
async function compute(build: (graph: GraphBuilder) => Node): Promise<number[]> {
  const graph = new GraphBuilder('test');
  graph.output('y', build(graph));
  const { y } = await (await createReferenceEngine()).compile(graph.finish()).run({});
  return [...y.data];
}

const float = (graph: GraphBuilder, values: number[], shape: Shape = [values.length]): Node =>
  graph.constant(Float32Array.from(values), shape);

const softmax = (row: number[]): number[] => {
  const sum = row.reduce((a, b) => a + Math.exp(b), 0);
  return row.map((b) => Math.exp(b) / sum);
};

const logits = [2, -1, 0.5, 0, 0, 3];
const probabilities = [...softmax(logits.slice(0, 3)), ...softmax(logits.slice(3))];
const close = (values: number[], expected: number[]): void => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
};

describe('losses', () => {
  const expected = [-Math.log(probabilities[2]), -Math.log(probabilities[3])];

  it('sparse cross-entropy is the same from scores, probabilities and a softmax', async () => {
    const labels = (graph: GraphBuilder): Node => graph.constant(Int32Array.of(2, 0), [2]);
    const { sparseCategoricalCrossentropy: loss } = losses;
    close(await compute((g) => loss({ fromLogits: true }).emit(float(g, logits, [2, 3]), labels(g))), expected);
    close(await compute((g) => loss().emit(float(g, probabilities, [2, 3]), labels(g))), expected);
    // From the softmax's own input nothing is lost, even where the probability is 0 in float32.
    const sure = [200, 0, 0, 0, 0, 200];
    const throughSoftmax = (g: GraphBuilder): Node => operators.softmax(float(g, sure, [2, 3]));
    close(await compute((g) => loss().emit(throughSoftmax(g), labels(g))), [200, 200]);
  });

  it('categorical cross-entropy takes distributions, and smooths labels', async () => {
    const oneHot = [0, 0, 1, 1, 0, 0];
    const { categoricalCrossentropy: loss } = losses;
    const from = (made: Loss, values: number[]) => (g: GraphBuilder) =>
      made.emit(float(g, values, [2, 3]), float(g, oneHot, [2, 3]));
    close(await compute(from(loss({ fromLogits: true }), logits)), expected);
    close(await compute(from(loss(), probabilities)), expected);
    // Probabilities that do not sum to 1 are normalised first.
    close(
      await compute(
        from(
          loss(),
          probabilities.map((p) => p / 2),
        ),
      ),
      expected,
    );
    const smoothed = [0, 3].map(
      (at) =>
        -[0, 1, 2].reduce((sum, c) => sum + (0.9 * oneHot[at + c] + 0.1 / 3) * Math.log(probabilities[at + c]), 0),
    );
    close(await compute(from(loss({ labelSmoothing: 0.1 }), probabilities)), smoothed);
  });

  it('binary cross-entropy and the means of differences', async () => {
    const scores = [1.5, -0.5, 0, 4];
    const targets = [1, 0, 1, 0];
    const sigmoid = scores.map((s) => 1 / (1 + Math.exp(-s)));
    const each = sigmoid.map((p, i) => -Math.log(targets[i] ? p : 1 - p));
    const means = [(each[0] + each[1]) / 2, (each[2] + each[3]) / 2];
    const run = (made: Loss, values: number[]): Promise<number[]> =>
      compute((g) => made.emit(float(g, values, [2, 2]), float(g, targets, [2, 2])));
    close(await run(losses.binaryCrossentropy({ fromLogits: true }), scores), means);
    close(await run(losses.binaryCrossentropy(), sigmoid), means);
    close(await run(losses.binaryCrossentropy(), targets), [1e-7, 1e-7]);
    close(await run(losses.meanSquaredError(), scores), [(0.25 + 0.25) / 2, (1 + 16) / 2]);
    close(await run(losses.meanAbsoluteError(), scores), [0.5, 2.5]);
    const wrong = (g: GraphBuilder): Node => losses.meanSquaredError().emit(float(g, [1]), float(g, [1, 2]));
    await expect(compute(wrong)).rejects.toThrow(/targets must have the prediction's shape \[1\]; received \[2\]/);
  });
});

describe('metrics', () => {
  it("'accuracy' suits the loss", async () => {
    const sparse = losses.sparseCategoricalCrossentropy();
    const right = (g: GraphBuilder): Node =>
      resolveMetric('accuracy', sparse, 3).emit(float(g, logits, [2, 3]), g.constant(Int32Array.of(0, 1), [2]), sparse);
    expect(await compute(right)).toEqual([1, 0]);
    const binary = losses.binaryCrossentropy();
    const half = Math.fround(0.5 + 2 ** -24);
    const values = [0.5, half, 0.4, 1];
    const emit = (g: GraphBuilder): Node =>
      resolveMetric('accuracy', binary, 1).emit(float(g, values, [4, 1]), float(g, [0, 1, 1, 1], [4, 1]), binary);
    expect(await compute(emit)).toEqual([1, 1, 0, 1]);
    const mse = losses.meanSquaredError();
    expect(resolveMetric('mse', mse, 1)).toMatchObject({ name: 'mse' });
    expect(() => resolveMetric('acuracy' as 'accuracy', mse, 1)).toThrow(
      /no metric 'acuracy'; did you mean accuracy.*use one of accuracy/,
    );
    const unsuited = (g: GraphBuilder): Node =>
      metrics.mae().emit(float(g, [1]), g.constant(Int32Array.of(1), [1]), sparse);
    await expect(compute(unsuited)).rejects.toThrow(/metric 'mae': needs one number per output/);
  });
});

describe('schedules', () => {
  it("follow Keras's formulas", () => {
    const decay = { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 };
    expect(schedules.exponentialDecay(decay)(5)).toBeCloseTo(0.1 * Math.SQRT1_2, 12);
    expect(schedules.exponentialDecay({ ...decay, staircase: true })(19)).toBeCloseTo(0.05, 12);
    const cosine = schedules.cosineDecay({
      initialLearningRate: 0,
      warmupTarget: 1,
      warmupSteps: 4,
      decaySteps: 10,
      alpha: 0.1,
    });
    [0, 0.5, 1, 0.55, 0.1, 0.1].forEach((rate, i) => expect(cosine([0, 2, 4, 9, 14, 99][i])).toBeCloseTo(rate, 12));
    const steps = schedules.piecewise({ boundaries: [2, 5], values: [3, 2, 1] });
    expect([0, 2, 3, 5, 6].map(steps)).toEqual([3, 3, 2, 2, 1]);
    expect(schedules.constant(0.3)(7)).toBe(0.3);
    expect(() => schedules.piecewise({ boundaries: [1], values: [1] })).toThrow(/one more value than boundaries/);
    for (const made of [cosine, steps, schedules.constant(0.3)]) {
      expect(scheduleFromConfig(JSON.parse(JSON.stringify(made.config)) as NonNullable<typeof made.config>)!(3)).toBe(
        made(3),
      );
    }
  });
});

describe('optimizers', () => {
  const names = Object.keys(optimizers).filter((name) => name in optimizers) as (keyof typeof optimizers)[];

  it.each(names)('%s refuses settings out of range where it is made', (name) => {
    const make = optimizers[name] as (options: object) => unknown;
    for (const option of ['beta1', 'beta2', 'rho', 'momentum', 'epsilon', 'initialAccumulatorValue']) {
      expect(() => make({ [option]: -1 })).toThrow(/: (there is no option|\w+ must be a number (from 0|above 0))/);
    }
  });

  /** The weights [3, 4] and [1] after one step along gradients [3, 4] and [12], at rate 1 where it is not set. */
  async function step(optimizer: Optimizer): Promise<number[]> {
    const graph = new GraphBuilder('step');
    const variables = [[3, 4], [1]].map(
      (values, i) => new Variable(`w${i}`, [values.length], 'weight', () => Float32Array.from(values)),
    );
    const changes = [[3, 4], [12]].map((values, i) => ({ variable: variables[i], gradient: float(graph, values) }));
    const scalar = (name: string): Node => graph.scalar(stepScalars(optimizer, 1)[name] ?? 0);
    const step = graph.constant(Int32Array.of(1), []);
    emitUpdate(optimizer, changes, { learningRate: graph.scalar(1), step, scalar });
    const engine = await createReferenceEngine();
    await engine.compile(graph.finish()).run({});
    const read = await Promise.all(variables.map((variable) => engine.read(variable)));
    return read.flatMap((values) => [...values]);
  }

  /** Gradients divided by the step, as nothing of Striate's does. */
  class Fading extends Optimizer {
    readonly name: string = 'fading';
    readonly settings = {};
    constructor() {
      super({}, { keras: { learningRate: 1 }, pytorch: { learningRate: 1 } });
    }
    override scalars(step: number): Readonly<Record<string, number>> {
      return { share: 1 / (step + 1) };
    }
    override emit(variable: Variable, gradient: Node, { scalar }: UpdateInputs): void {
      const { assign, mul, sub } = operators;
      assign(variable, sub(gradient.graph.variable(variable), mul(gradient, scalar('share'))));
    }
    protected slotNames(): readonly string[] {
      return [];
    }
  }

  it('of your own say themselves what a step does, whatever they are called', async () => {
    close(await step(new Fading()), [1.5, 2, -5]);
    close(await step(Object.assign(new Fading(), { name: 'adam' })), [1.5, 2, -5]);
    const silent = Object.assign(new Fading(), { emit: undefined }) as Optimizer;
    await expect(step(silent)).rejects.toThrow(/optimizer 'fading': it must have a method emit.*write emit\(variable/s);
  });

  it('clip each gradient, all together, or element by element', async () => {
    close(await step(optimizers.sgd()), [0, 0, -11]);
    close(await step(optimizers.sgd({ clipnorm: 1 })), [3 - 0.6, 4 - 0.8, 0]);
    close(await step(optimizers.sgd({ clipnorm: 100 })), [0, 0, -11]);
    close(await step(optimizers.sgd({ globalClipnorm: 6.5 })), [1.5, 2, -5]);
    close(await step(optimizers.sgd({ clipvalue: 3.5 })), [0, 0.5, -2.5]);
  });

  it('update with slots of their own', async () => {
    close(await step(optimizers.adam()), [2, 3, 0]);
    close(await step(optimizers.rmsprop()), [3 - 10 ** 0.5, 4 - 10 ** 0.5, 1 - 10 ** 0.5]);
    close(await step(optimizers.sgd({ momentum: 0.5, nesterov: true })), [3 - 4.5, 4 - 6, 1 - 18]);
    close(await step(optimizers.sgd({ weightDecay: 0.5 })), [-1.5, -2, -11.5]);
    const adam = optimizers.adam();
    await step(adam);
    expect(adam.slots.map(({ name, shape }) => [name, sizeOf(shape)])).toEqual([
      ['adam/w0/m', 2],
      ['adam/w0/v', 2],
      ['adam/w1/m', 1],
      ['adam/w1/v', 1],
    ]);
  });

  it('have Keras’s defaults and can be made again', () => {
    const defaults = [optimizers.sgd(), optimizers.adam(), optimizers.rmsprop()];
    expect(defaults.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.001, 0.001]);
    expect(optimizers.adam().config()).toMatchObject({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 });
    const learningRate = schedules.exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5 });
    const made = optimizers.rmsprop({ rho: 0.8, momentum: 0.3, learningRate, clipnorm: 2 });
    const again = optimizerFromConfig('rmsprop', JSON.parse(JSON.stringify(made.config())) as Record<string, unknown>);
    expect(again.config()).toEqual(made.config());
    again.iterations = 3;
    expect(again.learningRate).toBe(0.125);
    expect(() => optimizers.sgd({ learningRate: -1 })).toThrow(/learning rate/);
    expect(() => optimizers.sgd({ clipnorm: 0 })).toThrow(/clipnorm must be a number above 0/);
  });
});

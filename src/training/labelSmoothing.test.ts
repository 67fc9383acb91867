import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/index.js';
import type { Engine } from '../engine/contract.js';
import { openEngine } from '../engine/engines.js';
import { GraphBuilder } from '../graph/index.js';
import { operators } from '../ops/index.js';
import { Random } from '../tensor/index.js';
import { losses, type Loss } from './index.js';

/** The losses and the gradient of their sum by the scores, [N, classes] and labels in. */
async function run(engine: Engine, loss: Loss, classes: number, scores: number[], labels: number[], softmax = false) {
  const graph = new GraphBuilder('loss');
  const x = graph.input('x', [labels.length, classes]);
  const prediction = softmax ? operators.softmax(x) : x;
  const each = loss.emit(prediction, graph.input('labels', [labels.length], 'int32'));
  const total = operators.reduceSum(each, { axes: [0], keepDims: false });
  graph.output('loss', each);
  graph.output('gradient', gradients(total, [x])[0]!);
  const program = engine.compile(graph.finish());
  const outputs = await program.run({ x: Float32Array.from(scores), labels: Int32Array.from(labels) });
  const copied = { loss: [...outputs.loss.data], gradient: [...outputs.gradient.data] };
  program.dispose();
  return copied;
}

const close = (values: readonly number[], expected: readonly number[], digits = 5): void => {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
};

describe.each(['reference', 'wasm'])('label smoothing of sparse cross-entropy, %s engine', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  it.each([
    [0.1, [1.741311297, 2.994922956], [0.752263701, 0.005779239, -0.75804294, -0.888054833, 0.011945167, 0.876109665]],
    [0.3, [1.741311297, 2.794922956], [0.685597035, -0.060887427, -0.624709608, -0.754721499, -0.0547215, 0.809442999]],
  ])("gives PyTorch's loss and gradient at %f", async (labelSmoothing, expected, gradient) => {
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, labelSmoothing });
    for (const softmax of [false, true]) {
      const made = softmax ? losses.sparseCategoricalCrossentropy({ labelSmoothing }) : loss;
      const result = await run(engine, made, 3, [2, -1, 0.5, 0, 0, 3], [2, 0], softmax);
      close(result.loss, expected);
      close(result.gradient, gradient);
    }
  });

  it('gives what smoothed one-hot targets give, and the gradient of central differences', async () => {
    const [classes, count] = [11, 7];
    const random = new Random(3);
    const scores = Array.from({ length: classes * count }, () => random.uniform(-6, 6));
    const labels = Array.from({ length: count }, () => random.integer(classes));
    const options = { fromLogits: true, labelSmoothing: 0.2 };
    const { loss, gradient } = await run(
      engine,
      losses.sparseCategoricalCrossentropy(options),
      classes,
      scores,
      labels,
    );
    // In float64, from the definition: targets of 0.8 + 0.2 / 11 for the true class and 0.2 / 11 for the others.
    const lossOf = (row: number, given: readonly number[]): number => {
      const own = given.slice(row * classes, (row + 1) * classes);
      const total = Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0));
      return own.reduce((sum, score, c) => sum + ((c === labels[row] ? 0.8 : 0) + 0.2 / classes) * (total - score), 0);
    };
    close(
      loss,
      labels.map((_, row) => lossOf(row, scores)),
    );
    const h = 1e-4;
    const differences = scores.map((score, i) => {
      const row = Math.floor(i / classes);
      return (lossOf(row, scores.with(i, score + h)) - lossOf(row, scores.with(i, score - h))) / (2 * h);
    });
    close(gradient, differences);
  });

  it('is stable for far scores and stops at a label that is no class', async () => {
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 });
    const { loss: far, gradient } = await run(engine, loss, 2, [1000, -1000, 0, 0], [1, 0]);
    // 0.9 · 2000 + 0.1 · (0 + 2000) / 2.
    close(far, [1900, Math.LN2], 3);
    close(gradient, [0.95, -0.95, -0.45, 0.45]);
    const wrong = await run(engine, loss, 2, [0, 0, 0, 0], [1, 2]);
    expect(wrong.loss[1]).toBeNaN();
    expect(wrong.loss[0]).toBeCloseTo(Math.LN2, 5);
  });
});

describe('labelSmoothing', () => {
  it('is part of the configuration and must be a share', () => {
    const options = { fromLogits: false, labelSmoothing: 0.1 };
    expect(losses.sparseCategoricalCrossentropy(options).config()).toEqual(options);
    expect(() => losses.sparseCategoricalCrossentropy({ labelSmoothing: 1 })).toThrow(
      /sparseCategoricalCrossentropy: labelSmoothing must be a number from 0 and below 1; received 1/,
    );
  });
});

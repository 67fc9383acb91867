import { describe, expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import { modelFromBytes } from '../models/load.js';
import { model, type Model } from '../models/index.js';
import { abs, mul, oneHot, reduceMean, reduceSum, square, sub } from '../ops/allOperators.js';
import { Random, tensor, Tensor } from '../tensor/index.js';
import type { JointLoss } from '../training/index.js';
import type { TestedBatch } from './index.js';

const all = { axes: [0, 1], keepDims: false };

/** Squares of both outputs against targets that are no outputs' shapes: a class for each row, and what counts. */
const marked: JointLoss = {
  name: 'marked',
  targets: [
    { name: 'kind', shape: [], kind: 'classes' },
    { name: 'sides', shape: [2], kind: 'values' },
    { name: 'counts', shape: [2], kind: 'values' },
  ],
  parts: ['classification', 'boxRegression'],
  emit([scores, boxes], { kind, sides, counts }) {
    return {
      classification: reduceMean(square(sub(scores, oneHot(kind, { depth: 3 }))), all),
      boxRegression: reduceSum(mul(counts, square(sub(boxes, sides))), all),
    };
  },
};

const numbers = (shape: readonly number[], seed: number): Tensor<'float32'> => {
  const random = new Random([seed]);
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
  );
};

function network(engine: 'reference' | 'wasm' = 'reference'): Model {
  const x = input({ shape: [4] });
  const seen = layers.dense({ name: 'seen', units: 5, activation: 'tanh' }).apply(x);
  const scores = layers.dense({ name: 'scores', units: 3 }).apply(seen);
  const boxes = layers.dense({ name: 'boxes', units: 2 }).apply(seen);
  const net = model({ inputs: x, outputs: [scores, boxes], seed: 3 });
  net.useEngine({ engine });
  return net;
}

const count = 10;
const x = numbers([count, 4], 1);
const kind = new Tensor(
  'int32',
  [count],
  Int32Array.from({ length: count }, (_, i) => i % 3),
);
const sides = numbers([count, 2], 2);
const ones = tensor(new Float32Array(2 * count).fill(1), [count, 2]);
const y = { kind, sides, counts: ones };
const options = { epochs: 3, batchSize: 5, seed: 1, verbose: 0 } as const;

async function weightsOf(net: Model): Promise<number[]> {
  return [...(await net.getWeights())].flatMap(([, { data }]) => [...data]);
}

describe('a loss of all outputs together', () => {
  it('trains as losses of single outputs do, where it is made of these, and logs its parts', async () => {
    const joint = network();
    // A mean over five examples of two numbers is a tenth of their sum.
    joint.compile({ optimizer: 'sgd', loss: marked, lossWeights: { boxRegression: 0.1 } });
    const { history } = await joint.fit(x, y, { ...options, validationData: [x, y] });
    const apart = network();
    apart.compile({ optimizer: 'sgd', loss: ['meanSquaredError', 'meanSquaredError'] });
    const rows = tensor(
      Float32Array.from({ length: 3 * count }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0)),
      [count, 3],
    );
    const single = await apart.fit(x, [rows, sides], { ...options, validationData: [x, [rows, sides]] });
    const [one, other] = [await weightsOf(joint), await weightsOf(apart)];
    one.forEach((value, i) => expect(value).toBeCloseTo(other[i], 5));
    expect(Object.keys(history)).toEqual(
      expect.arrayContaining(['classification', 'boxRegression', 'valLoss', 'valClassification', 'valBoxRegression']),
    );
    history.loss.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(history.classification[epoch] + 0.1 * history.boxRegression[epoch], 5);
      expect(loss).toBeCloseTo(single.history.loss[epoch], 5);
      expect(history.valLoss[epoch]).toBeCloseTo(single.history.valLoss[epoch], 5);
    });
  });

  it('takes targets in order or by name, of tensors and generators, and callbacks see them', async () => {
    const net = network();
    net.compile({ optimizer: 'sgd', loss: marked });
    const seen: TestedBatch[] = [];
    const callbacks = [{ onTestBatchEnd: (_: number, __: unknown, batch: TestedBatch) => void seen.push(batch) }];
    const named = await net.evaluate(x, y, { batchSize: 4 });
    const watched = await net.evaluate(x, [kind, sides, ones], { batchSize: 4, callbacks });
    expect(watched).toEqual(named);
    const streamed = await net.evaluate(() => [[x, y]]);
    expect(streamed.classification).toBeCloseTo(named.classification, 6);
    expect(seen.map(({ y: [of] }) => of.shape[0])).toEqual([4, 4, 2]);
    expect([...seen[2].y[0].data]).toEqual([...kind.data.subarray(8)]);
    expect(seen[0].outputs.map(({ shape }) => shape)).toEqual([
      [4, 3],
      [4, 2],
    ]);
    // One batch: a sum over it is a sum over all.
    const [, boxes] = await net.predictAll(x);
    const sum = boxes.data.reduce((total, value, i) => total + (value - sides.data[i]) ** 2, 0);
    expect((await net.evaluate(x, y)).boxRegression).toBeCloseTo(sum, 5);
  });

  it('is resumed to the same weights, from a file that names it', async () => {
    const whole = network('wasm');
    whole.compile({ optimizer: 'adam', loss: marked, lossWeights: [1, 0.5] });
    await whole.fit(x, y, { ...options, epochs: 4 });
    const first = network('wasm');
    first.compile({ optimizer: 'adam', loss: marked, lossWeights: [1, 0.5] });
    const stop = new AbortController();
    let batches = 0;
    const callbacks = [{ onTrainBatchEnd: () => (++batches === 3 ? stop.abort() : undefined) }];
    await first.fit(x, y, { ...options, epochs: 4, callbacks, signal: stop.signal });
    const bytes = await first.toBytes({ optimizer: true });
    const unknown = await modelFromBytes(bytes);
    await expect(unknown.fit(x, y, options)).rejects.toThrow(/the loss 'marked' of your own/);
    const again = await modelFromBytes(bytes, { engine: 'wasm', customLosses: { marked } });
    await again.fit(x, y, { ...options, epochs: 4, resumeFrom: again.trainingState! });
    expect(await weightsOf(again)).toEqual(await weightsOf(whole));
  });

  it('says what does not suit it', async () => {
    const net = network();
    const compile = (change: object): (() => void) => {
      return () => net.compile({ optimizer: 'sgd', loss: marked, ...change });
    };
    expect(compile({ lossWeights: { boxes: 2 } })).toThrow(/no part 'boxes'.*classification, boxRegression/s);
    expect(compile({ metrics: ['accuracy'] })).toThrow(/beside 'marked'.*no metrics/s);
    expect(compile({ loss: { ...marked, parts: ['loss'] } })).toThrow(/'loss' is asked for twice/);
    net.compile({ optimizer: 'sgd', loss: marked });
    await expect(net.evaluate(x, { kind, sides })).rejects.toThrow(/needs a tensor for the target 'counts'/);
    await expect(net.evaluate(x, { ...y, sides: numbers([count, 3], 1) })).rejects.toThrow(
      /target 'sides' must have shape \[10, 2\]/,
    );
    await expect(net.evaluate(x, { ...y, kind: numbers([count], 1) })).rejects.toThrow(/class numbers are whole/);
    const far = tensor(new Float32Array(2 * count).fill(NaN), [count, 2]);
    await expect(net.evaluate(x, { ...y, sides: far })).rejects.toThrow(/target 'sides' holds NaN in example 0/);
    await expect(net.fit(x, y, { ...options, sampleWeight: new Array<number>(count).fill(1) })).rejects.toThrow(
      /weighs no examples/,
    );
    const odd: JointLoss = { ...marked, emit: ([scores]) => ({ classification: abs(scores) }) };
    net.compile({ optimizer: 'sgd', loss: odd });
    await expect(net.evaluate(x, y)).rejects.toThrow(/one number for its part 'classification'.*\[10, 3\]/s);
  });
});

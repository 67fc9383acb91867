import { afterEach, describe, expect, it, vi } from 'vitest';
import { terminal } from '#platform';
import { input, layers, regularizers } from '../layers/index.js';
import { bands, tinyModel } from '../../test/fixtures/tinyModels.js';
import type { DataSet } from '../data/dataSet.js';
import type { Engine } from '../engine/contract.js';
import { createReferenceEngine } from '../engine/reference/referenceEngine.js';
import { StriateError, Tensor, tensor, zeros } from '../tensor/index.js';
import type { LossName } from '../training/index.js';
import type { Logs, TestedBatch } from './index.js';
import { model as functional } from '../models/functional.js';
import { sequential } from '../models/sequential.js';

describe('predict', () => {
  it('refuses a model that no engine can hold, before it takes the memory', async () => {
    const size = 1_000_000;
    const net = sequential({ layers: [layers.upSampling2d({ size, inputShape: [4, 4, 1] })] });
    const before = process.memoryUsage().rss;
    const error = await net.predict(zeros([1, 4, 4, 1])).catch((cause: unknown) => cause);
    await net.dispose();
    expect(error).toBeInstanceOf(StriateError);
    expect((error as Error).message).toMatch(/would take the engine to .* GiB/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('joins the outputs of its batches, also where the last is smaller', async () => {
    const net = sequential({ layers: [layers.flatten({ inputShape: [2, 1, 1] })] });
    net.useEngine({ engine: 'reference' });
    const x = tensor(
      Float32Array.from({ length: 10 }, (_, i) => i),
      [5, 2, 1, 1],
    );
    const y = await net.predict(x, { batchSize: 2 });
    expect(y.shape).toEqual([5, 2]);
    expect([...y.data]).toEqual([...x.data]);
  });
});

describe('verbose', () => {
  const { x, y } = bands(5);
  const write = vi.spyOn(terminal, 'write').mockReturnValue(undefined);
  afterEach(() => void write.mockClear());

  it('0 says nothing, as does leaving it out, and gives the same', async () => {
    const model = tinyModel();
    expect(await model.evaluate(x, y, { verbose: 0 })).toEqual(await model.evaluate(x, y));
    expect((await model.predict(x, { verbose: 0 })).data).toEqual((await model.predict(x)).data);
    expect(write).not.toHaveBeenCalled();
  });

  it.each([1, 2] as const)('%i prints a line at the end', async (verbose) => {
    const model = tinyModel();
    const { loss } = await model.evaluate(x, y, { verbose });
    await model.predict(x, { verbose });
    const [[evaluated], [predicted], ...more] = write.mock.calls;
    expect(evaluated).toMatch(/^evaluate - .*s - loss: \d.* - accuracy: \d\.\d{4}\n$/);
    expect(evaluated).toContain(`loss: ${loss.toFixed(4)}`);
    expect(predicted).toMatch(/^predict - .*s - 5 examples\n$/);
    expect(more).toEqual([]);
  });
});

/** An engine that says the names of the graphs it compiles. */
async function listeningEngine(): Promise<{ engine: Engine; compiled: string[] }> {
  const inner = await createReferenceEngine();
  const compiled: string[] = [];
  const engine: Engine = {
    name: inner.name,
    describe: () => inner.describe(),
    close: () => inner.close(),
    compile: (graph) => {
      compiled.push(graph.name);
      return inner.compile(graph);
    },
    read: (variable) => inner.read(variable),
    write: (variable, value) => inner.write(variable, value),
    release: (variables) => inner.release(variables),
  };
  return { engine, compiled };
}

/** Examples one after another, as one list. */
const joined = (batches: readonly Tensor[]): number[] => batches.flatMap(({ data }) => Array.from(data));

describe('evaluate with a callback', () => {
  const { x, y } = bands(10);
  const values = (classes: number): Tensor<'float32'> => {
    const data = new Float32Array(10 * classes);
    y.forEach((label, i) => (data[i * classes + (label % classes)] = classes === 1 ? label % 2 : 1));
    return new Tensor('float32', [10, classes], data);
  };
  const classifier = (units: number, activation?: 'softmax' | 'sigmoid') =>
    sequential({
      seed: 3,
      layers: [
        layers.flatten({ inputShape: [6, 6, 1] }),
        layers.dense({ units, activation, kernelRegularizer: regularizers.l2({ l2: 0.01 }) }),
      ],
    });

  it.each<[LossName, number, 'softmax' | 'sigmoid' | undefined, Int32Array | Tensor]>([
    ['sparseCategoricalCrossentropy', 3, undefined, y],
    ['categoricalCrossentropy', 3, 'softmax', values(3)],
    ['binaryCrossentropy', 1, 'sigmoid', values(1)],
    ['binaryCrossentropy', 1, undefined, values(1)],
    ['meanSquaredError', 2, undefined, values(2)],
  ])('gives the outputs beside the same means: %s of %i outputs, %s', async (loss, units, activation, targets) => {
    const net = classifier(units, activation);
    net.compile({ optimizer: 'sgd', loss, metrics: ['accuracy'], engine: 'reference' });
    const sampleWeight = y.map((label) => label + 1);
    const all = await net.predict(x);
    for (const options of [{ batchSize: 4 }, { batchSize: 5, sampleWeight }, { batchSize: 64 }]) {
      const seen: [number, TestedBatch][] = [];
      const onTestBatchEnd = (batch: number, _logs: Logs, { start, ...tested }: TestedBatch): void => {
        // As the arrays are used again, what is kept is copied.
        const [xs, ys] = [tested.x, tested.y].map((list) =>
          list.map(({ dtype, shape, data }) => new Tensor(dtype, shape, data.slice())),
        );
        seen.push([batch, { start, x: xs, y: ys, outputs: tested.outputs }]);
      };
      const plain = await net.evaluate(x, targets, options);
      const listened = await net.evaluate(x, targets, { ...options, callbacks: [{ onTestBatchEnd }] });
      expect(Object.keys(listened)).toEqual(Object.keys(plain));
      for (const [name, mean] of Object.entries(plain)) expect(listened[name]).toBeCloseTo(mean, 6);
      expect(seen.map(([batch, { start }]) => [batch, start])).toEqual(
        Array.from({ length: Math.ceil(10 / options.batchSize) }, (_, i) => [i, i * options.batchSize]),
      );
      const tested = seen.map(([, one]) => one);
      expect(joined(tested.flatMap(({ outputs }) => outputs))).toEqual([...all.data]);
      expect(joined(tested.map((one) => one.x[0]))).toEqual([...x.data]);
      expect(joined(tested.map((one) => one.y[0]))).toEqual([...(targets instanceof Tensor ? targets.data : targets)]);
      const last = tested.at(-1)!;
      const rest = 10 - last.start;
      expect([last.x[0], last.y[0], last.outputs[0]].map(({ shape }) => shape[0])).toEqual([rest, rest, rest]);
    }
    await net.dispose();
  });

  it('gives every output, and the targets of those that have a loss', async () => {
    const from = input({ shape: [6, 6, 1], name: 'picture' });
    const flat = layers.flatten().apply(from);
    const outputs = [2, 3].map((units) => layers.dense({ units, name: `of${units}` }).apply(flat));
    const net = functional({ inputs: from, outputs, seed: 2 });
    net.compile({
      loss: { of3: 'sparseCategoricalCrossentropy' },
      metrics: { of3: ['accuracy'] },
      engine: 'reference',
    });
    const batches: TestedBatch[] = [];
    const listened = await net.evaluate(
      x,
      { of3: y },
      { batchSize: 7, callbacks: [{ onTestBatchEnd: (_, __, one) => void batches.push(one) }] },
    );
    const plain = await net.evaluate(x, { of3: y });
    expect(listened.loss).toBeCloseTo(plain.loss, 6);
    expect(listened.accuracy).toBe(plain.accuracy);
    expect(batches.map((batch) => batch.outputs.map(({ shape }) => shape))).toEqual([
      [
        [7, 2],
        [7, 3],
      ],
      [
        [3, 2],
        [3, 3],
      ],
    ]);
    const [first, second] = await net.predictAll(x);
    expect(joined(batches.map((batch) => batch.outputs[0]))).toEqual([...first.data]);
    expect(joined(batches.map((batch) => batch.outputs[1]))).toEqual([...second.data]);
    await net.dispose();
  });

  it('compiles one program, also where the last batch is smaller, and waits for the listener', async () => {
    const { engine, compiled } = await listeningEngine();
    const net = tinyModel([], engine);
    let busy = false;
    const onTestBatchEnd = async (): Promise<void> => {
      expect(busy).toBe(false);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve, 1));
      busy = false;
    };
    await net.evaluate(x, y, { batchSize: 4, callbacks: [{ onTestBatchEnd }] });
    expect(compiled).toEqual(['test']);
    await net.evaluate(x, y, { batchSize: 4 });
    expect(compiled).toEqual(['test', 'test', 'test']);
    await expect(
      net.evaluate(x, y, {
        callbacks: [
          {
            onTestBatchEnd: () => {
              throw new Error('enough');
            },
          },
        ],
      }),
    ).rejects.toThrow('enough');
    await net.dispose();
  });

  it('takes generators, and sets whose threads write into shared memory', async () => {
    const net = tinyModel();
    const plain = await net.evaluate(x, y);
    const starts: number[] = [];
    const rows = (from: number, to: number) => x.data.slice(from * 36, to * 36);
    const stream = [
      [0, 3],
      [3, 9],
      [9, 10],
    ].map(([from, to]) => [new Tensor('float32', [to - from, 6, 6, 1], rows(from, to)), y.slice(from, to)] as const);
    const streamed = await net.evaluate(() => stream, {
      callbacks: [{ onTestBatchEnd: (_, __, { start }) => void starts.push(start) }],
    });
    expect(starts).toEqual([0, 3, 9]);
    expect(streamed.loss).toBeCloseTo(plain.loss, 6);
    const set: DataSet = {
      name: 'bands',
      size: 10,
      inputShape: [6, 6, 1],
      classNames: ['top', 'middle', 'bottom'],
      ahead: 3,
      fill: async (indices, pictures, labels) => {
        expect(pictures.buffer).toBeInstanceOf(SharedArrayBuffer);
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (let k = 0; k < indices.length; k++) {
          pictures.set(rows(indices[k], indices[k] + 1), k * 36);
          labels[k] = y[indices[k]];
        }
      },
    };
    const seen: number[][] = [[], []];
    const fromSet = await net.evaluate(set, {
      batchSize: 3,
      callbacks: [
        {
          onTestBatchEnd: async (_, __, { x: [pictures], y: [labels] }) => {
            // Batches that are fetched meanwhile go elsewhere.
            await new Promise((resolve) => setTimeout(resolve, 5));
            [pictures, labels].forEach(({ data }, i) => seen[i].push(...data));
          },
        },
      ],
    });
    expect(fromSet.loss).toBeCloseTo(plain.loss, 6);
    expect(fromSet.accuracy).toBeCloseTo(plain.accuracy, 12);
    expect(seen).toEqual([[...x.data], [...y]]);
    await net.dispose();
  });
});

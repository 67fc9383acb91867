import type { Program } from '../engine/contract.js';
import { formatShape, sizeOf, StriateError, Tensor, zeros, type Shape } from '../tensor/index.js';
import type { Callback, TestedBatch } from './callbacks/callback.js';
import { PrefetchedBatches, type BatchSource } from './batchSource.js';
import type { FeedArray } from './batchColumns.js';
import type { Batch } from './examples.js';
import { feedNames, type Executor } from './executor.js';
import type { Objective } from './objective.js';
import { RunningMeans } from './runningMeans.js';
import type { Topology } from '../topology/topology.js';

/** A program and what it is to be run on. */
interface Step {
  readonly program: Program;
  readonly feeds: Batch['feeds'];
}

/** Runs a program on every batch of a source, fetching the next one meanwhile; says whether it came to the end. */
async function runPass(
  source: BatchSource,
  stepFor: (batch: Batch) => Promise<Step>,
  take: (results: Record<string, Tensor>, batch: Batch) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<boolean> {
  const batches = new PrefetchedBatches(source.batches(0, 0), source.ahead);
  try {
    for (let batch = await batches.next(); batch; batch = await batches.next()) {
      if (signal?.aborted) return false;
      const { program, feeds } = await stepFor(batch);
      const running = program.run(feeds);
      batches.fetch();
      await take(await running, batch);
    }
    return true;
  } finally {
    await batches.end();
  }
}

/** Options of a pass that tests. */
interface TestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly callbacks?: Iterable<Callback>;
}

/** Means of loss and metrics over a source; undefined where the signal ends it first. */
export async function testPass(
  executor: Executor,
  objective: Objective,
  source: BatchSource,
  { signal, callbacks = [] }: TestOptions = {},
): Promise<Record<string, number> | undefined> {
  const means = new RunningMeans(objective);
  const listeners = [...callbacks];
  const perExample = listeners.some((callback) => 'onTestBatchEnd' in callback);
  let number = 0;
  let start = 0;
  const done = await runPass(
    source,
    async (batch) => {
      for (const callback of listeners) await callback.onTestBatchBegin?.(number);
      // Of a test, each example's numbers are its own: filled up, the last batch needs no program beside the others'.
      const { size, feeds, weighted } = perExample ? filledUp(batch, source.batchSize) : batch;
      return { program: await executor.tester(size, objective, weighted, perExample), feeds };
    },
    async (results, batch) => {
      means.add(results, batch.size);
      if (perExample) {
        const tested = testedBatch(executor.topology, objective, batch, results, start);
        for (const callback of listeners) await callback.onTestBatchEnd?.(number, means.values(), tested);
      }
      number++;
      start += batch.size;
    },
    signal,
  );
  return done ? means.values() : undefined;
}

/** A batch with zeros behind its examples, up to a size. */
function filledUp(batch: Batch, size = batch.size): Batch {
  if (batch.size >= size) return batch;
  const feeds = Object.entries(batch.feeds).map(([name, data]) => {
    const filled = new (data.constructor as new (length: number) => FeedArray)((data.length / batch.size) * size);
    filled.set(data);
    return [name, filled] as const;
  });
  return { ...batch, size, feeds: Object.fromEntries(feeds) };
}

function testedBatch(
  { inputs, inputNames, outputs }: Topology,
  objective: Objective,
  { size, feeds }: Batch,
  results: Record<string, Tensor>,
  start: number,
): TestedBatch {
  return {
    start,
    x: inputs.map(({ shape }, i) => tensorOf(feeds[feedNames.input(inputNames[i])], [size, ...shape])),
    y: objective.outputs.map(({ name, loss, shape }) => {
      const own = loss.targets === 'classes' ? shape.slice(0, -1) : shape;
      return tensorOf(feeds[feedNames.target(name)], [size, ...own]);
    }),
    outputs: outputs.map(({ shape }, i) => {
      const data = results[`output:${i}`].data as Float32Array;
      return new Tensor('float32', [size, ...shape], data.subarray(0, size * sizeOf(shape)));
    }),
  };
}

function tensorOf(data: FeedArray, shape: Shape): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', shape, data);
  return data instanceof Int32Array ? new Tensor('int32', shape, data) : new Tensor('uint8', shape, data);
}

/** The model's outputs for all examples of a source. */
export async function predictPass(
  executor: Executor,
  source: BatchSource & { readonly examples: number },
  callbacks: readonly Callback[] = [],
): Promise<Tensor<'float32'>[]> {
  // Made when the first results are there: a model that is too large for the engine is refused by the engine.
  let outputs: Tensor<'float32'>[] | undefined;
  const make = (): Tensor<'float32'>[] =>
    executor.topology.outputs.map(({ shape }) => outputFor([source.examples, ...shape]));
  let position = 0;
  let number = 0;
  await runPass(
    source,
    async ({ size, feeds }) => {
      for (const callback of callbacks) await callback.onPredictBatchBegin?.(number);
      return { program: await executor.predictor(size), feeds };
    },
    async (results, batch) => {
      outputs ??= make();
      outputs.forEach(({ data, shape }, i) => {
        data.set(results[`output:${i}`].data, (position * data.length) / shape[0]);
      });
      position += batch.size;
      const given = outputs.map((_, i) => results[`output:${i}`] as Tensor<'float32'>);
      for (const callback of callbacks) await callback.onPredictBatchEnd?.(number, given);
      number++;
    },
  );
  return outputs ?? make();
}

function outputFor(shape: Shape): Tensor<'float32'> {
  try {
    return zeros(shape);
  } catch {
    const gigabytes = ((4 * sizeOf(shape)) / 2 ** 30).toFixed(1);
    throw new StriateError({
      where: 'predict',
      rule: `outputs ${formatShape(shape)} take ${gigabytes} GiB, which the system does not give`,
      advice: 'predict fewer examples at a time',
    });
  }
}

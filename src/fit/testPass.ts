import { shown } from '../tensor/check.js';
import { sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import type { FeedArray } from './batchColumns.js';
import type { BatchSource } from './batchSource.js';
import type { Callback, TestedBatch } from './callbacks/callback.js';
import type { Batch } from './examples.js';
import { feedNames, type Executor } from './executor.js';
import type { Objective } from './objective.js';
import { testProgram } from './objectiveGraph.js';
import { runPass } from './runPass.js';
import { RunningMeans } from './runningMeans.js';
import { expectFiniteWeights } from './weights.js';

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
      // The parts of a joint loss are those of the batch, and zeros would count in them.
      const full = perExample && !objective.joint;
      const { size, feeds, weighted } = full ? filledUp(batch, source.batchSize) : batch;
      return { program: await testProgram(executor, size, objective, weighted, perExample), feeds };
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
  if (!done) return undefined;
  const values = means.values();
  // Examples may hold NaN, and what comes of them is told as it is.
  if (!Number.isFinite(values.loss)) await expectFiniteWeights('evaluate', executor);
  const measured: Record<string, number> = {};
  for (const callback of listeners) {
    const numbers = await callback.onTestEnd?.(values);
    for (const name of callback.measured ?? []) measured[name] = measuredNumber(callback, numbers, name);
  }
  return { ...values, ...measured };
}

/** What a callback measured, checked: it may be the user's own. */
function measuredNumber({ name: callback }: Callback, numbers: unknown, name: string): number {
  const value = (numbers as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof value === 'number') return value;
  throw new StriateError({
    where: `callback${callback === undefined ? '' : ` '${callback}'`}`,
    rule: `onTestEnd must give a number for '${name}', which is in measured`,
    received: shown(value),
  });
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
    y: targetsOf(objective).map(({ name, shape }) => tensorOf(feeds[feedNames.target(name)], [size, ...shape])),
    outputs: outputs.map(({ shape }, i) => {
      const data = results[`output:${i}`].data as Float32Array;
      return new Tensor('float32', [size, ...shape], data.subarray(0, size * sizeOf(shape)));
    }),
  };
}

/** The targets that programs are fed, with their shapes, without the batch. */
function targetsOf({ outputs, joint }: Objective): readonly { readonly name: string; readonly shape: Shape }[] {
  if (joint) return joint.loss.targets;
  return outputs.map(({ name, loss, shape }) => ({
    name,
    shape: loss.targets === 'classes' ? shape.slice(0, -1) : shape,
  }));
}

function tensorOf(data: FeedArray, shape: Shape): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', shape, data);
  return data instanceof Int32Array ? new Tensor('int32', shape, data) : new Tensor('uint8', shape, data);
}

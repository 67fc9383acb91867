import type { Program } from '../engine/contract.js';
import { formatShape, sizeOf, StriateError, zeros, type Shape, type Tensor } from '../tensor/index.js';
import { Prefetched, type BatchSource } from './batchSource.js';
import type { Batch } from './examples.js';
import type { Executor } from './executor.js';
import type { Objective } from './objective.js';
import { RunningMeans } from './runningMeans.js';

/** Runs a program on every batch of a source, fetching the next one meanwhile; says whether it came to the end. */
async function runPass(
  source: BatchSource,
  programFor: (batch: Batch) => Promise<Program>,
  take: (results: Record<string, Tensor>, batch: Batch) => void,
  signal?: AbortSignal,
): Promise<boolean> {
  const batches = new Prefetched(source.walk(0, 0), source.ahead);
  try {
    for (let batch = await batches.next(); batch; batch = await batches.next()) {
      if (signal?.aborted) return false;
      const program = await programFor(batch);
      const running = program.run(batch.feeds);
      batches.fetch();
      take(await running, batch);
    }
    return true;
  } finally {
    await batches.end();
  }
}

/** Means of loss and metrics over a source; undefined where the signal ends it first. */
export async function testPass(
  executor: Executor,
  objective: Objective,
  source: BatchSource,
  signal?: AbortSignal,
): Promise<Record<string, number> | undefined> {
  const means = new RunningMeans(objective);
  const done = await runPass(
    source,
    (batch) => executor.tester(batch.size, objective, batch.weighted),
    (results, batch) => means.add(results, batch.size),
    signal,
  );
  return done ? means.values() : undefined;
}

/** The model's outputs for all examples of a source. */
export async function predictPass(
  executor: Executor,
  source: BatchSource & { readonly examples: number },
): Promise<Tensor<'float32'>[]> {
  // Made when the first results are there: a model that is too large for the engine is refused by the engine.
  let outputs: Tensor<'float32'>[] | undefined;
  const make = (): Tensor<'float32'>[] =>
    executor.topology.outputs.map(({ shape }) => roomFor([source.examples, ...shape]));
  let position = 0;
  await runPass(
    source,
    (batch) => executor.predictor(batch.size),
    (results, batch) => {
      outputs ??= make();
      outputs.forEach(({ data, shape }, i) => {
        data.set(results[`output:${i}`].data, (position * data.length) / shape[0]);
      });
      position += batch.size;
    },
  );
  return outputs ?? make();
}

function roomFor(shape: Shape): Tensor<'float32'> {
  try {
    return zeros(shape);
  } catch {
    const gigabytes = ((4 * sizeOf(shape)) / 2 ** 30).toFixed(1);
    throw new StriateError(
      `predict: outputs ${formatShape(shape)} take ${gigabytes} GiB, which the system does not give; predict fewer examples at a time`,
    );
  }
}

import type { Program } from '../engine/contract.js';
import type { Tensor } from '../tensor/index.js';
import { PrefetchedBatches, type BatchSource } from './batchSource.js';
import type { Batch } from './examples.js';

/** A program and what it is to be run on. */
interface Step {
  readonly program: Program;
  readonly feeds: Batch['feeds'];
}

/** Runs a program on every batch of a source, fetching the next one meanwhile; says whether it came to the end. */
export async function runPass(
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

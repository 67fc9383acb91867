import type { Tensor } from '../tensor/index.js';
import type { Optimizer } from '../training/optimizer.js';
import { stepScalars } from '../training/optimizerStep.js';
import type { Batch } from './examples.js';
import { feedNames, type Executor } from './executor.js';
import type { Objective } from './objective.js';
import { averagingProgram, trainingProgram } from './trainingGraph.js';

/** What a step of training needs. */
export interface StepParts {
  readonly executor: Executor;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
}

/** How a step is run. */
export interface StepOptions {
  /** The optimizer's by default. */
  readonly learningRate?: number;
  /** Called while the engine computes. */
  readonly meanwhile?: () => void;
  /** Called with the milliseconds that getting the program took. */
  readonly onCompiled?: (milliseconds: number) => void;
}

/** Trains on one batch, counts it, and gives what the program reports. */
export async function trainingStep(
  { executor, objective, optimizer }: StepParts,
  batch: Batch,
  { learningRate = optimizer.learningRate, meanwhile, onCompiled }: StepOptions = {},
): Promise<Record<string, Tensor>> {
  const compiling = performance.now();
  const updates = optimizer.phase === 'update';
  const program = await trainingProgram(executor, batch.size, objective, optimizer, batch.weighted);
  onCompiled?.(performance.now() - compiling);
  const feeds = { ...batch.feeds, ...stepFeeds(optimizer, learningRate) };
  const running = program.run(feeds);
  meanwhile?.();
  const results = await running;
  optimizer.countBatch();
  const { ema, iterations } = optimizer;
  if (!updates || !ema) return results;
  // Of the weights after the step, which the step's own program does not see.
  await (await averagingProgram(executor, optimizer, iterations === 1 ? 'begin' : 'move')).run({});
  if (ema.overwriteFrequency !== undefined && iterations % ema.overwriteFrequency === 0)
    await takeAverages({ executor, optimizer });
  return results;
}

/** What a training program is fed besides the batch, for the optimizer's next step. */
function stepFeeds(optimizer: Optimizer, learningRate: number): Record<string, Float32Array | Int32Array> {
  const step = optimizer.iterations + 1;
  // Random layers draw anew for each batch.
  const drawn: Record<string, Int32Array> = optimizer.accumulates
    ? { [feedNames.batch]: Int32Array.of(optimizer.batches + 1) }
    : {};
  if (optimizer.phase === 'accumulate') return drawn;
  const scalars = Object.entries(stepScalars(optimizer, step)).map(
    ([name, value]) => [feedNames.scalar(name), Float32Array.of(value)] as const,
  );
  return {
    ...drawn,
    [feedNames.step]: Int32Array.of(step),
    [feedNames.learningRate]: Float32Array.of(learningRate),
    ...Object.fromEntries(scalars),
  };
}

/** Puts the means of the weights in the weights' place, where the optimizer keeps them and a step was made. */
export async function takeAverages({ executor, optimizer }: Omit<StepParts, 'objective'>): Promise<void> {
  if (!optimizer.ema || optimizer.iterations === 0) return;
  await (await averagingProgram(executor, optimizer, 'take')).run({});
}

import type * as Striate from '../../src/index.js';

/** What to train with. */
export interface DigitsOptions {
  readonly steps: number;
  /** By default the model opens one itself. */
  readonly engine?: Striate.Engine;
  readonly threads?: number;
}

/** What a training gave; numbers and lists only, so that it can be handed from a page to the test. */
export interface DigitsTraining {
  /** The loss of every step. */
  readonly losses: readonly number[];
  readonly engine: Striate.EngineDescription;
  /** The probabilities for ten pictures, picture after picture. */
  readonly predictions: readonly number[];
  /** The same from a copy of the model that went through bytes. */
  readonly reloaded: readonly number[];
  /** Milliseconds between the ticks of a 10 ms timer while fit was under way. */
  readonly gaps: readonly number[];
}

/**
 * Trains the digit CNN for a few steps of 64 pictures. The test runs it with the library as Node sees it and, in a page,
 * as the browser does; it uses nothing that only one of them has.
 */
export async function trainDigits(striate: typeof Striate, options: DigitsOptions): Promise<DigitsTraining> {
  const { steps, ...choice } = options;
  const { train, test } = striate.digits({ seed: 1, train: 64 * steps, test: 10 });
  const model = striate.zoo.create('mnist_cnn', { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], ...choice });
  const engine = await model.describeEngine();
  const losses: number[] = [];
  let sum = 0;
  const onTrainBatchEnd = (batch: number, { loss }: Striate.Logs): void => {
    // The logs hold the mean over the epoch so far.
    losses.push(loss * (batch + 1) - sum);
    sum = loss * (batch + 1);
  };
  const gaps = await gapsDuring(() =>
    model.fit(train, { batchSize: 64, verbose: 0, callbacks: [{ onTrainBatchEnd }] }),
  );
  const predictions = [...(await model.predict(test)).data];
  const copy = await striate.modelFromBytes(await model.toBytes(), choice);
  const reloaded = [...(await copy.predict(test)).data];
  await copy.dispose();
  await model.dispose();
  return { losses, engine, predictions, reloaded, gaps };
}

/** Milliseconds between the ticks of a 10 ms timer while something is under way. */
export async function gapsDuring(work: () => Promise<unknown>): Promise<number[]> {
  const gaps: number[] = [];
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  };
  const timer = setInterval(tick, 10);
  await work();
  clearInterval(timer);
  // A timer that never came is one long gap.
  tick();
  return gaps;
}

/** The middle and the largest of a list. */
export function spread(values: readonly number[]): { median: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], max: sorted[sorted.length - 1] };
}

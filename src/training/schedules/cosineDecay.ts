import { expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of cosineDecay. */
export interface CosineDecayOptions {
  /** The rate that the decay begins at, or, with `warmupTarget`, that the warm-up begins at. */
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** The final rate as a part of the first; 0 by default. */
  readonly alpha?: number;
  /** The rate at the end of the warm-up. */
  readonly warmupTarget?: number;
  /** Steps of linear warm-up before the decay; 0 by default. */
  readonly warmupSteps?: number;
}

/** Half a cosine from the first rate down to `alpha` of it (Keras's CosineDecay, with its linear warm-up). */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  expectPositive('cosineDecay', 'decaySteps', decaySteps);
  const top = warmupTarget ?? initialLearningRate;
  expectPositive('cosineDecay', warmupTarget === undefined ? 'initialLearningRate' : 'warmupTarget', top);
  return makeSchedule('cosineDecay', options, (step) => {
    if (warmupTarget !== undefined && step < warmupSteps) {
      return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
    }
    const done = Math.min((step - (warmupTarget === undefined ? 0 : warmupSteps)) / decaySteps, 1);
    return top * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha);
  });
}

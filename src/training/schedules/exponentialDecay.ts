import { expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of exponentialDecay. */
export interface ExponentialDecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which the rate has been multiplied by `decayRate` once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls in stairs instead of smoothly; false by default. */
  readonly staircase?: boolean;
}

/** initialLearningRate · decayRate^(step / decaySteps) (Keras's ExponentialDecay). */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  expectPositive('exponentialDecay', 'initialLearningRate', initialLearningRate);
  expectPositive('exponentialDecay', 'decaySteps', decaySteps);
  expectPositive('exponentialDecay', 'decayRate', decayRate);
  return makeSchedule('exponentialDecay', options, (step) => {
    const decays = step / decaySteps;
    return initialLearningRate * decayRate ** (staircase ? Math.floor(decays) : decays);
  });
}

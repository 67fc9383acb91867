import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of inverseTimeDecay. */
export interface InverseTimeDecayOptions {
  readonly initialLearningRate: number;
  /** Steps after which `decayRate` has counted once: with 1, the rate is half the first then. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate falls in stairs instead of smoothly; false by default. */
  readonly staircase?: boolean;
}

/** initialLearningRate / (1 + decayRate · step / decaySteps) (Keras's InverseTimeDecay). */
export function inverseTimeDecay(options: InverseTimeDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  expectPositive('inverseTimeDecay', 'initialLearningRate', initialLearningRate);
  expectPositive('inverseTimeDecay', 'decaySteps', decaySteps);
  expectAtLeast('inverseTimeDecay', 'decayRate', decayRate, 0);
  return makeSchedule('inverseTimeDecay', options, (step) => {
    const decays = step / decaySteps;
    return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(decays) : decays));
  });
}

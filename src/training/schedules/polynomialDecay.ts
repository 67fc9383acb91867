import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of polynomialDecay. */
export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** The rate at the end of the decay and after it; 0.0001 by default. */
  readonly endLearningRate?: number;
  /** 1, a straight line, by default. */
  readonly power?: number;
  /** Whether the decay stretches to the next multiple of `decaySteps` instead of ending; false by default. */
  readonly cycle?: boolean;
}

/** (initialLearningRate − endLearningRate) · (1 − step / decaySteps)^power + endLearningRate (Keras's PolynomialDecay). */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
  expectPositive('polynomialDecay', 'initialLearningRate', initialLearningRate);
  expectPositive('polynomialDecay', 'decaySteps', decaySteps);
  expectAtLeast('polynomialDecay', 'endLearningRate', endLearningRate, 0);
  expectPositive('polynomialDecay', 'power', power);
  return makeSchedule('polynomialDecay', options, (step) => {
    const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step / length, 1);
    return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
  });
}

import { StriateError } from '../../tensor/index.js';
import { expectAtLeast, expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** Options of linearWarmup. */
export interface LinearWarmupOptions {
  readonly warmupSteps: number;
  /** What follows, counted from the end of the warm-up: a schedule, or a rate that stays. */
  readonly then: Schedule | number;
  /** The rate of the first step; 0 by default. */
  readonly initialLearningRate?: number;
}

/**
 * A straight line up to the first rate of another schedule, then that schedule (Goyal et al. 2017, «Accurate, Large
 * Minibatch SGD»; PyTorch's LinearLR and SequentialLR in one).
 *
 * @example
 * const then = schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 4500 });
 * optimizers.sgd({ learningRate: schedules.linearWarmup({ warmupSteps: 500, then }) });
 */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  const { warmupSteps, then, initialLearningRate = 0 } = options;
  expectPositive('linearWarmup', 'warmupSteps', warmupSteps);
  expectAtLeast('linearWarmup', 'initialLearningRate', initialLearningRate, 0);
  if (typeof then === 'number') expectPositive('linearWarmup', 'then', then);
  else if (typeof then !== 'function') {
    throw new StriateError({
      where: "schedule 'linearWarmup'",
      rule: 'then must be a schedule or a number',
      received: typeof then,
    });
  }
  const target = typeof then === 'number' ? then : then(0);
  const rate = (step: number): number => {
    if (step < warmupSteps) return initialLearningRate + (target - initialLearningRate) * (step / warmupSteps);
    return typeof then === 'number' ? then : then(step - warmupSteps);
  };
  if (typeof then === 'number') return makeSchedule('linearWarmup', options, rate);
  // What follows is saved as an optimizer saves its schedule; a function of the user's own cannot be.
  return then.config ? makeSchedule('linearWarmup', { ...options, then: { schedule: then.config } }, rate) : rate;
}

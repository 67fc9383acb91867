import { expectPositive, makeSchedule, type Schedule } from './schedule.js';

/** The same rate at every step. */
export function constant(learningRate: number | { readonly learningRate: number }): Schedule {
  const rate = typeof learningRate === 'number' ? learningRate : learningRate.learningRate;
  expectPositive('constant', 'learningRate', rate);
  return makeSchedule('constant', { learningRate: rate }, () => rate);
}

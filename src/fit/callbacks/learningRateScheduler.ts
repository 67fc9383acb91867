import { shown } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import type { Callback, Training } from './callback.js';

/**
 * Sets the learning rate at the beginning of every epoch (Keras's LearningRateScheduler).
 *
 * @example
 * callbacks.learningRateScheduler((epoch, learningRate) => (epoch < 10 ? learningRate : learningRate * 0.9));
 */
export class LearningRateScheduler implements Callback {
  readonly name = 'learningRateScheduler';

  /** @param schedule takes the epoch (from 0) and the present learning rate, and returns the one to train with */
  constructor(private readonly schedule: (epoch: number, learningRate: number) => number) {
    if (typeof schedule === 'function') return;
    throw new StriateError({
      where: 'learningRateScheduler',
      rule: 'takes a function of the epoch and the present rate',
      received: shown(schedule),
      advice: 'write learningRateScheduler((epoch, learningRate) => learningRate * 0.9)',
    });
  }

  onEpochBegin(epoch: number, training: Training): void {
    training.learningRate = this.schedule(epoch, training.learningRate);
  }
}

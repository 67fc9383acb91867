import type { Callback, Training } from './callback.js';

/**
 * Sets the learning rate at the beginning of every epoch (Keras's LearningRateScheduler).
 *
 * @example
 * new LearningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9));
 */
export class LearningRateScheduler implements Callback {
  readonly name = 'learningRateScheduler';

  /** @param schedule gets the epoch (from 0) and the rate as it is, and gives the rate to train with */
  constructor(private readonly schedule: (epoch: number, learningRate: number) => number) {}

  onEpochBegin(epoch: number, training: Training): void {
    training.learningRate = this.schedule(epoch, training.learningRate);
  }
}

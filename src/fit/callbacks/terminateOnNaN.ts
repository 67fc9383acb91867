import type { Callback, Training } from './callback.js';

/**
 * Ends a training whose loss is not a finite number without an error (Keras's TerminateOnNaN); the model has the weights of its last
 * good epoch. Without it, `fit` throws.
 */
export class TerminateOnNaN implements Callback {
  readonly name = 'terminateOnNaN';

  onLossNotFinite(_batch: number, _loss: number, training: Training): void {
    training.stop();
  }
}

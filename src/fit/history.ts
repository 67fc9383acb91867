import { refuseForeignNames, StriateError } from '../tensor/index.js';
import type { Logs } from './runningMeans.js';

/**
 * What one epoch gave: loss, metrics, their `val…` counterparts, the learning rate at its beginning, and the seconds it took. What
 * a schedule, or a callback at the epoch's end, makes of the rate is the next epoch's.
 */
export type EpochResult = Logs & { readonly loss: number; readonly learningRate: number; readonly seconds: number };

/** What a training gave. */
export class History {
  constructor(
    /** One result for each epoch done, earlier ones included where training was resumed. */
    readonly epochs: readonly EpochResult[],
    /** Examples trained on a second, fetching included, validation and callbacks at the ends of epochs excluded. */
    readonly imagesPerSecond: number,
    /** Whether a signal ended the training; `model.trainingState` then says where. */
    readonly interrupted: boolean,
    /** The number of the first of `epochs`. */
    private readonly firstEpoch = 0,
    /** What was told before it began, in sentences: of batches and validation that are hardly what was meant. */
    readonly notes: readonly string[] = [],
  ) {}

  /** The numbers of the epochs, counted from 0, as in Keras. */
  get epoch(): readonly number[] {
    return this.epochs.map((_, i) => this.firstEpoch + i);
  }

  /** The same as a list for each name, as in Keras: history.loss[epoch]. */
  get history(): Readonly<Record<string, readonly number[]>> {
    const names = new Set(this.epochs.flatMap((epoch) => Object.keys(epoch)));
    const lists = Object.fromEntries([...names].map((name) => [name, this.epochs.map((epoch) => epoch[name])]));
    // Keras's spellings say what to write; they are seen by nothing that lists the names.
    for (const name of names) {
      const keras = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (keras in lists) continue;
      Object.defineProperty(lists, keras, {
        enumerable: false,
        get() {
          throw new StriateError({ where: `history.${keras}`, rule: 'no such list', advice: `write history.${name}` });
        },
      });
    }
    return lists;
  }

  static {
    refuseForeignNames(this.prototype, 'history', {
      'loss accuracy acc valLoss valAccuracy val_loss val_accuracy val_acc':
        'write history.history, which has a list for each: history.history.valLoss',
      params: 'write history.epochs, which has the results of each',
      model: 'write the model itself',
    });
  }
}

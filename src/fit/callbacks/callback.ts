import type { Tensor } from '../../tensor/index.js';
import type { EpochResult } from '../history.js';
import type { Logs } from '../runningMeans.js';

/** What callbacks may do with the model that is being trained. */
export interface TrainedModel {
  readonly name: string;
  /** The number of steps done since the model was compiled, all fits together. */
  readonly iterations: number;
  /** A copy of every weight and statistic, by name. */
  getWeights(): Promise<Map<string, Tensor<'float32'>>>;
  /** Whether every weight and statistic is a finite number. */
  hasFiniteWeights(): Promise<boolean>;
  /** Replaces weights by name. */
  setWeights(weights: ReadonlyMap<string, Tensor>): Promise<void>;
  /** Writes the model to a file; with `optimizer`, training can go on from it. */
  save(path: string, options?: { readonly optimizer?: boolean }): Promise<void>;
  saveWeights(path: string): Promise<void>;
}

/** A training under way, as callbacks see it. */
export interface Training {
  readonly model: TrainedModel;
  /** The number of epochs at which training ends. */
  readonly epochs: number;
  /** Batches of an epoch, where it is known beforehand. */
  readonly steps: number | undefined;
  /** The names that the logs at the end of an epoch will have. */
  readonly names: readonly string[];
  /** The results of the epochs done. */
  readonly results: readonly EpochResult[];
  /** 'failed' where an error ends the training. */
  readonly outcome: 'running' | 'done' | 'interrupted' | 'failed';
  /** The learning rate of the next step; setting it holds until it is set again. */
  learningRate: number;
  /** Ends the training after this batch or epoch. */
  stop(): void;
}

/** What a callback keeps in a checkpoint, so that training goes on as if it had not been interrupted. */
export interface CallbackState {
  /** JSON values only. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly weights?: ReadonlyMap<string, Tensor>;
}

/**
 * Code that runs at certain moments of a training. All methods are optional and may be asynchronous; the training waits.
 *
 * @example
 * await model.fit(x, y, { callbacks: [{ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) }] });
 */
export interface Callback {
  /** Under which a checkpoint keeps `state`. */
  readonly name?: string;
  /** Whether it must run after callbacks that do not say so, because it records what they did. */
  readonly last?: boolean;
  onTrainBegin?(training: Training): void | Promise<void>;
  /** Also called where an error ends the training: see `training.outcome`. */
  onTrainEnd?(training: Training): void | Promise<void>;
  /** Epochs count from 0, as in Keras. */
  onEpochBegin?(epoch: number, training: Training): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, training: Training): void | Promise<void>;
  onBatchBegin?(batch: number, training: Training): void | Promise<void>;
  /** `logs` holds the means over the epoch so far. */
  onBatchEnd?(batch: number, logs: Logs, training: Training): void | Promise<void>;
  /** What a checkpoint keeps of it. */
  state?(): CallbackState;
  /** Puts back what `state` gave. */
  restore?(state: CallbackState): void;
}

import { StriateError, type Tensor } from '../../tensor/index.js';
import { oldNameAmong } from '../../tensor/renamed.js';
import { spellingAdvice } from '../../tensor/spellings.js';
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
  /** What is told before the training begins, in sentences: of batches and validation that are hardly what was meant. */
  readonly notes: readonly string[];
  /** The results of the epochs done. */
  readonly results: readonly EpochResult[];
  /** 'failed' where an error ends the training. */
  readonly outcome: 'running' | 'done' | 'interrupted' | 'failed';
  /** The learning rate of the next step; setting it holds until it is set again. */
  learningRate: number;
  /** Ends the training after this batch or epoch. */
  stop(): void;
}

/** What an evaluation has been through with a batch; the arrays of `x` and `y` are used again for later batches. */
export interface TestedBatch {
  /** The number of the batch's first example. */
  readonly start: number;
  /** What the model was given, in the order of its inputs: [size, …]. */
  readonly x: readonly Tensor[];
  /** What its outputs were compared with, for each that has a loss: class numbers [size], or values as `outputs` has them. */
  readonly y: readonly Tensor[];
  /** What came out, in the order of the model's outputs: [size, …]. */
  readonly outputs: readonly Tensor<'float32'>[];
}

/** What a callback keeps in a checkpoint, so that training goes on as if it had not been interrupted. */
export interface CallbackState {
  /** JSON values only. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly weights?: ReadonlyMap<string, Tensor> | undefined;
}

/**
 * Code that runs at certain moments of a training, an evaluation or a prediction, under Keras's names. All methods are
 * optional and may be asynchronous; the work waits for them. Batches count from 0.
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
  onTrainBatchBegin?(batch: number, training: Training): void | Promise<void>;
  /** `logs` holds the means over the epoch so far. */
  onTrainBatchEnd?(batch: number, logs: Logs, training: Training): void | Promise<void>;
  /** Where a batch's loss is NaN or infinite: `training.stop()` ends the training there, instead of an error. */
  onLossNotFinite?(batch: number, loss: number, training: Training): void | Promise<void>;
  /** Before a batch of `evaluate`, or of the validation within `fit`. */
  onTestBatchBegin?(batch: number): void | Promise<void>;
  /**
   * After a batch of `evaluate`, or of the validation within `fit`: `logs` holds the means so far, `tested` what went in and
   * what came out, so that loss, metrics and predictions take one pass.
   */
  onTestBatchEnd?(batch: number, logs: Logs, tested: TestedBatch): void | Promise<void>;
  /**
   * What `onTestEnd` measures: logs have the numbers under these names, with `val` before them in training (`measured: ['pck']` is
   * logged as `valPck`), where other callbacks may watch them.
   */
  readonly measured?: readonly string[];
  /**
   * After `evaluate`, or the validation within `fit`, with the means of all batches; gives, or promises, an object with a number for
   * each name of `measured`.
   */
  onTestEnd?(logs: Logs): unknown;
  /** Before a batch of `predict`. */
  onPredictBatchBegin?(batch: number): void | Promise<void>;
  /** After a batch of `predict`, with the model's outputs for it: [size, …] each. */
  onPredictBatchEnd?(batch: number, outputs: readonly Tensor<'float32'>[]): void | Promise<void>;
  /** What a checkpoint keeps of it. */
  state?(): CallbackState;
  /** Puts back what `state` gave. */
  restore?(state: CallbackState): void;
}

/** The methods that are called. */
const methods = {
  onTrainBegin: true,
  onTrainEnd: true,
  onEpochBegin: true,
  onEpochEnd: true,
  onTrainBatchBegin: true,
  onTrainBatchEnd: true,
  onLossNotFinite: true,
  onTestBatchBegin: true,
  onTestBatchEnd: true,
  onTestEnd: true,
  onPredictBatchBegin: true,
  onPredictBatchEnd: true,
} as const satisfies Record<Extract<keyof Callback, `on${string}`>, true>;

/** The names of an object's methods and properties that begin with `on`, its classes' included. */
function eventsOf(callback: object): string[] {
  const names = new Set<string>();
  for (
    let part: object | null = callback;
    part && part !== Object.prototype;
    part = Object.getPrototypeOf(part) as object | null
  )
    for (const name of Object.getOwnPropertyNames(part)) if (/^on[A-Z_]/.test(name)) names.add(name);
  return [...names];
}

/** Throws where callbacks are no list of objects, or one has a method under a name that is not called. */
export function checkCallbacks(where: string, callbacks: readonly Callback[]): void {
  if (!Array.isArray(callbacks)) {
    throw new StriateError({
      where,
      rule: 'callbacks must be a list',
      received: typeof callbacks === 'object' ? 'an object' : `a ${typeof callbacks}`,
      advice: 'write callbacks: [ … ], such as [{ onEpochEnd: (epoch, logs) => … }]',
    });
  }
  for (const callback of callbacks as readonly unknown[]) {
    if (typeof callback !== 'object' || callback === null) {
      throw new StriateError({
        where,
        rule: 'a callback must be an object',
        received:
          typeof callback === 'function' ? `a function${callback.name && `, ${callback.name}`}` : String(callback),
        advice: 'write { onEpochEnd: (epoch, logs) => … }, or make one: callbacks.earlyStopping({ patience: 3 })',
      });
    }
    const found = oldNameAmong('Callback', callback);
    if (found) {
      const rule = `a callback's method is not called ${found.old} any more`;
      throw new StriateError({ where, rule, advice: `call it ${found.now}` });
    }
    const known = Object.keys(methods);
    const unknown = eventsOf(callback).find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    const advice = [spellingAdvice(unknown, known), `the methods are ${known.join(', ')}`].filter(Boolean).join('; ');
    throw new StriateError({ where, rule: `a callback has no method '${unknown}'`, advice });
  }
}

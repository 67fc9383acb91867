import { StriateError, type Tensor } from '../tensor/index.js';
import { decodeSafetensors, type SafeTensors } from '../tensor/safetensors.js';
import { isOptimizerVariable } from '../training/optimizerFromConfig.js';
import type { CallbackState } from './callbacks/callback.js';
import type { EpochResult } from './history.js';
import type { Sums } from './runningMeans.js';

/**
 * Where a training stands, between two steps. With the weights and the optimizer's variables, which are in the model, it
 * is all that is needed to go on as if nothing had happened.
 */
export interface TrainingState {
  /** The epoch under way, from 0. */
  readonly epoch: number;
  /** Batches of that epoch done. */
  readonly batch: number;
  /** Steps done since the optimizer was made. */
  readonly step: number;
  /** Batches whose gradients wait for the next step; none where it is left out. */
  readonly accumulated?: number;
  readonly learningRate: number;
  /** The learning rate at the beginning of the epoch under way; `learningRate` where it is left out. */
  readonly epochLearningRate?: number;
  /** The seed of the order of examples. */
  readonly seed: number;
  readonly batchSize: number | null;
  /** Examples of an epoch. */
  readonly examples: number | null;
  /** The sums of the epoch under way. */
  readonly sums: Sums;
  /** Seconds that the epoch under way has taken. */
  readonly seconds: number;
  /** The results of the epochs done. */
  readonly results: readonly EpochResult[];
  /** What callbacks keep, by their names (numbered where they repeat). */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}

const weightPrefix = 'callback:';

/** What callbacks were called that kept their state in files of earlier versions. */
const formerNames: Readonly<Record<string, string>> = { runCheckpoints: 'modelCheckpoint' };

/** The state as a file keeps it: JSON, and the weights that callbacks hold as tensors. */
export function packTrainingState(state: TrainingState): { json: string; tensors: [string, Tensor][] } {
  const tensors: [string, Tensor][] = [];
  const callbacks = Object.entries(state.callbacks).map(([name, { values, weights }]) => {
    for (const [weight, value] of weights ?? []) tensors.push([`${weightPrefix}${name}:${weight}`, value]);
    return [name, { values, weights: weights ? [...weights.keys()] : undefined }] as const;
  });
  return { json: JSON.stringify({ ...state, callbacks: Object.fromEntries(callbacks) }), tensors };
}

/** What a training goes on from: a file that was saved with the state of training. */
export function resumedFrom(bytes: Uint8Array, file: string): { content: SafeTensors; state: TrainingState } {
  const content = decodeSafetensors(bytes, file);
  return { content, state: trainingStateIn(content, file) };
}

/** The state of training in a file's content. */
export function trainingStateIn({ metadata, tensors }: SafeTensors, file: string): TrainingState {
  if (metadata.training !== undefined) return unpackTrainingState(metadata.training, tensors, file);
  throw new StriateError({
    where: file,
    rule: 'holds no state of training',
    advice: 'resume from a file saved with { optimizer: true }',
  });
}

/** Reads what `packTrainingState` gave. */
export function unpackTrainingState(json: string, tensors: ReadonlyMap<string, Tensor>, file: string): TrainingState {
  const damaged = new StriateError({
    where: file,
    rule: 'the state of training that it holds is damaged',
    advice: 'use another checkpoint',
  });
  let raw: Omit<TrainingState, 'callbacks'> & {
    callbacks: Record<string, { values: Record<string, unknown>; weights?: string[] }>;
  };
  try {
    raw = JSON.parse(json) as typeof raw;
  } catch {
    throw damaged;
  }
  const counts = [raw?.epoch, raw?.batch, raw?.step];
  if (!counts.every((n) => Number.isSafeInteger(n) && n >= 0) || !Array.isArray(raw.results) || !raw.sums)
    throw damaged;
  const callbacks = Object.entries(raw.callbacks ?? {}).map(([name, { values, weights }]) => {
    const found = weights?.map((weight) => {
      const value = tensors.get(`${weightPrefix}${name}:${weight}`);
      if (!value) throw damaged;
      return [weight, value] as const;
    });
    return [formerNames[name] ?? name, { values, weights: found && new Map(found) }] as const;
  });
  return { ...raw, callbacks: Object.fromEntries(callbacks) };
}

/** Whether a tensor of a model's file belongs to a callback. */
function belongsToCallback(name: string): boolean {
  return name.startsWith(weightPrefix);
}

/** Whether a tensor of a model's file is none of its weights but an optimizer's or a callback's. */
export function belongsToTraining(name: string): boolean {
  return isOptimizerVariable(name) || belongsToCallback(name);
}

/** Throws unless a training can go on from this state with this data. */
export function checkResumable(
  state: TrainingState,
  {
    batchSize,
    examples,
    seed,
  }: { batchSize: number | undefined; examples: number | undefined; seed: number | undefined },
): void {
  const compare = (what: string, was: number | null, is: number | undefined): void => {
    if (was === null || is === undefined || was === is) return;
    throw new StriateError({
      where: 'fit',
      rule: `the interrupted training had ${what} ${was}`,
      received: is,
      advice: 'resume with the same',
    });
  };
  compare('batch size', state.batchSize, batchSize);
  compare('a number of examples of', state.examples, examples);
  compare('the seed', state.seed, seed);
}

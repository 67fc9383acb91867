import { transact, type Database } from '../../storage/database.js';
import { problem } from './problems.js';
import type { TrainSettings } from './recipe.js';

/** How a training stands. One that is `running` where nobody runs it was cut off, and goes on when it is opened. */
export type RunStatus = 'running' | 'paused' | 'done' | 'failed';

/** A training that this browser remembers. */
export interface TrainingRun {
  readonly id: string;
  readonly settings: TrainSettings;
  readonly status: RunStatus;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Three numbers a point: the step, and the means since the point before of loss and accuracy. */
  readonly points: Float32Array;
  /** Results of the epochs done. */
  readonly results: readonly Readonly<Record<string, number>>[];
  /** Steps done, and of how many. */
  readonly step: number;
  readonly steps: number;
  readonly classNames: readonly string[];
  /** Pictures, those that are held out among them. */
  readonly pictures: number;
  readonly held: number;
  /** What a run of the command line is called. */
  readonly name?: string;
  /** How the classifier does that was solved, at once or at the end. */
  readonly solved?: SolvedHead;
}

/** How a solved classifier does, and how it was found. */
export interface SolvedHead {
  readonly loss: number;
  readonly accuracy: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
  /** The inverse of the penalty's strength that was taken. */
  readonly C: number;
  /** Of pictures that took no part, in turns; undefined where the penalty was not tried out. */
  readonly crossValidated?: number;
  /** Numbers that each picture is told by. */
  readonly features: number;
}

/** How a run does on held-out pictures; undefined before its first epoch. */
export function lastResult({ results, solved }: TrainingRun): Readonly<Record<string, number>> | undefined {
  return solved ? { ...solved } : results.at(-1);
}

const database: Database<'runs' | 'checkpoints' | 'features'> = {
  name: 'striate-trainings',
  version: 3,
  stores: { runs: { keyPath: 'id' }, checkpoints: {}, features: {} },
  said: problem,
};
/** More are forgotten, the oldest first. */
const mostRuns = 24;

/** Writes a run, and with it, whole or not at all, the state that its training goes on from. */
export async function keepRun(run: TrainingRun, checkpoint?: Uint8Array): Promise<void> {
  await transact(database, ['runs', 'checkpoints'], 'readwrite', (store) => {
    store('runs').put(run);
    if (checkpoint) store('checkpoints').put(checkpoint, run.id);
    return undefined;
  });
}

/** All runs, the latest first. */
export async function keptRuns(): Promise<readonly TrainingRun[]> {
  const runs = await transact(
    database,
    ['runs'],
    'readonly',
    (store) => store('runs').getAll() as IDBRequest<TrainingRun[]>,
  );
  return runs.sort((a, b) => b.created - a.created);
}

/** A run; undefined where this browser has none of that name. */
export function keptRun(id: string): Promise<TrainingRun | undefined> {
  return transact(
    database,
    ['runs'],
    'readonly',
    (store) => store('runs').get(id) as IDBRequest<TrainingRun | undefined>,
  );
}

/** The state that a run's training goes on from. */
export function keptCheckpoint(id: string): Promise<Uint8Array | undefined> {
  return transact(
    database,
    ['checkpoints'],
    'readonly',
    (store) => store('checkpoints').get(id) as IDBRequest<Uint8Array | undefined>,
  );
}

/** Forgets a run, and what it goes on from. */
export async function forgetRun(id: string): Promise<void> {
  await transact(database, ['runs', 'checkpoints', 'features'], 'readwrite', (store) => {
    store('runs').delete(id);
    store('checkpoints').delete(id);
    // They are computed anew where another run has use for them.
    store('features').clear();
    return undefined;
  });
}

/** How many features are kept, in pieces. */
export function countFeatures(): Promise<number> {
  return transact(database, ['features'], 'readonly', (store) => store('features').count());
}

/** Forgets all features. */
export async function forgetFeatures(): Promise<void> {
  await transact(database, ['features'], 'readwrite', (store) => {
    store('features').clear();
    return undefined;
  });
}

/** Features of consecutive pictures. */
export interface FeatureChunk {
  /** The number of the first picture. */
  readonly first: number;
  readonly data: Float32Array;
  readonly labels: Int32Array;
}

/** Keeps features under the name of what they are of. */
export async function keepFeatures(name: string, chunk: FeatureChunk): Promise<void> {
  await transact(database, ['features'], 'readwrite', (store) => {
    store('features').put(chunk, [name, chunk.first]);
    return undefined;
  });
}

/** The features that this browser has kept under a name, in their order. */
export function keptFeatures(name: string): Promise<readonly FeatureChunk[]> {
  const all = IDBKeyRange.bound([name], [name, []]);
  return transact(
    database,
    ['features'],
    'readonly',
    (store) => store('features').getAll(all) as IDBRequest<FeatureChunk[]>,
  );
}

/** Forgets the oldest runs beyond those that are kept. */
export async function forgetOldRuns(): Promise<void> {
  for (const { id } of (await keptRuns()).slice(mostRuns)) await forgetRun(id);
}

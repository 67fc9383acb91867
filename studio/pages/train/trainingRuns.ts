import { StriateError } from 'striate';
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
}

const database = 'striate-trainings';
/** More are forgotten, the oldest first. */
const mostRuns = 24;

/** Writes a run, and with it, whole or not at all, the state that its training goes on from. */
export async function keepRun(run: TrainingRun, checkpoint?: Uint8Array): Promise<void> {
  await transact(['runs', 'checkpoints'], 'readwrite', (store) => {
    store('runs').put(run);
    if (checkpoint) store('checkpoints').put(checkpoint, run.id);
    return undefined;
  });
}

/** All runs, the latest first. */
export async function keptRuns(): Promise<readonly TrainingRun[]> {
  const runs = await transact(['runs'], 'readonly', (store) => store('runs').getAll() as IDBRequest<TrainingRun[]>);
  return runs.sort((a, b) => b.created - a.created);
}

/** A run; undefined where this browser has none of that name. */
export function keptRun(id: string): Promise<TrainingRun | undefined> {
  return transact(['runs'], 'readonly', (store) => store('runs').get(id) as IDBRequest<TrainingRun | undefined>);
}

/** The state that a run's training goes on from. */
export function keptCheckpoint(id: string): Promise<Uint8Array | undefined> {
  return transact(
    ['checkpoints'],
    'readonly',
    (store) => store('checkpoints').get(id) as IDBRequest<Uint8Array | undefined>,
  );
}

/** Forgets a run, and what it goes on from. */
export async function forgetRun(id: string): Promise<void> {
  await transact(['runs', 'checkpoints'], 'readwrite', (store) => {
    store('runs').delete(id);
    store('checkpoints').delete(id);
    return undefined;
  });
}

/** Forgets the oldest runs beyond those that are kept. */
export async function forgetOldRuns(): Promise<void> {
  for (const { id } of (await keptRuns()).slice(mostRuns)) await forgetRun(id);
}

/** Photos that were dropped, in their folders. */
export interface PhotoFolder {
  readonly hash: string;
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly file: Blob }[];
}

/** Keeps a folder of photos under its hash. */
export async function keepFolder(folder: PhotoFolder): Promise<void> {
  await transact(['folders'], 'readwrite', (store) => {
    store('folders').put(folder);
    return undefined;
  });
}

/** The photos of a hash; undefined where this browser has none. */
export function keptFolder(hash: string): Promise<PhotoFolder | undefined> {
  return transact(
    ['folders'],
    'readonly',
    (store) => store('folders').get(hash) as IDBRequest<PhotoFolder | undefined>,
  );
}

/** The folders of photos that this browser keeps: their names and hashes. */
export async function keptFolders(): Promise<readonly Omit<PhotoFolder, 'files'>[]> {
  const all = await transact(
    ['folders'],
    'readonly',
    (store) => store('folders').getAll() as IDBRequest<PhotoFolder[]>,
  );
  return all.map(({ hash, name }) => ({ hash, name }));
}

type StoreName = 'runs' | 'checkpoints' | 'folders';

async function transact<T>(
  names: readonly StoreName[],
  mode: IDBTransactionMode,
  ask: (store: (name: StoreName) => IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T> {
  const db = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = db.transaction([...names], mode);
      const asked = ask((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked ? asked.result : (undefined as T));
      transaction.onabort = () => reject(refused(transaction.error));
    });
  } finally {
    db.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('runs', { keyPath: 'id' });
      opening.result.createObjectStore('checkpoints');
      opening.result.createObjectStore('folders', { keyPath: 'hash' });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(refused(opening.error));
  });
}

function refused(error: DOMException | null): StriateError {
  const full = error?.name === 'QuotaExceededError';
  return new StriateError({
    where: 'this browser',
    rule: full
      ? 'has no room for this training'
      : `keeps no trainings for this page (${error?.message ?? 'no reason given'})`,
    advice: full ? 'forget earlier trainings, or make room on the disk' : 'leave private browsing',
  });
}

import type { NamedDetection, NamedPoint } from 'striate';
import { transact } from '../../storage/database.js';
import { database } from './keptWork.js';
import type { LearnKind, LearnSettings } from './learnKinds.js';

/** A model that was learned here, as this browser keeps it. */
export interface LearntModel extends LearnSettings {
  readonly bytes: Uint8Array;
  /** The network's input: [H, W, C]. */
  readonly inputShape: readonly number[];
  readonly pictures: number;
  readonly step: number;
  readonly steps: number;
  /** The loss after each of these steps: [step, loss], … */
  readonly curve: readonly (readonly [step: number, loss: number])[];
  readonly seconds: number;
}

/** What a model sees in a picture; classes are known by their names. */
export interface Found {
  readonly boxes?: readonly NamedDetection[];
  readonly points?: readonly NamedPoint[];
  /** Of each pixel its class, 0 the background. */
  readonly masks?: {
    readonly width: number;
    readonly height: number;
    readonly labels: Uint8Array | Uint16Array;
    readonly classNames: readonly string[];
    /** How many pixels are of each class. */
    readonly areas: readonly number[];
  };
}

/** Keeps what was learned of a kind, in place of what was there. */
export async function keepLearnt(model: LearntModel): Promise<void> {
  await transact(database, ['models'], 'readwrite', (store) => store('models').put(model));
}

/** What was learned of a kind; undefined where nothing was. */
export async function keptLearnt(kind: LearnKind): Promise<LearntModel | undefined> {
  return transact(
    database,
    ['models'],
    'readonly',
    (store) => store('models').get(kind) as IDBRequest<LearntModel | undefined>,
  );
}

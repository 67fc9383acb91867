import type { NamedDetection, NamedPoint } from 'striate';
import { transact } from '../../storage/database.js';
import { database } from './keptWork.js';

/** What can be learned from annotations. */
export const learnKinds = ['boxes', 'masks', 'points'] as const;

/** One of them. */
export type LearnKind = (typeof learnKinds)[number];

/** The side of what a small network takes, and its layers' filters and strides. */
export const smallSide = 128;
export const smallLayers = [
  ...[[16, 2] as const, [32, 2] as const, [32, 1] as const, [64, 2] as const],
  ...[[64, 1] as const, [96, 2] as const, [96, 1] as const],
] as const;

/** How it is learned. */
export interface LearnSettings {
  readonly kind: LearnKind;
  /** `fresh` for a small network that starts afresh, or a network that has learned before, by what addresses call it. */
  readonly backbone: string;
  /** How often each picture is seen. */
  readonly passes: number;
}

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

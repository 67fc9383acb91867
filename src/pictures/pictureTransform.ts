import type { Random } from '../tensor/index.js';

/** A decoded picture: rows of pixels, each with its channels side by side (grey: 1, red-green-blue: 3). */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** What a picture becomes: rows, columns and channels of one example. */
export interface PictureTarget {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A transform in plain values (JSON), from which a worker thread makes the same transform again. */
export interface TransformDescription {
  /** The row of the table of transforms (`transformTable.ts`). */
  readonly kind: string;
  readonly [option: string]: unknown;
}

/**
 * What is done to every picture between its file and the batch: it takes pixels of any size and writes the numbers that the
 * model sees. Random choices are drawn from `random` alone, which is made anew for every picture from the seed, the epoch
 * and the picture's number: what a picture becomes never depends on the pictures before it, on workers, or on timing.
 */
export interface PictureTransform {
  /**
   * The transform in plain values, with which worker threads make it again; undefined where it holds a function of the
   * user's, which is then called on the main thread.
   */
  readonly description: TransformDescription | undefined;
  /**
   * How large pictures should come: the shorter side as a multiple of the target's, the whole picture, proportions kept.
   * Undefined: exactly at the target's size, cut or stretched as the data set says.
   */
  readonly enlarge?: number;
  /** Loads what the transform needs, before `apply` is called; left out where it needs nothing. */
  ready?(): Promise<void>;
  /**
   * Makes one picture an example.
   *
   * @param pixels of `target.channels` channels; not to be changed: they may be kept for the next epoch
   * @param target rows, columns and channels to write
   * @param random where every random choice comes from
   * @param out receives target.height × target.width × target.channels numbers from `offset`
   */
  apply(pixels: Pixels, target: PictureTarget, random: Random, out: Float32Array, offset: number): void;
}

import type { Random } from '../tensor/index.js';

/** A decoded picture: rows of pixels with interleaved channels (grey: 1, RGB: 3). */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Whether light and dark were exchanged. */
  readonly inverted?: boolean;
}

/** What a picture becomes: rows, columns and channels of one example. */
export interface PictureTarget {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A transform in plain values (JSON), from which a worker thread recreates it. */
export interface TransformDescription {
  /** The row of the table of transforms (`transformFrom.ts`). */
  readonly kind: string;
  readonly [option: string]: unknown;
}

/**
 * The step from a decoded picture to the batch: takes pixels of any size and writes the numbers that the model sees. Random
 * choices are drawn from `random` alone, which is created for every picture from the seed, the epoch and the picture's
 * index: the result never depends on earlier pictures, on workers, or on timing.
 */
export interface PictureTransform {
  /**
   * The transform in plain values, from which worker threads recreate it; undefined if it contains a user's function, which
   * is then called on the main thread.
   */
  readonly description: TransformDescription | undefined;
  /**
   * How large pictures should arrive: the shorter side as a multiple of the target's, uncropped, proportions kept.
   * Undefined: exactly at the target's size, cropped or stretched as the data set says.
   */
  readonly enlarge?: number;
  /** Loads what the transform needs before `apply` is called; omitted if it needs nothing. */
  ready?(): Promise<void>;
  /**
   * Makes one picture an example.
   *
   * @param pixels of `target.channels` channels; must not be changed: they may be cached for the next epoch
   * @param target rows, columns and channels to write
   * @param random where every random choice comes from
   * @param out receives target.height × target.width × target.channels numbers from `offset`
   */
  apply(pixels: Pixels, target: PictureTarget, random: Random, out: Float32Array, offset: number): void;
}

import type { PictureGeometry } from './pictureGeometry.js';
import type { PictureLimits } from './pictureReader.js';
import type { Pixels, TransformDescription } from './pictureTransform.js';

/** Pixels that threads share. */
export type SharedPixels = Omit<Pixels, 'data'> & { readonly data: Uint8Array<SharedArrayBuffer> };

/** A stage in plain values; without a transform, pictures are only decoded. */
export interface DescribedStage {
  readonly geometry: PictureGeometry;
  readonly transform: TransformDescription | undefined;
}

/** What a decoding thread is started with. */
export interface DecoderStart {
  readonly stages: readonly DescribedStage[];
  readonly limits: PictureLimits;
}

/** One more stage for a thread that runs already. */
export interface StageNews {
  readonly stage: DescribedStage;
}

/** One picture for a decoding thread. */
export interface DecodeTask {
  readonly id: number;
  /** Which of the stages. */
  readonly stage: number;
  readonly path: string;
  /** The decoded picture, if it was kept. */
  readonly pixels?: SharedPixels;
  readonly random: readonly number[];
  /** Where the batch is written. */
  readonly batch: SharedArrayBuffer;
  readonly place: number;
  /** Whether the decoded picture is wanted back. */
  readonly keep: boolean;
}

/** What becomes of a task. */
export interface DecodeAnswer {
  readonly id: number;
  readonly pixels?: SharedPixels;
  /** Why the file is skipped. */
  readonly broken?: string;
  /** Why reading has to end. */
  readonly failed?: string;
}

import type { ErrorParts } from '../../tensor/index.js';
import type { PictureGeometry } from '../../pictures/pictureGeometry.js';
import type { PictureLimits } from '../../pictures/pictureHeader.js';
import type { PictureSlot, StoreHandle } from './pictureStore.node.js';
import type { Pixels, TransformDescription } from '../../pictures/pictureTransform.js';

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
  /** The file in which decoded pictures are cached, if there is one. */
  readonly store: StoreHandle | undefined;
}

/** One more stage for a running thread. */
export interface AddedStage {
  readonly stage: DescribedStage;
}

/** One picture for a decoding thread. */
export interface DecodeTask {
  readonly id: number;
  /** Which of the stages. */
  readonly stage: number;
  readonly path: string;
  /** The decoded picture, if it is cached in memory. */
  readonly pixels?: SharedPixels;
  /** Where the decoded picture is, if it is cached on disk. */
  readonly slot?: PictureSlot;
  readonly random: readonly number[];
  /** The memory that the batch is written into, and the byte at which it begins. */
  readonly batch: SharedArrayBuffer;
  readonly begin: number;
  readonly place: number;
  /** Whether the decoded picture is wanted back. */
  readonly keep: boolean;
  /** Whether the decoded picture is to be written to disk. */
  readonly write: boolean;
}

/** The result of a task. */
export interface DecodeAnswer {
  readonly id: number;
  readonly pixels?: SharedPixels;
  /** Where the picture was written to. */
  readonly slot?: PictureSlot;
  /** Why the file is skipped. */
  readonly broken?: string;
  /** Why reading failed altogether. */
  readonly failed?: ErrorParts;
}

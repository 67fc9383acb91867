import { Random } from '../tensor/index.js';
import type { KeptPictures } from './pictureCache.js';
import type { PictureGeometry } from './pictureGeometry.js';
import type { PictureTransform, Pixels } from './pictureTransform.js';
import { PlainTransform } from './plainTransform.js';
import { resolvePreprocessing, type Preprocessing } from './preprocessing.js';

/** A file that is not a usable picture: it is skipped. */
export class BrokenPicture extends Error {}

/** The way from a picture file to numbers: how it is resized when decoded, and how its pixels are transformed. */
export interface PictureStage {
  readonly geometry: PictureGeometry;
  readonly transform: PictureTransform;
}

/**
 * Pictures prepared for a model without augmentation: what validation, prediction and search see.
 *
 * @param where what error messages begin with
 * @throws StriateError for invalid sizes, channels or numbers.
 */
export function plainStage(preprocessing: Preprocessing, where: string): PictureStage {
  const { geometry, normalization } = resolvePreprocessing(preprocessing, where);
  return { geometry, transform: new PlainTransform(normalization) };
}

/** One picture of a batch. */
export interface PictureRequest {
  /** The number of its file. */
  readonly file: number;
  /** Its place in the batch. */
  readonly place: number;
  /** The seed of its random choices. */
  readonly random: readonly number[];
}

/** A request that failed, and why. */
export interface UnreadRequest {
  readonly request: PictureRequest;
  readonly reason: string;
}

/** Reads files into batches. */
export interface PictureReader {
  /** Writes examples into x and returns those that could not be read; the order in which they are read does not matter. */
  read(stage: PictureStage, requests: readonly PictureRequest[], x: Float32Array): Promise<UnreadRequest[]>;
  /** Ends threads and releases what is cached on disk. */
  close(): Promise<void>;
}

/** Reads a file's picture, at these sizes. */
export type PictureDecoder = (file: number, geometry: PictureGeometry) => Promise<Pixels>;

/** Files that are decoded at the same time: the size of Node's thread pool. */
const atOnce = 4;

/** Reads files without worker threads. */
export class LocalReader implements PictureReader {
  constructor(
    private readonly decode: PictureDecoder,
    private readonly cache: KeptPictures,
    /** Called when the reader is closed. */
    private readonly end: () => void = () => undefined,
  ) {}

  async read(stage: PictureStage, requests: readonly PictureRequest[], x: Float32Array): Promise<UnreadRequest[]> {
    await stage.transform.ready?.();
    const unread: UnreadRequest[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < requests.length) {
        const request = requests[next++];
        const pixels = await this.pixels(request.file, stage.geometry).catch((error: unknown) => {
          if (!(error instanceof BrokenPicture)) throw error;
          unread.push({ request, reason: error.message });
        });
        if (pixels) applyStage(stage, pixels, request, x);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, requests.length) }, lane));
    return unread.sort((a, b) => a.request.place - b.request.place);
  }

  async close(): Promise<void> {
    this.end();
  }

  private async pixels(file: number, geometry: PictureGeometry): Promise<Pixels> {
    const kept = this.cache.get(file, geometry);
    if (kept) return kept;
    const pixels = await this.decode(file, geometry);
    this.cache.offer(file, geometry, pixels);
    return pixels;
  }
}

/** Writes pixels into a batch as one example. */
export function applyStage(
  { geometry, transform }: PictureStage,
  pixels: Pixels,
  { place, random }: Pick<PictureRequest, 'place' | 'random'>,
  x: Float32Array,
): void {
  const { height, width, channels } = geometry;
  transform.apply(pixels, geometry, new Random(random), x, place * height * width * channels);
}

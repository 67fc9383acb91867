import { decodeImage, files } from '#platform';
import type { Drawable } from '../platform/platform.js';
import { isShortage, reasonOf } from '../platform/systemErrors.js';
import { StriateError } from '../tensor/index.js';
import { fitPicture, reducedSize, type ReadPicture } from './fitPicture.js';
import type { PictureGeometry, PictureSize } from './pictureGeometry.js';
import {
  bytesProblem,
  formatProblem,
  headerLength,
  isSvg,
  jpegSize,
  pngCut,
  pngSize,
  sizeProblem,
  type PictureLimits,
} from './pictureHeader.js';
import { BrokenPicture } from './pictureReader.js';
import { resizing } from './pictureResampler.js';
import type { Pixels } from './pictureTransform.js';
import { opaquePixels } from './rgbaPicture.js';
import { fromYcbcr, tiffColours } from './tiffColours.js';

/** Options of `readPixels`. */
export interface ReadOptions {
  /** Whether SVG drawings are accepted; false by default: a folder of training pictures should not contain any. */
  readonly svg?: boolean;
  /** The size to which a picture may be reduced while it is decoded; its own by default. */
  readonly reduce?: (size: PictureSize) => PictureSize;
  /** What becomes of the file's colour profile, as preprocessing has it. */
  readonly colorProfile?: 'convert' | undefined;
}

/**
 * Decodes a picture file and resizes it. Training, evaluation, prediction and search all read
 * pictures here, so that a model sees the same numbers everywhere; in Node they are those of Pillow and torchvision.
 *
 * @throws BrokenPicture when the file is empty, damaged, not a picture, or larger than the limits.
 */
export async function decodePicture(
  file: Uint8Array | Blob,
  geometry: PictureGeometry,
  limits: PictureLimits,
): Promise<Pixels> {
  const picture = await readPixels(file, limits, readingFor(geometry));
  return fitPicture(picture, geometry, await resizing());
}

/** How a file is read that is going to be brought to a size. */
export function readingFor(geometry: PictureGeometry): ReadOptions {
  return { reduce: (size) => reducedSize(geometry, size), colorProfile: geometry.colorProfile };
}

/**
 * Decodes a picture file into red, green and blue. Of several pictures, the first is read; transparent parts become
 * white; the Exif orientation is applied.
 *
 * @throws BrokenPicture when the file is empty, damaged, not a picture, or larger than the limits.
 */
export async function readPixels(
  file: Uint8Array | Blob,
  limits: PictureLimits,
  { svg = false, ...options }: ReadOptions = {},
): Promise<ReadPicture> {
  refuse(bytesProblem(file instanceof Blob ? file.size : file.length, limits));
  const start = file instanceof Blob ? await startOf(file) : file;
  if (!(svg && isSvg(start))) refuse(formatProblem(start));
  const jpeg = jpegSize(start);
  const stated = jpeg ?? pngSize(start);
  // A picture that would unpack into gigabytes is not decoded.
  if (stated) refuse(sizeProblem(stated, limits));
  // The size that a PNG states does not include its orientation.
  const tiff = file instanceof Blob ? undefined : tiffColours(file);
  refuse(tiff?.problem);
  const picture = await decoded(file, limits, options, jpeg).catch((error: unknown) => {
    const cut = file instanceof Blob ? undefined : pngCut(file);
    throw cut === undefined || !(error instanceof BrokenPicture) ? error : new BrokenPicture(cut);
  });
  return tiff?.ycbcr ? { ...picture, pixels: fromYcbcr(picture.pixels) } : picture;
}

/**
 * What a file or, in browsers, a canvas, an image or a video shows.
 *
 * @throws BrokenPicture when it cannot be decoded or is larger than the limits.
 * @throws StriateError when the platform cannot decode such sources.
 */
export async function decoded(
  source: Uint8Array | Blob | Drawable,
  limits: PictureLimits,
  { reduce = (size) => size, colorProfile }: Omit<ReadOptions, 'svg'> = {},
  stated?: PictureSize,
): Promise<ReadPicture> {
  const within = (size: PictureSize): PictureSize => {
    refuse(sizeProblem(size, limits));
    return reduce(size);
  };
  const { maxPixels } = limits;
  const convertColors = colorProfile === 'convert';
  const image = await decodeImage(source, { reduce: within, stated, maxPixels, convertColors }).catch(
    (error: unknown) => {
      if (error instanceof BrokenPicture || error instanceof StriateError) throw error;
      throw new BrokenPicture(`it cannot be decoded: ${decoderReason(error)}`);
    },
  );
  const { data, width, height, channels, whole } = image;
  const pixels = channels === 4 ? opaquePixels({ data, width, height }) : { data, width, height, channels };
  return { pixels, size: whole };
}

/**
 * A file's bytes; a file that is too large is not read.
 *
 * @throws BrokenPicture when there is no such file, or one of too many bytes.
 */
export async function pictureBytes(path: string, limits: PictureLimits): Promise<Uint8Array> {
  return files
    .read(path, (size) => refuse(bytesProblem(size, limits)))
    .catch((error: unknown) => {
      if (error instanceof BrokenPicture) throw error;
      const { cause, parts } = error as StriateError;
      // Nothing is wrong with the file where the system is short of something.
      if (isShortage(cause)) throw error;
      throw new BrokenPicture(`it cannot be read (${cause === undefined ? parts.rule : reasonOf(cause)})`);
    });
}

async function startOf(file: Blob): Promise<Uint8Array> {
  const start = await file
    .slice(0, headerLength)
    .arrayBuffer()
    .catch((error: unknown) => {
      throw new BrokenPicture(`it cannot be read (${String(error)})`);
    });
  return new Uint8Array(start);
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new BrokenPicture(problem);
}

/** A decoder's reason in one line; the first line may be an empty heading. */
function decoderReason(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  return lines
    .filter(Boolean)
    .slice(0, 2)
    .join(' ')
    .replace(/[:.]+$/, '');
}

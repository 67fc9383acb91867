import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { reasonOf } from '../platform/systemErrors.js';
import { fitPicture, reducedSize, type ReadPicture } from './fitPicture.js';
import { jpegSize } from './jpegSize.js';
import { isSvg, pictureProblem } from './pictureFormat.js';
import type { PictureGeometry, PictureSize } from './pictureGeometry.js';
import { bytesProblem, sizeProblem, type PictureLimits } from './pictureLimits.js';
import { BrokenPicture } from './pictureReader.js';
import { resizing } from './pictureResampler.js';
import type { Pixels } from './pictureTransform.js';

/**
 * Decodes a picture file's bytes and brings it to size. Training, evaluation, prediction and search all read pictures here,
 * so that a model sees the same numbers everywhere, and the same as with Pillow and torchvision.
 *
 * @throws BrokenPicture when they are none, damaged, no picture, or one of more pixels than the limit.
 */
export async function decodePicture(
  bytes: Uint8Array,
  geometry: PictureGeometry,
  limits: PictureLimits,
  options: Pick<ReadOptions, 'svg'> = {},
): Promise<Pixels> {
  const reduce = (size: PictureSize): PictureSize => reducedSize(geometry, size);
  const picture = await readPixels(bytes, limits, { ...options, reduce });
  return fitPicture(picture, geometry, await resizing());
}

/** A picture that takes longer than this was made to take long. */
const seconds = 60;

/** Options of `readPixels`. */
export interface ReadOptions {
  /** Whether drawings (SVG) are pictures, too; false by default: a folder to train on should not have any. */
  readonly svg?: boolean;
  /** To which size a picture may be made smaller; JPEG files are, while they are decoded. Not at all by default. */
  readonly reduce?: (size: PictureSize) => PictureSize;
}

/**
 * Decodes a picture into red, green and blue, in threads of the picture library. The first picture of several counts;
 * transparent parts become white; orientation is what the camera noted.
 *
 * @throws BrokenPicture when the bytes are none, damaged, no picture, or one of too many pixels.
 */
export async function readPixels(
  bytes: Uint8Array,
  limits: PictureLimits,
  { svg = false, reduce = (size) => size }: ReadOptions = {},
): Promise<ReadPicture> {
  const problem = svg && isSvg(bytes) ? undefined : pictureProblem(bytes);
  if (problem) throw new BrokenPicture(problem);
  const { default: sharp } = await import('sharp');
  // Nothing is read twice: the library's own cache would only take memory.
  sharp.cache(false);
  try {
    const input = { failOn: 'error', pages: 1, sequentialRead: true, autoOrient: true } as const;
    // The size is in the first bytes: to read it costs little, however large the picture says it is.
    const seen = jpegSize(bytes) ?? (await sharp(bytes, { ...input, limitInputPixels: false }).metadata()).autoOrient;
    const { width, height } = seen;
    const refusal = sizeProblem(seen, limits);
    if (refusal) throw new BrokenPicture(refusal);
    let image = sharp(bytes, { ...input, limitInputPixels: limits.maxPixels })
      .timeout({ seconds })
      .flatten({ background: '#ffffff' });
    const size = reduce({ height, width });
    if (size.height < height || size.width < width) image = image.resize({ ...size, fit: 'fill', kernel: 'linear' });
    const { data, info } = await image
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new BrokenPicture(`it decodes to ${info.channels} channels`);
    return { pixels: { data, width: info.width, height: info.height, channels: 3 }, size: { width, height } };
  } catch (error) {
    if (error instanceof BrokenPicture) throw error;
    throw new BrokenPicture(`it cannot be decoded: ${libraryReason(error)}`);
  }
}

/** The library's reason in one line, which may lie behind a heading that says nothing. */
function libraryReason(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  return lines
    .filter(Boolean)
    .slice(0, 2)
    .join(' ')
    .replace(/[:.]+$/, '');
}

/**
 * A file's bytes; a file that is too large is not read.
 *
 * @throws BrokenPicture when there is no such file, or one of too many bytes.
 */
export async function pictureBytes(path: string, limits: PictureLimits): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    checkSize((await file.stat()).size, limits);
    return await file.readFile();
  } catch (error) {
    throw unreadable(error);
  }
}

/** The same for threads that may wait: a tenth of the work, as nothing has to be passed between threads. */
export function pictureBytesNow(path: string, limits: PictureLimits): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      checkSize(fstatSync(file).size, limits);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(error);
  }
}

function checkSize(size: number, limits: PictureLimits): void {
  const problem = bytesProblem(size, limits);
  if (problem) throw new BrokenPicture(problem);
}

function unreadable(error: unknown): BrokenPicture {
  if (error instanceof BrokenPicture) return error;
  return new BrokenPicture(`it cannot be read (${reasonOf(error)})`);
}

import { jpegSize } from './jpegSize.js';
import type { ReadPicture } from './fitPicture.js';
import { isSvg, pictureProblem } from './pictureFormat.js';
import type { PictureSize } from './pictureGeometry.js';
import { sizeProblem, type PictureLimits } from './pictureLimits.js';
import { BrokenPicture } from './pictureReader.js';

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
    throw new BrokenPicture(`it cannot be decoded: ${reasonOf(error)}`);
  }
}

/** The library's reason in one line, which may lie behind a heading that says nothing. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  return lines
    .filter(Boolean)
    .slice(0, 2)
    .join(' ')
    .replace(/[:.]+$/, '');
}

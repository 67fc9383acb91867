import { open } from 'node:fs/promises';
import { jpegSize } from './jpegSize.js';
import { pictureProblem } from './pictureFormat.js';
import { placement, type PictureGeometry } from './pictureGeometry.js';
import type { PictureLimits } from './pictureReader.js';
import { BrokenPicture } from './pictureReader.js';
import type { Pixels } from './pictureTransform.js';

const kernels = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic' } as const;

/** A picture that takes longer than this was made to take long. */
const seconds = 60;

/**
 * Decodes a picture file and brings it to size, in threads of the picture library. JPEG files are made smaller while they
 * are decoded; the first picture of several counts; transparent parts become white; orientation is what the camera noted.
 *
 * @throws BrokenPicture when the file is missing, empty, damaged, no picture, or larger than the limits.
 */
export async function decodePicture(path: string, geometry: PictureGeometry, limits: PictureLimits): Promise<Pixels> {
  const bytes = await readLimited(path, limits.maxBytes);
  const problem = pictureProblem(bytes);
  if (problem) throw new BrokenPicture(problem);
  const { default: sharp } = await import('sharp');
  // Nothing is read twice: the library's own cache would only take memory.
  sharp.cache(false);
  const { channels, interpolation } = geometry;
  try {
    const input = { failOn: 'error', pages: 1, sequentialRead: true, autoOrient: true } as const;
    // The size is in the first bytes: to read it costs little, however large the picture says it is.
    const seen = jpegSize(bytes) ?? (await sharp(bytes, { ...input, limitInputPixels: false }).metadata()).autoOrient;
    const { width, height } = seen;
    if (width * height > limits.maxPixels) throw new BrokenPicture(tooLarge(width, height, limits));
    const place = placement(geometry, width, height);
    let image = sharp(bytes, { ...input, limitInputPixels: limits.maxPixels })
      .timeout({ seconds })
      .flatten({ background: '#ffffff' })
      .resize(place.width, place.height, { fit: 'fill', kernel: kernels[interpolation] });
    if (place.keepWidth < place.width || place.keepHeight < place.height) {
      const { keepWidth, keepHeight } = place;
      const window = { width: Math.min(keepWidth, place.width), height: Math.min(keepHeight, place.height) };
      image = image.extract({ left: Math.max(0, place.left), top: Math.max(0, place.top), ...window });
    }
    // The colour space comes after resizing, on fewer pixels.
    image = channels === 1 ? image.greyscale().toColourspace('b-w') : image.toColourspace('srgb').removeAlpha();
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new BrokenPicture(`it decodes to ${info.channels} channels`);
    return onGround({ data, width: info.width, height: info.height, channels }, place);
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

function tooLarge(width: number, height: number, { maxPixels }: PictureLimits): string {
  const limit = maxPixels.toLocaleString('en-US');
  return `it has ${width} × ${height} pixels, which is above the limit of ${limit} pixels (maxPixels)`;
}

/** Puts a picture that does not fill the target in its middle, on black. */
function onGround(pixels: Pixels, { top, left, keepHeight, keepWidth }: ReturnType<typeof placement>): Pixels {
  const { width, height, channels, data } = pixels;
  if (width >= keepWidth && height >= keepHeight) return pixels;
  const ground = new Uint8Array(keepHeight * keepWidth * channels);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * channels, (y + 1) * width * channels);
    ground.set(row, ((y - top) * keepWidth - left) * channels);
  }
  return { data: ground, width: keepWidth, height: keepHeight, channels };
}

/** A file's bytes; refuses before reading what is too large. */
async function readLimited(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > maxBytes) {
      const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
      throw new BrokenPicture(`it has ${megabytes(size)}, above the limit of ${megabytes(maxBytes)} (maxBytes)`);
    }
    return await file.readFile();
  } catch (error) {
    if (error instanceof BrokenPicture) throw error;
    throw new BrokenPicture(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
  }
}

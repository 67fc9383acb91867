import { StriateError } from '../tensor/index.js';
import type { DecodedImage, DecodeImageOptions, Drawable } from './platform.js';

/** A picture that takes longer than this was made to take long. */
const seconds = 60;

/** Decodes a picture file, SVG drawings among them, in threads of the picture library. */
export async function decodeImage(
  source: Uint8Array | Blob | Drawable,
  { reduce, stated, maxPixels }: DecodeImageOptions,
): Promise<DecodedImage> {
  const bytes = source instanceof Blob ? new Uint8Array(await source.arrayBuffer()) : source;
  if (!(bytes instanceof Uint8Array)) {
    throw new StriateError({
      where: 'picture',
      rule: 'must be a path, an address, the bytes of a file, or { width, height, data } of RGBA bytes',
      received: Object.prototype.toString.call(source),
    });
  }
  const { default: sharp } = await import('sharp');
  // Nothing is read twice: the library's own cache would only take memory.
  sharp.cache(false);
  const input = { failOn: 'error', pages: 1, sequentialRead: true, autoOrient: true } as const;
  // The size is in the first bytes: reading it costs little, however large the picture claims to be.
  const { width, height } = stated ?? (await sharp(bytes, { ...input, limitInputPixels: false }).metadata()).autoOrient;
  const size = reduce({ height, width });
  let image = sharp(bytes, { ...input, limitInputPixels: maxPixels })
    .timeout({ seconds })
    .flatten({ background: '#ffffff' });
  if (size.height < height || size.width < width) image = image.resize({ ...size, fit: 'fill', kernel: 'linear' });
  const { data, info } = await image
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels`);
  return { data, width: info.width, height: info.height, channels: 3, whole: { width, height } };
}

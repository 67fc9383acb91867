import { StriateError } from '../tensor/index.js';
import type { DecodedImage, DecodeImageOptions, Drawable } from './platform.js';

/** A picture that takes longer than this was made to take long. */
const seconds = 60;

/** Decodes a picture file, SVG drawings among them, in threads of the picture library. */
export async function decodeImage(
  source: Uint8Array | Blob | Drawable,
  { reduce, stated, maxPixels, convertColors }: DecodeImageOptions,
): Promise<DecodedImage> {
  const bytes = source instanceof Blob ? new Uint8Array(await source.arrayBuffer()) : source;
  if (!(bytes instanceof Uint8Array)) {
    throw new StriateError({
      where: 'picture',
      rule: 'must be a path, an address, the bytes of a file, { width, height, data } of RGBA bytes, or what sharp gives',
      received: Object.prototype.toString.call(source),
    });
  }
  const { default: sharp } = await import('sharp');
  // Nothing is read twice: the library's own cache would only take memory.
  sharp.cache(false);
  const input = {
    failOn: 'error',
    pages: 1,
    sequentialRead: true,
    autoOrient: true,
    ignoreIcc: !convertColors,
  } as const;
  // The size is in the first bytes: reading it costs little, however large the picture claims to be.
  const known = stated ? undefined : await sharp(bytes, { ...input, limitInputPixels: false }).metadata();
  const { width, height } = stated ?? known!.autoOrient;
  // The library has a profile of its own for inks, which it would apply to files without one, too.
  const inks = known?.space === 'cmyk' && !convertColors;
  const size = reduce({ height, width });
  let image = sharp(bytes, { ...input, limitInputPixels: maxPixels }).timeout({ seconds });
  if (inks) image = image.pipelineColourspace('cmyk').removeAlpha();
  if (size.height < height || size.width < width) image = image.resize({ ...size, fit: 'fill', kernel: 'linear' });
  const { data, info } = await image
    .toColourspace(inks ? 'cmyk' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const read = { width: info.width, height: info.height, whole: { width, height } };
  if (inks && info.channels === 4) return { ...read, data: withoutInks(data), channels: 3 };
  if (info.channels !== 3 && info.channels !== 4) throw new Error(`it has ${info.channels} channels`);
  return { ...read, data, channels: info.channels };
}

/** Cyan, magenta, yellow and black as red, green and blue, by the plain rule of Pillow's `convert('RGB')`. */
function withoutInks(inks: Uint8Array): Uint8Array {
  const result = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const light = 255 - inks[from + 3];
    for (let c = 0; c < 3; c++) {
      const product = inks[from + c] * light + 128;
      result[to + c] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return result;
}

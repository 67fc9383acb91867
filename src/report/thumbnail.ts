import type { SheetPicture } from './pictureSheet.js';

/** A picture file made small enough for a square of `side` pixels, RGB; undefined where it cannot be read. */
export async function thumbnail(path: string, side: number): Promise<SheetPicture | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(path, { pages: 1, autoOrient: true })
      .resize(side, side, { fit: 'inside' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels, data };
  } catch {
    return undefined;
  }
}

/** The same as a JPEG file's bytes. */
export async function thumbnailFile(path: string, side: number): Promise<Uint8Array | undefined> {
  const picture = await thumbnail(path, side);
  if (!picture) return undefined;
  const { default: sharp } = await import('sharp');
  const { width, height, channels, data } = picture;
  const raw = { width, height, channels: channels as 1 | 3 };
  return sharp(data as Uint8Array, { raw })
    .jpeg({ quality: 82 })
    .toBuffer();
}

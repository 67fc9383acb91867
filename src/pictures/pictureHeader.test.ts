import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '../tensor/index.js';
import { jpegSize } from './pictureHeader.js';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#a04020' } });

describe('the size of a JPEG file', () => {
  const kinds = { baseline: {}, progressive: { progressive: true }, restarting: { mozjpeg: true } };
  it.each(Object.entries(kinds))('is that which a decoder sees: %s', async (_, kind) => {
    expect(jpegSize(await picture(37, 21).jpeg(kind).toBuffer())).toEqual({ width: 37, height: 21 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is turned by orientation %d as a decoder turns it', async (orientation) => {
    const turned = picture(37, 21)
      .withExif({ IFD0: { Artist: 'somebody' } })
      .withMetadata({ orientation });
    const bytes = await turned.jpeg().toBuffer();
    const { autoOrient } = await sharp(bytes).metadata();
    expect(jpegSize(bytes)).toEqual({ width: autoOrient.width, height: autoOrient.height });
  });

  it('is left to decoders in other files, and where the header ends early', async () => {
    expect(jpegSize(await picture(9, 9).png().toBuffer())).toBeUndefined();
    const bytes = await picture(300, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const found = Array.from({ length: bytes.length }, (_value, length) => jpegSize(bytes.subarray(0, length)));
    const sizes = new Set(found.map((size) => JSON.stringify(size)));
    expect([...sizes]).toEqual([undefined, JSON.stringify({ width: 200, height: 300 })]);
  });

  it('is never an error, whatever the bytes', async () => {
    const random = new Random(3);
    const sound = await picture(64, 48).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from(sound.subarray(0, 20 + random.integer(sound.length - 20)));
      for (let k = 0; k < 4; k++) bytes[2 + random.integer(Math.min(200, bytes.length - 2))] = random.integer(256);
      const size = jpegSize(bytes);
      if (size) expect(size.width > 0 && size.height > 0).toBe(true);
    }
  });
});

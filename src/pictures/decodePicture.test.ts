import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodePicture, readPixels } from './decodePicture.js';
import { pictureLimits } from './pictureHeader.js';
import type { PictureGeometry } from './pictureGeometry.js';
import { resample, wholeAt } from './resample.js';

const square = (size: number, more: Partial<PictureGeometry> = {}): PictureGeometry => ({
  height: size,
  width: size,
  channels: 3,
  fit: 'crop',
  margin: 1,
  interpolation: 'bilinear',
  ...more,
});

/** A PNG of waves of all lengths down to a few pixels. */
async function waves(width: number, height: number): Promise<Buffer> {
  const data = Buffer.from(
    Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [y, x, c] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
      return 127 + 60 * Math.sin((x * x) / (40 * width) + c) + 60 * Math.sin((y * y) / (30 * height) - c);
    }),
  );
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

it.each(['bilinear', 'bicubic'] as const)(
  'comes close to one resizing where two are made: %s',
  async (interpolation) => {
    const file = await waves(1000, 800);
    const { pixels } = await readPixels(file, pictureLimits);
    expect([pixels.width, pixels.height]).toEqual([1000, 800]);
    const wanted = resample(pixels, wholeAt(pixels, [40, 40], interpolation)).data;
    const geometry = square(40, { fit: 'stretch', interpolation });
    const { data } = await decodePicture(file, geometry, pictureLimits);
    const differences = Array.from(data, (byte, i) => Math.abs(byte - wanted[i]));
    expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThan(1);
    expect(Math.max(...differences)).toBeGreaterThan(0);
    expect(Math.max(...differences)).toBeLessThan(6);
  },
);

it('picks pixels of the whole picture where none are to be mixed', async () => {
  const file = await waves(1000, 800);
  const { pixels } = await readPixels(file, pictureLimits);
  const wanted = resample(pixels, wholeAt(pixels, [40, 40], 'nearest')).data;
  const geometry = square(40, { fit: 'stretch', interpolation: 'nearest' });
  expect([...(await decodePicture(file, geometry, pictureLimits)).data]).toEqual([...wanted]);
});

// Between rows and columns, only as much is kept as the target needs.
it.each(['crop', 'stretch', 'contain'] as const)('takes pictures of any proportions: %s', async (fit) => {
  const strip = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: '#f80' } })
      .png()
      .toBuffer();
  for (const file of [await strip(1, 60_000), await strip(60_000, 1)]) {
    const { data, width, height } = await decodePicture(file, square(64, { fit }), pictureLimits);
    expect([width, height]).toEqual([64, 64]);
    const coloured = Array.from({ length: 4096 }, (_, i) => data[3 * i] === 255 && data[3 * i + 1] === 0x88);
    expect(coloured.filter(Boolean)).toHaveLength(fit === 'contain' ? 64 : 4096);
  }
});

it('refuses a side that is longer than decoders can hold rows of', async () => {
  const strip = sharp({ create: { width: 70_000, height: 1, channels: 3, background: '#000' } });
  const bytes = await strip.png().toBuffer();
  await expect(decodePicture(bytes, square(16), pictureLimits)).rejects.toThrow(
    'it has 70000 × 1 pixels, and no side may be above 65,535',
  );
});

it('makes grey pictures with the luma of BT.601, also of colours under transparent parts', async () => {
  const red = { create: { width: 8, height: 8, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } } as const;
  const { data, channels } = await decodePicture(
    await sharp(red).png().toBuffer(),
    square(4, { channels: 1 }),
    pictureLimits,
  );
  expect(channels).toBe(1);
  // Half red, half white: 255, 127 or 128, 127 or 128.
  data.forEach((byte) => expect(Math.abs(byte - (0.299 * 255 + 0.701 * 127.5))).toBeLessThan(1));
});

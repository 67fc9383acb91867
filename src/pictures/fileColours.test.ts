import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPixels, type ReadOptions } from './decodePicture.js';
import { pictureLimits } from './pictureHeader.js';
import type { Pixels } from './pictureTransform.js';

// What is right is what Pillow 13 gives: np.asarray(Image.open(file).convert('RGB')).

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`../../test/fixtures/pictures/${name}`, import.meta.url)));
const read = async (bytes: Uint8Array, options?: ReadOptions): Promise<Pixels> =>
  (await readPixels(bytes, pictureLimits, options)).pixels;
const digest = ({ data }: Pixels): string => createHash('sha256').update(data).digest('hex').slice(0, 16);

/** The first digits of the SHA-256 of cmyk.jpg's bytes in Pillow. */
const inksAsPillow = 'fc5ad3ef2f04061d';

/** The pixels in a picture's corners. */
function corners({ data, width, height }: Pixels): number[][] {
  const last = (height - 1) * width;
  return [0, width - 1, last, last + width - 1].map((at) => [...data.subarray(3 * at, 3 * at + 3)]);
}

describe('colours of files', () => {
  it('are the numbers in the file, whatever profile it has, unless they are to be converted', async () => {
    const wide = await fixture('icc_p3.png');
    const plain = await read(wide);
    expect(corners(plain)).toEqual([
      [220, 30, 30],
      [30, 200, 40],
      [30, 40, 210],
      [230, 210, 40],
    ]);
    const [red] = corners(await read(wide, { colorProfile: 'convert' }));
    // Display P3's red lies outside sRGB.
    expect(red[0]).toBeGreaterThan(235);
    expect(red[1]).toBeLessThan(10);
  });

  it('of inks are as Pillow makes them, in JPEG and TIFF, reduced or not', async () => {
    const inks = await fixture('cmyk.jpg');
    const pixels = await read(inks);
    expect([pixels.width, pixels.height, digest(pixels)]).toEqual([64, 48, inksAsPillow]);
    const tiff = await sharp(inks, { ignoreIcc: true })
      .pipelineColourspace('cmyk')
      .toColourspace('cmyk')
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect(digest(await read(tiff))).toBe(inksAsPillow);
    const reduced = await read(inks, { reduce: () => ({ width: 32, height: 24 }) });
    expect([reduced.width, reduced.height, reduced.channels]).toEqual([32, 24, 3]);
    const cyan = sharp({ create: { width: 8, height: 8, channels: 3, background: '#00ffff' } });
    const printed = await cyan.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await read(printed)).channels).toBe(3);
  });

  it('in transparent places are those of a white ground, rounded as Pillow rounds them', async () => {
    const bytes = Uint8Array.from([10, 200, 30, 0, 10, 200, 30, 128, 10, 200, 30, 255, 0, 0, 0, 1]);
    const file = await sharp(bytes, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    // white.paste(picture, mask=picture.getchannel('A'))
    expect([...(await read(file)).data]).toEqual([255, 255, 255, 132, 227, 142, 10, 200, 30, 254, 254, 254]);
  });
});

describe('a TIFF of luma and chroma', () => {
  /** 2 × 1 pixels, red and blue, uncompressed. */
  function tiff(subsampling: readonly [number, number] | undefined): Uint8Array {
    // prettier-ignore
    const entries: [tag: number, type: number, count: number, value: number][] = [
      [256, 3, 1, 2], [257, 3, 1, 1], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 6], [273, 4, 1, 0],
      [277, 3, 1, 3], [278, 3, 1, 1], [279, 4, 1, 6],
    ];
    if (subsampling) entries.push([530, 3, 2, subsampling[0] + subsampling[1] * 65536]);
    const start = 8 + 2 + entries.length * 12 + 4;
    const bytes = new Uint8Array(start + 6);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0x4949);
    view.setUint16(2, 42, true);
    view.setUint32(4, 8, true);
    view.setUint16(8, entries.length, true);
    entries.forEach(([tag, type, count, value], i) => {
      const at = 10 + i * 12;
      view.setUint16(at, tag, true);
      view.setUint16(at + 2, type, true);
      view.setUint32(at + 4, count, true);
      view.setUint32(at + 8, tag === 273 ? start : value, true);
    });
    bytes.set([76, 85, 255, 29, 255, 107], start);
    return bytes;
  }

  it('is read in red, green and blue', async () => {
    const { data } = await read(tiff([1, 1]));
    [254, 0, 0, 0, 0, 254].forEach((value, i) => expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(1));
  });

  it('is refused where its chroma is smaller, which is what no word about it means', async () => {
    for (const file of [tiff([2, 2]), tiff([2, 1]), tiff(undefined)]) {
      await expect(read(file)).rejects.toThrow(/luma and chroma of different sizes/);
    }
  });

  it('that is compressed by JPEG is left to its decoder', async () => {
    const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: '#dc1e1e' } });
    const [first] = corners(await read(await picture.tiff({ compression: 'jpeg', quality: 95 }).toBuffer()));
    [220, 30, 30].forEach((value, c) => expect(Math.abs(first[c] - value)).toBeLessThanOrEqual(3));
  });
});

it('says how much of a PNG is missing at its end', async () => {
  await expect(read(await fixture('png_cut.png'))).rejects.toThrow(
    /it ends too early: 4 bytes of its picture data are missing/,
  );
  const whole = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  await expect(read(new Uint8Array(whole.subarray(0, whole.length - 30)))).rejects.toThrow(/it ends too early/);
});

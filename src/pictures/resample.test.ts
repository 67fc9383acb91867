import { describe, expect, it } from 'vitest';
import { Random } from '../tensor/index.js';
import { PictureResampler } from './pictureResampler.js';
import type { Pixels } from './pictureTransform.js';
import { resample, wholeAt, type Resizing } from './resample.js';

/** 7×5 pixels of colours without order. */
const width = 7;
const height = 5;
const rgb = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
  const [y, x, channel] = [Math.floor(i / (3 * width)), Math.floor(i / 3) % width, i % 3];
  return (37 * y + 59 * x + 83 * channel) % 256;
});

/** The red of a picture, row by row. */
function red(picture: { width: number; channels: number; data: ArrayLike<number> }): number[][] {
  const { width: columns, channels, data } = picture;
  const values = Array.from(data).filter((_, i) => i % channels === 0);
  return Array.from({ length: values.length / columns }, (_, y) => values.slice(y * columns, (y + 1) * columns));
}

describe('resample gives what Pillow 9.4 gives', () => {
  const smaller = {
    nearest: ['59 177 39', '96 214 76', '170 32 150', '207 69 187'],
    bilinear: ['60 156 98', '103 154 99', '147 136 143', '149 90 186'],
    bicubic: ['50 165 96', '103 157 95', '151 137 143', '150 76 196'],
  } as const;
  const larger = {
    nearest: '0 0 59 118 118 177 236 236 39 98 98',
    bilinear: '0 27 64 102 139 177 215 182 57 71 98',
    bicubic: '0 20 63 101 137 176 239 201 47 61 101',
  } as const;

  it.each(['nearest', 'bilinear', 'bicubic'] as const)('%s', (interpolation) => {
    const picture = { width, height, channels: 3, data: rgb };
    const small = resample(picture, wholeAt(picture, [4, 3], interpolation));
    expect(red(small).map((row) => row.join(' '))).toEqual(smaller[interpolation]);
    const large = resample(picture, wholeAt(picture, [6, 11], interpolation));
    expect([large.width, large.height, red(large)[0].join(' ')]).toEqual([11, 6, larger[interpolation]]);
  });
});

/** A picture of random bytes, with runs of black and white, at which sums leave 0 to 255. */
function noise(random: Random, height: number, width: number, channels: number): Pixels {
  const byte = (): number => (random.uniform() < 0.4 ? (random.uniform() < 0.5 ? 0 : 255) : random.integer(256));
  return { height, width, channels, data: Uint8Array.from({ length: height * width * channels }, byte) };
}

it('gives a part of what the whole would be', () => {
  const random = new Random(3);
  for (const interpolation of ['nearest', 'bilinear', 'bicubic'] as const) {
    const picture = noise(random, 40, 31, 3);
    const whole = wholeAt(picture, [17, 50], interpolation);
    const part = resample(picture, {
      ...whole,
      rows: { ...whole.rows, keep: { start: 5, length: 9 } },
      columns: { ...whole.columns, keep: { start: 20, length: 30 } },
    });
    const { data } = resample(picture, whole);
    const rows = Array.from({ length: 9 }, (_, y) => [
      ...data.subarray(((5 + y) * 50 + 20) * 3, ((5 + y) * 50 + 50) * 3),
    ]);
    expect([...part.data]).toEqual(rows.flat());
  }
});

it('takes a part of the picture, also of pixels', () => {
  const picture = { height: 1, width: 4, channels: 1, data: Uint8Array.of(0, 100, 200, 40) };
  const rows = { size: 1, from: { start: 0, length: 1 }, target: 1, keep: { start: 0, length: 1 } };
  const half = (start: number): Resizing['columns'] => ({
    size: 4,
    from: { start, length: 2 },
    target: 1,
    keep: { start: 0, length: 1 },
  });
  // The filter reaches a pixel further on both sides: (1 · 0 + 3 · 100 + 3 · 200 + 1 · 40) / 8.
  expect([...resample(picture, { rows, columns: half(1), interpolation: 'bilinear' }).data]).toEqual([118]);
  // The middle is at 1.25 and the reach 2: pixels at 0.5, 1.5 and 2.5 count.
  const shares = [0.625, 0.875, 0.375].map((share) => share / 1.875);
  const mixed = Math.round(shares[1] * 100 + shares[2] * 200);
  expect([...resample(picture, { rows, columns: half(0.25), interpolation: 'bilinear' }).data]).toEqual([mixed]);
});

it('is the same with vectors, to the bit, whatever the shapes', async () => {
  const vectors = await PictureResampler.load();
  const random = new Random(7);
  const upTo = (n: number): number => 1 + random.integer(n);
  for (let i = 0; i < 120; i++) {
    // Some pictures are copied in several bands.
    const [height, width] = i % 20 === 0 ? [upTo(300), 900] : [upTo(60), upTo(60)];
    const picture = noise(random, height, width, i % 10 === 9 ? 1 : 3);
    const interpolation = random.uniform() < 0.5 ? 'bilinear' : 'bicubic';
    const whole = wholeAt(picture, [upTo(70), upTo(70)], interpolation);
    const part = (axis: Resizing['rows']): Resizing['rows'] => {
      const start = random.integer(axis.target);
      return { ...axis, keep: { start, length: 1 + random.integer(axis.target - start) } };
    };
    const wanted = i % 2 === 0 ? whole : { ...whole, rows: part(whole.rows), columns: part(whole.columns) };
    const [expected, actual] = [resample(picture, wanted), vectors.resample(picture, wanted)];
    expect([actual.height, actual.width, actual.channels]).toEqual([
      expected.height,
      expected.width,
      expected.channels,
    ]);
    expect(Buffer.compare(Buffer.from(actual.data), Buffer.from(expected.data)), JSON.stringify(wanted)).toBe(0);
  }
});

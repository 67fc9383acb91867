import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../tensor/index.js';
import {
  aboutCentre,
  compose,
  flip,
  identity,
  rotation,
  shear,
  translation,
  zoom,
  type Affine,
} from './affineMatrix.js';
import { AugmentTransform } from './augmentTransform.js';
import { drawKerasGeometry, drawShift } from './kerasGeometry.js';
import type { AugmentationOptions, FillMode } from './augmentationOptions.js';
import { Resampler } from './resampler.js';

/** Samples a grey picture of rows along a matrix. */
function run(rows: number[][], m: Affine, mode: FillMode = 'nearest', cval = 0): number[][] {
  const frame = { height: rows.length, width: rows[0].length };
  const out = new Float32Array(frame.height * frame.width);
  const source = { data: Uint8Array.from(rows.flat()), ...frame, channels: 1 };
  new Resampler().run(source, m, frame, { mode, cval, step: [1, 1], gain: 1 }, out, 0);
  return rows.map((_, r) =>
    [...out.subarray(r * frame.width, (r + 1) * frame.width)].map((v) => Math.round(v * 1e3) / 1e3),
  );
}

const small = [
  [10, 20, 30],
  [40, 50, 60],
  [70, 80, 90],
];
const three = { height: 3, width: 3 };

describe('whole-pixel geometry', () => {
  it('shifts, and continues the picture as the fill mode says', () => {
    const row = [[1, 2, 3, 4]];
    const left = (mode: FillMode, by: number): number[] => run(row, translation(0, by), mode, 9)[0];
    expect(left('nearest', 2)).toEqual([3, 4, 4, 4]);
    expect(left('constant', 2)).toEqual([3, 4, 9, 9]);
    expect(left('reflect', 2)).toEqual([3, 4, 4, 3]);
    expect(left('wrap', 2)).toEqual([3, 4, 1, 2]);
    expect(left('nearest', -3)).toEqual([1, 1, 1, 1]);
    expect(left('constant', -3)).toEqual([9, 9, 9, 1]);
    expect(left('reflect', -3)).toEqual([3, 2, 1, 1]);
    expect(left('wrap', -3)).toEqual([2, 3, 4, 1]);
    // Further than the whole picture.
    expect(left('reflect', 6)).toEqual([2, 1, 1, 2]);
    expect(left('wrap', 6)).toEqual([3, 4, 1, 2]);
    expect(run(small, translation(1, 0), 'constant')).toEqual([
      [40, 50, 60],
      [70, 80, 90],
      [0, 0, 0],
    ]);
    expect(left('wrap', 0.5)).toEqual([1.5, 2.5, 3.5, 2.5]);
    expect(left('reflect', 0.5)).toEqual([1.5, 2.5, 3.5, 4]);
  });

  it('rotates by 90° the way Keras does, at every fill mode', () => {
    for (const mode of ['nearest', 'constant', 'reflect', 'wrap'] as const) {
      // Row r, column c comes from row −c, column r about the middle.
      expect(run(small, aboutCentre(rotation(90), three), mode, 200)).toEqual([
        [70, 40, 10],
        [80, 50, 20],
        [90, 60, 30],
      ]);
    }
  });

  it('flips', () => {
    expect(run(small, flip(three, true, false))[0]).toEqual([30, 20, 10]);
    expect(run(small, flip(three, false, true))[0]).toEqual([70, 80, 90]);
  });

  it('zooms: 0.5 shows the middle twice as large', () => {
    const row = [[0, 100, 200, 100, 0]];
    expect(run(row, aboutCentre(zoom(1, 0.5), { height: 1, width: 5 }))[0]).toEqual([100, 150, 200, 150, 100]);
    // 2 shows it half as large: every second pixel, averaged over its neighbour.
    const large = Array.from({ length: 8 }, () => [80, 80, 80, 80, 80, 80, 80, 80]);
    const half = run(large, aboutCentre(zoom(2, 2), { height: 8, width: 8 }), 'constant', 0);
    expect(half.map((line) => line.filter((v) => v === 80).length)).toEqual([0, 0, 4, 4, 4, 4, 0, 0]);
  });
});

/** scipy.ndimage.affine_transform at order 1, pixel by pixel, as Keras calls it. */
function keras(rows: number[][], m: number[][], mode: FillMode, cval: number): number[][] {
  const [h, w] = [rows.length, rows[0].length];
  const fold = (i: number, n: number): number => {
    if (mode === 'wrap') return ((i % n) + n) % n;
    if (mode !== 'reflect') return Math.min(n - 1, Math.max(0, i));
    while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    return i;
  };
  const near = (v: number): number => (Math.abs(v - Math.round(v)) < 1e-9 ? Math.round(v) : v);
  return rows.map((line, r) =>
    line.map((_, c) => {
      const y = near(m[0][0] * r + m[0][1] * c + m[0][2]);
      const x = near(m[1][0] * r + m[1][1] * c + m[1][2]);
      if (mode === 'constant' && (y < 0 || y > h - 1 || x < 0 || x > w - 1)) return cval;
      const [i, j] = [Math.floor(y), Math.floor(x)];
      let sum = 0;
      for (const [row, v] of [
        [i, 1 - (y - i)],
        [i + 1, y - i],
      ] as const)
        for (const [column, u] of [
          [j, 1 - (x - j)],
          [j + 1, x - j],
        ] as const)
          sum += v * u * rows[fold(row, h)][fold(column, w)];
      return sum;
    }),
  );
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0].map((_, c) => row.reduce((sum, v, k) => sum + v * b[k][c], 0)));
}

/** The matrices of keras.preprocessing's apply_affine_transform. */
function kerasMatrix(
  theta: number,
  tx: number,
  ty: number,
  lean: number,
  zx: number,
  zy: number,
  h: number,
  w: number,
): number[][] {
  const t = (theta * Math.PI) / 180;
  const s = (lean * Math.PI) / 180;
  const rotate = [
    [Math.cos(t), -Math.sin(t), 0],
    [Math.sin(t), Math.cos(t), 0],
    [0, 0, 1],
  ];
  const shift = [
    [1, 0, tx],
    [0, 1, ty],
    [0, 0, 1],
  ];
  const sheared = [
    [1, -Math.sin(s), 0],
    [0, Math.cos(s), 0],
    [0, 0, 1],
  ];
  const zoomed = [
    [zx, 0, 0],
    [0, zy, 0],
    [0, 0, 1],
  ];
  const [x, y] = [h / 2 - 0.5, w / 2 - 0.5];
  const offset = [
    [1, 0, x],
    [0, 1, y],
    [0, 0, 1],
  ];
  const reset = [
    [1, 0, -x],
    [0, 1, -y],
    [0, 0, 1],
  ];
  return [rotate, shift, sheared, zoomed, reset].reduce(product, offset);
}

describe("Keras's formulas", () => {
  const modes = fc.constantFrom<FillMode>('nearest', 'constant', 'reflect', 'wrap');
  const angle = fc.double({ min: -180, max: 180, noNaN: true });
  const pixels = fc.double({ min: -9, max: 9, noNaN: true });
  const scale = fc.double({ min: 0.3, max: 1.3, noNaN: true });

  it('gives the same pixels as a chain of matrices and a plain sampler', () => {
    fc.assert(
      fc.property(
        modes,
        angle,
        pixels,
        pixels,
        fc.integer({ min: -30, max: 30 }),
        scale,
        scale,
        fc.integer(),
        (mode, theta, tx, ty, lean, zx, zy, seed) => {
          const random = new Random(seed);
          const rows = Array.from({ length: 5 }, () => Array.from({ length: 7 }, () => random.integer(256)));
          const m = aboutCentre(compose(rotation(theta), translation(tx, ty), shear(lean), zoom(zx, zy)), {
            height: 5,
            width: 7,
          });
          // A matrix that shrinks by half or more averages first, which scipy does not.
          fc.pre(Math.hypot(m[0], m[1]) < 1.5 && Math.hypot(m[3], m[4]) < 1.5);
          const expected = keras(rows, kerasMatrix(theta, tx, ty, lean, zx, zy, 5, 7), mode, 77);
          run(rows, m, mode, 77).forEach((line, r) => {
            line.forEach((value, c) => expect(Math.abs(value - expected[r][c])).toBeLessThan(0.02));
          });
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  it('composes: one sampling is the product of the single transforms', () => {
    const frame = { height: 40, width: 60 };
    const parts = [
      aboutCentre(rotation(20), frame),
      translation(3, -5),
      aboutCentre(zoom(0.8, 0.9), frame),
      flip(frame, true, false),
    ];
    // A smooth picture, so that what repeated interpolation blurs is small.
    const rows = Array.from({ length: 40 }, (_, r) =>
      Array.from({ length: 60 }, (__, c) => Math.round(128 + 100 * Math.sin(r / 9) * Math.cos(c / 11))),
    );
    const once = run(rows, compose(...parts));
    const chain = parts.reduce((picture, part) => run(picture, part), rows);
    for (let r = 14; r < 26; r++)
      for (let c = 22; c < 38; c++) expect(Math.abs(once[r][c] - chain[r][c])).toBeLessThan(2);
  });

  it('draws shifts as fractions, whole pixels, pixels or from a list', () => {
    const drawn = (range: number | number[]): number[] => {
      const random = new Random(3);
      return Array.from({ length: 400 }, () => drawShift(range, 50, random));
    };
    const fractions = drawn(0.2);
    expect(Math.max(...fractions)).toBeGreaterThan(9.5);
    expect(Math.max(...fractions.map(Math.abs))).toBeLessThanOrEqual(10);
    expect(new Set(drawn(3).map((v) => v + 0))).toEqual(new Set([0, 1, 2, -1, -2]));
    expect(Math.max(...drawn(2.5))).toBeGreaterThan(2.3);
    expect(new Set(drawn([0.1, 0.2]).map((v) => Math.round(v)))).toEqual(new Set([5, 10, -5, -10]));
    expect(new Set(drawn([4, 7]))).toEqual(new Set([4, 7, -4, -7]));
  });

  it('never goes beyond its ranges', () => {
    const frame = { height: 20, width: 30 };
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 90 }), (seed, degrees) => {
        const random = new Random(seed);
        const turn = drawKerasGeometry({ rotationRange: degrees }, frame, random);
        expect(Math.abs(Math.atan2(turn[3], turn[0]) * 180) / Math.PI).toBeLessThanOrEqual(degrees);
        const shift = drawKerasGeometry({ widthShiftRange: 0.25, heightShiftRange: 0.5 }, frame, random);
        expect(Math.abs(shift[2])).toBeLessThanOrEqual(10);
        expect(Math.abs(shift[5])).toBeLessThanOrEqual(7.5);
        const zoomed = drawKerasGeometry({ zoomRange: [0.7, 1.4] }, frame, random);
        for (const factor of [zoomed[0], zoomed[4]]) expect(factor >= 0.7 && factor <= 1.4).toBe(true);
        const sheared = drawKerasGeometry({ shearRange: 10 }, frame, random);
        expect(Math.abs(Math.asin(sheared[1]) * 180) / Math.PI).toBeLessThanOrEqual(10 + 1e-9);
      }),
      { seed: 3 },
    );
    expect(drawKerasGeometry({}, frame, new Random(1))).toEqual(identity);
    const flips = Array.from(
      { length: 200 },
      (_, seed) => drawKerasGeometry({ horizontalFlip: true }, frame, new Random(seed))[4],
    );
    expect(flips.filter((sign) => sign === -1).length).toBeGreaterThan(70);
    expect(flips.filter((sign) => sign === 1).length).toBeGreaterThan(70);
  });
});

describe('sizes', () => {
  const make = (options: AugmentationOptions, data: Uint8Array, side: number, target: number): Float32Array => {
    const out = new Float32Array(target * target);
    const frame = { height: target, width: target, channels: 1 };
    new AugmentTransform(options).apply({ data, height: side, width: side, channels: 1 }, frame, new Random(4), out, 0);
    return out;
  };

  it('averages fine patterns away where a picture becomes smaller', () => {
    const stripes = Uint8Array.from({ length: 64 * 64 }, (_, at) => (at % 2) * 255);
    for (const value of make({ randomResizedCrop: { scale: [1, 1], ratio: [1, 1] } }, stripes, 64, 16)) {
      expect(value).toBeCloseTo(0.5, 5);
    }
    // A picture of odd size, whose last blocks are smaller.
    const even = new Uint8Array(63 * 63).fill(255);
    for (const value of make({ rotationRange: 30 }, even, 63, 16)) expect(value).toBeCloseTo(1, 5);
  });

  it('means Keras’s fractions in the size that the model takes', () => {
    const ramp = Uint8Array.from({ length: 32 * 32 }, (_, at) => (at % 32) * 8);
    const resized = make({}, ramp, 32, 16);
    const shifted = make({ widthShiftRange: [0.25] }, ramp, 32, 16);
    const by = Math.round((shifted[8] - resized[8]) / (resized[9] - resized[8]));
    expect(Math.abs(by)).toBe(4);
  });

  it('leaves no border where a constant fills around an enlarged picture', () => {
    const even = new Uint8Array(8 * 8).fill(100);
    for (const value of make({ fillMode: 'constant', cval: 0 }, even, 8, 20)) expect(value).toBeCloseTo(100 / 255, 6);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { applyOperator, valueOf } from './applyOperator.js';
import { checkGradients } from './gradientCheck.js';
import {
  coordinateModes,
  nearestRoundings,
  resize2d,
  resize2dGradient,
  type CoordinateMode,
  type NearestRounding,
  type Resize2dAttributes,
} from './resize2d.js';
import { interpolations } from './upSampling2d.js';

/** What onnxruntime gave for a picture of 3×4 (testdata/resize2d.py), by `5x7 nearest half_pixel floor`. */
const { x, cases } = JSON.parse(readFileSync(new URL('./testdata/resize2d.json', import.meta.url), 'utf8')) as {
  readonly x: readonly number[];
  readonly cases: Readonly<Record<string, readonly number[]>>;
};

const camel = (words: string): string => words.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

it.each(Object.entries(cases))('gives what onnxruntime gives: %s', (key, expected) => {
  const [size, mode, coordinates, rounding = 'floor'] = key.split(' ');
  const [height, width] = size.split('x').map(Number);
  const { shape, data } = applyOperator(resize2d, [valueOf([...x], [1, 3, 4, 1])], {
    from: [3, 4],
    to: [height, width],
    interpolation: mode === 'nearest' ? 'nearest' : 'bilinear',
    coordinates: camel(coordinates) as CoordinateMode,
    rounding: camel(rounding) as NearestRounding,
  });
  expect(shape).toEqual([1, height, width, 1]);
  // Rounded to five decimals.
  data.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-4));
});

const side = fc.integer({ min: 1, max: 5 });
const drawn = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    channels: fc.integer({ min: 1, max: 3 }),
    from: fc.tuple(side, side),
    to: fc.tuple(side, side),
    interpolation: fc.constantFrom(...interpolations),
    coordinates: fc.constantFrom(...coordinateModes),
    rounding: fc.constantFrom(...nearestRoundings),
  })
  .map(({ batch, channels, ...attributes }) => ({ shapes: [[batch, ...attributes.from, channels]], attributes }));

test('the gradient and its own gradient agree with central differences', () => {
  checkGradients(resize2d, drawn);
  const resized = drawn.map(({ shapes: [[batch, , , channels]], attributes }) => ({
    shapes: [[batch, ...attributes.to, channels]],
    attributes,
  }));
  checkGradients(resize2dGradient, resized);
});

test('what cannot be is refused', () => {
  const wanted: Resize2dAttributes = {
    from: [1, 2],
    to: [2, 3],
    interpolation: 'bilinear',
    coordinates: 'halfPixel',
    rounding: 'floor',
  };
  const resize = (changes: Partial<Resize2dAttributes>) => (): unknown =>
    applyOperator(resize2d, [valueOf([1, 2], [1, 1, 2, 1])], { ...wanted, ...changes });
  expect(resize({ to: [0, 3] })).toThrow('resize2d: sizes must be two whole numbers from 1; received [[1, 2], [0, 3]]');
  expect(resize({ from: [2, 2] })).toThrow('resize2d: takes pictures of 2×2; received [1, 1, 2, 1]');
  expect(resize({ coordinates: 'corners' as CoordinateMode })).toThrow(
    "resize2d: coordinates must be one of halfPixel, pytorchHalfPixel, alignCorners, asymmetric; received 'corners'",
  );
});

import type { Reference } from '../graph/index.js';
import type { Shape } from '../tensor/index.js';
import type { AffineTransformAttributes, FillMode } from './affineTransform.js';

/** Where on an axis of so many pixels a place beyond its ends is read. */
const placeWithin: Readonly<Record<FillMode, (at: number, size: number) => number>> = {
  constant: (at) => at,
  nearest: (at, size) => within(at, size),
  reflect(at, size) {
    const both = 2 * size;
    let place = at;
    if (place < 0) {
      if (place < both) place += both * Math.trunc(-place / both);
      place = place < -size ? place + both : -place - 1;
    } else if (place > size - 1) {
      place -= both * Math.trunc(place / both);
      if (place >= size) place = both - place - 1;
    }
    return within(place, size);
  },
  wrap(at, size) {
    if (size === 1) return 0;
    let place = at;
    if (place < 0) place += size * (Math.trunc(-place / (size - 1)) + 1);
    else if (place > size - 1) place -= size * Math.trunc(place / (size - 1));
    return within(place, size);
  },
};

function within(at: number, size: number): number {
  return Math.min(Math.max(at, 0), size - 1);
}

/** Halves go away from 0. */
const rounded = (at: number): number => Math.sign(at) * Math.floor(Math.abs(at) + 0.5);

/** Farther away is nothing but what fills. */
const farthest = 1e9;

/** Visits what each output pixel is made of: the input pixel, or −1 beyond the edges, and its share; by flat positions. */
function visitPixels(
  [batch, height, width, channels]: Shape,
  transforms: ArrayLike<number>,
  { interpolation, fillMode }: AffineTransformAttributes,
  visit: (from: number, to: number, share: number, channels: number) => void,
): void {
  for (let n = 0; n < batch; n++) {
    const [a0, a1, a2, b0, b1, b2, c0, c1] = Array.from({ length: 8 }, (_, i) => transforms[8 * n + i]);
    const pixel = (row: number, column: number): number =>
      row < 0 || column < 0 || row >= height || column >= width ? -1 : ((n * height + row) * width + column) * channels;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const to = ((n * height + y) * width + x) * channels;
        const k = c0 * x + c1 * y + 1;
        const [wantedX, wantedY] = [(a0 * x + a1 * y + a2) / k, (b0 * x + b1 * y + b2) / k];
        if (!(Math.abs(wantedX) < farthest && Math.abs(wantedY) < farthest)) {
          visit(-1, to, 1, channels);
          continue;
        }
        const [column, row] = [placeWithin[fillMode](wantedX, width), placeWithin[fillMode](wantedY, height)];
        if (interpolation === 'nearest') {
          visit(pixel(rounded(row), rounded(column)), to, 1, channels);
          continue;
        }
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const [below, behind] = [row - top, column - left];
        visit(pixel(top, left), to, (1 - below) * (1 - behind), channels);
        visit(pixel(top, left + 1), to, (1 - below) * behind, channels);
        visit(pixel(top + 1, left), to, below * (1 - behind), channels);
        visit(pixel(top + 1, left + 1), to, below * behind, channels);
      }
  }
}

export const affineTransformReference: Reference<AffineTransformAttributes> = ([x, transforms], attributes, y) => {
  visitPixels(x.shape, transforms.data, attributes, (from, to, share, channels) => {
    for (let c = 0; c < channels; c++) y.data[to + c] += share * (from < 0 ? attributes.fillValue : x.data[from + c]);
  });
};

export const affineTransformGradientReference: Reference<AffineTransformAttributes> = (
  [dy, transforms],
  attributes,
  dx,
) => {
  visitPixels(dy.shape, transforms.data, attributes, (from, to, share, channels) => {
    for (let c = 0; c < channels && from >= 0; c++) dx.data[from + c] += share * dy.data[to + c];
  });
};

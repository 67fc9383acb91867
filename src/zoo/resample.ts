/** A picture's bytes, rows from the top: height × width × channels, 0 to 255. */
export interface BytePicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** How far a filter reaches, in pixels of the coarser picture, and what it gives at a distance. */
interface Filter {
  readonly reach: number;
  weight(distance: number): number;
}

/** Keys's cubic with a = −0.5, which passes through the pixels and is exact for parabolas. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const filters = {
  bilinear: { reach: 1, weight: (x: number) => Math.max(0, 1 - x) },
  bicubic: { reach: 2, weight: cubic },
} as const satisfies Record<string, Filter>;

/**
 * A picture at another size. Where it gets smaller, every pixel counts (the filter grows with the scale), as in Pillow, with
 * which torchvision's and timm's published weights were trained and tested.
 */
export function resample(
  picture: BytePicture,
  [height, width]: readonly [height: number, width: number],
  interpolation: 'nearest' | 'bilinear' | 'bicubic',
): BytePicture {
  if (interpolation === 'nearest') return nearest(picture, height, width);
  const filter = filters[interpolation];
  // Along the rows first: bytes of a row lie one channel count apart, those of a column one row apart.
  const { channels } = picture;
  const wide = along(picture.data, [picture.height, picture.width, channels], width, filter);
  const data = along(wide, [1, picture.height, width * channels], height, filter);
  return { width, height, channels, data };
}

/** Weights are rounded to this many parts, as Pillow does it: sums are then exact, and halves round alike everywhere. */
const precision = 2 ** 22;

/** Elements [outer, size, inner] brought to [outer, target, inner], rounded to bytes. */
function along(
  data: Uint8Array | Uint8ClampedArray,
  [outer, size, inner]: readonly [number, number, number],
  target: number,
  filter: Filter,
): Uint8Array | Uint8ClampedArray {
  if (size === target) return data;
  const scale = size / target;
  const spread = Math.max(scale, 1);
  const result = new Uint8ClampedArray(outer * target * inner);
  const sums = new Float64Array(inner);
  for (let to = 0; to < target; to++) {
    const centre = (to + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - filter.reach * spread + 0.5));
    const end = Math.min(size, Math.floor(centre + filter.reach * spread + 0.5));
    const shares = Array.from({ length: end - first }, (_, i) =>
      filter.weight(Math.abs((first + i + 0.5 - centre) / spread)),
    );
    const total = shares.reduce((a, b) => a + b, 0);
    const weights = shares.map((share) => Math.round((share / total) * precision) / precision);
    for (let o = 0; o < outer; o++) {
      sums.fill(0);
      weights.forEach((weight, i) => {
        const at = (o * size + first + i) * inner;
        for (let k = 0; k < inner; k++) sums[k] += weight * data[at + k];
      });
      const at = (o * target + to) * inner;
      for (let k = 0; k < inner; k++) result[at + k] = Math.floor(sums[k] + 0.5);
    }
  }
  return result;
}

function nearest(picture: BytePicture, height: number, width: number): BytePicture {
  const { channels } = picture;
  const data = new Uint8ClampedArray(height * width * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(((x + 0.5) * picture.width) / width)) * channels;
      for (let k = 0; k < channels; k++) data[to++] = picture.data[from + k];
    }
  }
  return { width, height, channels, data };
}

import { pauses } from '../platform/pauses.js';
import { StriateError } from '../tensor/index.js';

/**
 * How far apart two pictures are, as flat lists of numbers: 'l1' (sum of absolute differences), 'l2' (Euclidean), 'cosine'
 * (1 − cosine of the angle; 1 where one of them is all zero), or a function of your own, smaller for more alike.
 */
export type Distance = DistanceName | ((a: Float32Array, b: Float32Array) => number);

type DistanceName = 'l1' | 'l2' | 'cosine';

/** Rows of a tile; a multiple of the blocks that are computed at a time. */
const tileRows = 64;

/** Rows of pictures in float64, and the sum of each one's squares. */
interface Tile {
  readonly rows: Float64Array;
  readonly squares: Float64Array;
  /** How many rows are in use; those up to the next multiple of 4 hold finite numbers. */
  count: number;
}

/** A tile for pictures of `width` numbers. */
function emptyTile(width: number): Tile {
  return { rows: new Float64Array(tileRows * width), squares: new Float64Array(tileRows), count: 0 };
}

/** Copies rows `begin` to `end` of a matrix into a tile. */
function fillTile(tile: Tile, matrix: Float32Array, width: number, begin: number, end: number): void {
  const { rows, squares } = tile;
  rows.set(matrix.subarray(begin * width, end * width));
  tile.count = end - begin;
  for (let row = 0; row < tile.count; row++) {
    // In the order of the products below, so that a picture is at distance 0 from itself, exactly.
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += rows[i] * rows[i];
    squares[row] = sum;
  }
}

/** Writes what lies between each row of a and each row of b to out[row of a · tileRows + row of b]. */
type TileDistance = (a: Tile, b: Tile, width: number, out: Float64Array) => void;

/** The built-in distances, tile against tile. */
const tileDistances = {
  l1: absoluteDifferences,
  l2: (a, b, width, out) => {
    products(a, b, width, out);
    eachPair(a, b, out, (product, x, y) => Math.sqrt(Math.max(0, x + y - 2 * product)));
  },
  cosine: (a, b, width, out) => {
    products(a, b, width, out);
    eachPair(a, b, out, (product, x, y) => {
      const lengths = Math.sqrt(x * y);
      return lengths > 0 ? 1 - product / lengths : 1;
    });
  },
} as const satisfies Readonly<Record<DistanceName, TileDistance>>;

/** The names of the built-in distances. */
export const distanceNames = Object.keys(tileDistances) as DistanceName[];

/**
 * The k nearest of the known rows for each row of x, the nearest first; of equally near ones the earlier comes first.
 *
 * @param width numbers in a row
 * @throws StriateError when a distance of the user's own is NaN.
 */
export async function nearestRows(
  x: Float32Array,
  known: Float32Array,
  { width, k, distance }: { readonly width: number; readonly k: number; readonly distance: Distance },
): Promise<{ readonly indices: Int32Array; readonly distances: Float64Array }> {
  const best = new Nearest(x.length / width, k);
  if (typeof distance === 'function') await compareByFunction(distance, x, known, width, best);
  else await compareByTiles(distance, x, known, width, best);
  return best;
}

/** The k smallest distances of each of several pictures so far, in order. */
class Nearest {
  readonly indices: Int32Array;
  readonly distances: Float64Array;

  constructor(
    count: number,
    private readonly k: number,
  ) {
    this.indices = new Int32Array(count * k);
    this.distances = new Float64Array(count * k).fill(Infinity);
  }

  offer(picture: number, index: number, distance: number): void {
    const { k, indices, distances } = this;
    const first = picture * k;
    let at = first + k - 1;
    if (!(distance < distances[at])) return;
    for (; at > first && distance < distances[at - 1]; at--) {
      distances[at] = distances[at - 1];
      indices[at] = indices[at - 1];
    }
    distances[at] = distance;
    indices[at] = index;
  }
}

async function compareByTiles(
  name: DistanceName,
  x: Float32Array,
  known: Float32Array,
  width: number,
  best: Nearest,
): Promise<void> {
  const compare = tileDistances[name];
  const [a, b] = [emptyTile(width), emptyTile(width)];
  const out = new Float64Array(tileRows * tileRows);
  const pause = pauses();
  for (let i = 0; i < x.length / width; i += tileRows) {
    fillTile(a, x, width, i, Math.min(i + tileRows, x.length / width));
    for (let j = 0; j < known.length / width; j += tileRows) {
      fillTile(b, known, width, j, Math.min(j + tileRows, known.length / width));
      compare(a, b, width, out);
      for (let row = 0; row < a.count; row++) {
        for (let column = 0; column < b.count; column++) best.offer(i + row, j + column, out[row * tileRows + column]);
      }
      await pause();
    }
  }
}

async function compareByFunction(
  distance: (a: Float32Array, b: Float32Array) => number,
  x: Float32Array,
  known: Float32Array,
  width: number,
  best: Nearest,
): Promise<void> {
  const split = (rows: Float32Array): Float32Array[] =>
    Array.from({ length: rows.length / width }, (_, i) => rows.subarray(i * width, (i + 1) * width));
  const candidates = split(known);
  const pause = pauses();
  for (const [i, picture] of split(x).entries()) {
    for (let j = 0; j < candidates.length; j++) {
      const value = distance(picture, candidates[j]);
      if (Number.isNaN(value)) {
        throw new StriateError({
          where: 'kNearestNeighbors',
          rule: `your distance of picture ${i} and known picture ${j} is NaN`,
        });
      }
      best.offer(i, j, value);
    }
    await pause();
  }
}

function eachPair(a: Tile, b: Tile, out: Float64Array, map: (value: number, x: number, y: number) => number): void {
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) out[i * tileRows + j] = map(out[i * tileRows + j], a.squares[i], b.squares[j]);
  }
}

// Both loops compute 4 × 2 pairs at a time: each number that is loaded is used in 2 or 4 of them.

function products({ rows: a, count }: Tile, { rows: b, count: others }: Tile, width: number, out: Float64Array): void {
  for (let i = 0; i < count; i += 4) {
    for (let j = 0; j < others; j += 2) {
      let [s00, s10, s20, s30, s01, s11, s21, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
      const [a0, a1, a2, a3] = [i * width, (i + 1) * width, (i + 2) * width, (i + 3) * width];
      const [b0, b1] = [j * width, (j + 1) * width];
      for (let k = 0; k < width; k++) {
        const y0 = b[b0 + k];
        const y1 = b[b1 + k];
        const x0 = a[a0 + k];
        s00 += x0 * y0;
        s01 += x0 * y1;
        const x1 = a[a1 + k];
        s10 += x1 * y0;
        s11 += x1 * y1;
        const x2 = a[a2 + k];
        s20 += x2 * y0;
        s21 += x2 * y1;
        const x3 = a[a3 + k];
        s30 += x3 * y0;
        s31 += x3 * y1;
      }
      const at = i * tileRows + j;
      out[at] = s00;
      out[at + 1] = s01;
      out[at + tileRows] = s10;
      out[at + tileRows + 1] = s11;
      out[at + 2 * tileRows] = s20;
      out[at + 2 * tileRows + 1] = s21;
      out[at + 3 * tileRows] = s30;
      out[at + 3 * tileRows + 1] = s31;
    }
  }
}

function absoluteDifferences(
  { rows: a, count }: Tile,
  { rows: b, count: others }: Tile,
  width: number,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i += 4) {
    for (let j = 0; j < others; j += 2) {
      let [s00, s10, s20, s30, s01, s11, s21, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
      const [a0, a1, a2, a3] = [i * width, (i + 1) * width, (i + 2) * width, (i + 3) * width];
      const [b0, b1] = [j * width, (j + 1) * width];
      for (let k = 0; k < width; k++) {
        const y0 = b[b0 + k];
        const y1 = b[b1 + k];
        const x0 = a[a0 + k];
        s00 += Math.abs(x0 - y0);
        s01 += Math.abs(x0 - y1);
        const x1 = a[a1 + k];
        s10 += Math.abs(x1 - y0);
        s11 += Math.abs(x1 - y1);
        const x2 = a[a2 + k];
        s20 += Math.abs(x2 - y0);
        s21 += Math.abs(x2 - y1);
        const x3 = a[a3 + k];
        s30 += Math.abs(x3 - y0);
        s31 += Math.abs(x3 - y1);
      }
      const at = i * tileRows + j;
      out[at] = s00;
      out[at + 1] = s01;
      out[at + tileRows] = s10;
      out[at + tileRows + 1] = s11;
      out[at + 2 * tileRows] = s20;
      out[at + 2 * tileRows + 1] = s21;
      out[at + 3 * tileRows] = s30;
      out[at + 3 * tileRows + 1] = s31;
    }
  }
}

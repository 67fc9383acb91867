/**
 * How far apart two pictures are, as flat lists of numbers: 'l1' (sum of absolute differences), 'l2' (Euclidean), 'cosine'
 * (1 − cosine of the angle; 1 where one of them is all zero), or a function of your own, smaller for more alike.
 */
export type Distance = 'l1' | 'l2' | 'cosine' | ((a: Float32Array, b: Float32Array) => number);

/** Rows of a tile; a multiple of the blocks that are computed at a time. */
export const tileRows = 64;

/** Rows of pictures in float64, and the sum of each one's squares. */
export interface Tile {
  readonly rows: Float64Array;
  readonly squares: Float64Array;
  /** How many rows are in use; those up to the next multiple of 4 hold finite numbers. */
  count: number;
}

/** Room for a tile of pictures of `width` numbers. */
export function emptyTile(width: number): Tile {
  return { rows: new Float64Array(tileRows * width), squares: new Float64Array(tileRows), count: 0 };
}

/** Copies rows `begin` to `end` of a matrix into a tile. */
export function fillTile(tile: Tile, matrix: Float32Array, width: number, begin: number, end: number): void {
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
export type TileDistance = (a: Tile, b: Tile, width: number, out: Float64Array) => void;

/** The built-in distances, tile against tile. */
export const tileDistances = {
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
} as const satisfies Readonly<Record<string, TileDistance>>;

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

// Products of many small matrices, pair by pair. Compiled by AssemblyScript.
//
// A tile is up to four rows of one product: four rows read each vector of b once for all of them.
import { element, fetch, put } from './lanes';
import { fma } from './simd';

@unmanaged
class BatchArgs {
  a: usize;
  b: usize;
  y: usize;
  /** Of each product: rows of a, columns of a (rows of b), columns of b. */
  rows: i32;
  inner: i32;
  columns: i32;
}

// @ts-ignore: decorator
@inline
function scalar(at: usize): v128 {
  return f32x4.splat(load<f32>(at));
}

/** y = a · b for rows of [B, M, K] and [B, K, N]. */
export function multiplyBatches(at: usize, tile: i32, worker: i32): void {
  const args = changetype<BatchArgs>(at);
  const inner = args.inner;
  const columns = args.columns;
  const groups = (args.rows + 3) >> 2;
  const matrix = tile / groups;
  const first = (tile % groups) << 2;
  const count = min(4, args.rows - first);
  const aRow = (<usize>inner) << 2;
  const bRow = (<usize>columns) << 2;
  const a = element(args.a, 0) + (<usize>matrix * <usize>args.rows + <usize>first) * aRow;
  const b = args.b + <usize>matrix * <usize>inner * bRow;
  const y = args.y + (<usize>matrix * <usize>args.rows + <usize>first) * bRow;
  // Rows that are not there are computed as the last one, and not stored.
  const a1 = a + (count > 1 ? aRow : 0);
  const a2 = count > 2 ? a + 2 * aRow : a1;
  const a3 = count > 3 ? a + 3 * aRow : a2;
  for (let j = 0; j < columns; j += 4) {
    const n = columns - j;
    const offset = (<usize>j) << 2;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let from = b + offset;
    for (let k: usize = 0; k < aRow; k += 4) {
      const v = fetch(from, n);
      s0 = fma(scalar(a + k), v, s0);
      s1 = fma(scalar(a1 + k), v, s1);
      s2 = fma(scalar(a2 + k), v, s2);
      s3 = fma(scalar(a3 + k), v, s3);
      from += bRow;
    }
    put(y + offset, s0, n);
    if (count > 1) put(y + offset + bRow, s1, n);
    if (count > 2) put(y + offset + 2 * bRow, s2, n);
    if (count > 3) put(y + offset + 3 * bRow, s3, n);
  }
}

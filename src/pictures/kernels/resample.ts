// Pictures of three channels at another size, by Pillow's rule (resamplingTable.ts): along the rows, then along the
// columns, with bytes between. A sum starts at a half and is cut after 22 binary places, which rounds it. Compiled by
// AssemblyScript.
//
// Along a row, a vector holds one pixel: its three bytes, and the first byte of the next one, whose sum is thrown away. Two
// rows go together, so that a weight is read once for both. What is written is a vector's four bytes, too: the fourth is
// overwritten by the next pixel, and rows lie far enough apart for that of the last. Along the columns, pixels do not
// matter: 16 bytes of a row go at once.
//
// A table: the first source place of each target place, how many follow, and `longest` weights each.

const places: i32 = 22;
const half: i32 = 1 << 21;

// @ts-ignore: decorator
@inline
function pixel(at: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
}

// @ts-ignore: decorator
@inline
function storePixel(at: usize, sums: v128): void {
  const words = i32x4.shr_s(sums, places);
  const shorts = i16x8.narrow_i32x4_s(words, words);
  v128.store32_lane(at, i8x16.narrow_i16x8_u(shorts, shorts), 0);
}

/** The target columns of `rows` rows; the bytes of a row are `stride` apart in the source, `outStride` in what is written. */
export function alongRows(
  source: usize,
  stride: i32,
  rows: i32,
  table: usize,
  columns: i32,
  longest: i32,
  out: usize,
  outStride: i32,
): void {
  const counts = table + (<usize>columns << 2);
  const weights = counts + (<usize>columns << 2);
  for (let y: i32 = 0; y < rows; y += 2) {
    const first = source + y * stride;
    // The last of an odd number of rows goes with itself.
    const next = y + 1 < rows ? stride : 0;
    const to = out + y * outStride;
    const toNext = y + 1 < rows ? outStride : 0;
    for (let x: i32 = 0; x < columns; x++) {
      let at = first + load<i32>(table + (x << 2)) * 3;
      let weight = weights + ((x * longest) << 2);
      const end = weight + (load<i32>(counts + (x << 2)) << 2);
      let a = i32x4.splat(half);
      let b = a;
      for (; weight < end; weight += 4) {
        const w = v128.load32_splat(weight);
        a = i32x4.add(a, i32x4.mul(pixel(at), w));
        b = i32x4.add(b, i32x4.mul(pixel(at + next), w));
        at += 3;
      }
      storePixel(to + x * 3, a);
      storePixel(to + toNext + x * 3, b);
    }
  }
}

/** The target rows; `from` is the source's first row that is there, and rows of the result follow each other. */
export function alongColumns(
  source: usize,
  stride: i32,
  from: i32,
  table: usize,
  rows: i32,
  longest: i32,
  out: usize,
  bytes: i32,
): void {
  const counts = table + (<usize>rows << 2);
  const weights = counts + (<usize>rows << 2);
  for (let y: i32 = 0; y < rows; y++) {
    const first = source + (load<i32>(table + (y << 2)) - from) * stride;
    const start = weights + ((y * longest) << 2);
    const end = start + (load<i32>(counts + (y << 2)) << 2);
    for (let x: i32 = 0; x < bytes; x += 16) {
      let a = i32x4.splat(half);
      let b = a;
      let c = a;
      let d = a;
      let at = first + x;
      for (let weight = start; weight < end; weight += 4) {
        const w = v128.load32_splat(weight);
        const sixteen = v128.load(at);
        const low = i16x8.extend_low_i8x16_u(sixteen);
        const high = i16x8.extend_high_i8x16_u(sixteen);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), w));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), w));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), w));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), w));
        at += stride;
      }
      const p = i16x8.narrow_i32x4_s(i32x4.shr_s(a, places), i32x4.shr_s(b, places));
      const q = i16x8.narrow_i32x4_s(i32x4.shr_s(c, places), i32x4.shr_s(d, places));
      v128.store(out + y * bytes + x, i8x16.narrow_i16x8_u(p, q));
    }
  }
}

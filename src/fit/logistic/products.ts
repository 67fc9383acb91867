/** Rows of numbers, one after another. */
export interface Rows {
  readonly data: Float32Array;
  readonly count: number;
  /** Numbers in a row. */
  readonly width: number;
}

/**
 * The products of some rows with some vectors, in float64: `out[r · vectors + v]` is row `first + r` times vector v.
 *
 * @param weights the vectors, one after another, each as wide as a row
 */
export function rowProducts(
  { data, width }: Rows,
  [first, count]: readonly [number, number],
  weights: Float64Array,
  vectors: number,
  out: Float64Array,
): void {
  let v = 0;
  // Two rows and four vectors at once: eight sums stay in registers, and each number is loaded for several of them.
  for (; v + 4 <= vectors; v += 4) {
    const a = v * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    for (let r = 0; r < count; r += 2) {
      // A last single row is paired with itself.
      const second = r + 1 < count ? r + 1 : r;
      const p = (first + r) * width;
      const q = (first + second) * width;
      let pa = 0;
      let pb = 0;
      let pc = 0;
      let pd = 0;
      let qa = 0;
      let qb = 0;
      let qc = 0;
      let qd = 0;
      for (let j = 0; j < width; j++) {
        const x = data[p + j];
        const y = data[q + j];
        const wa = weights[a + j];
        const wb = weights[b + j];
        const wc = weights[c + j];
        const wd = weights[d + j];
        pa += x * wa;
        pb += x * wb;
        pc += x * wc;
        pd += x * wd;
        qa += y * wa;
        qb += y * wb;
        qc += y * wc;
        qd += y * wd;
      }
      const one = r * vectors + v;
      out[one] = pa;
      out[one + 1] = pb;
      out[one + 2] = pc;
      out[one + 3] = pd;
      const other = second * vectors + v;
      out[other] = qa;
      out[other + 1] = qb;
      out[other + 2] = qc;
      out[other + 3] = qd;
    }
  }
  for (; v < vectors; v++) {
    const a = v * width;
    for (let r = 0; r < count; r++) {
      const p = (first + r) * width;
      // Four sums, so that none waits for the one before.
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let j = 0;
      for (; j + 4 <= width; j += 4) {
        s0 += data[p + j] * weights[a + j];
        s1 += data[p + j + 1] * weights[a + j + 1];
        s2 += data[p + j + 2] * weights[a + j + 2];
        s3 += data[p + j + 3] * weights[a + j + 3];
      }
      for (; j < width; j++) s0 += data[p + j] * weights[a + j];
      out[r * vectors + v] = s0 + s1 + (s2 + s3);
    }
  }
}

/**
 * Adds rows times factors to sums: vector v gets `factors[r · vectors + v]` times row `first + r`, for every r.
 *
 * @param sums the vectors, one after another, each as wide as a row
 */
export function addRows(
  { data, width }: Rows,
  [first, count]: readonly [number, number],
  factors: Float64Array,
  vectors: number,
  sums: Float64Array,
): void {
  let r = 0;
  // Four rows at once: a sum is loaded and stored once for them.
  for (; r + 4 <= count; r += 4) {
    const p = (first + r) * width;
    const q = p + width;
    const s = q + width;
    const t = s + width;
    let v = 0;
    for (; v + 2 <= vectors; v += 2) {
      const at = r * vectors + v;
      const p0 = factors[at];
      const q0 = factors[at + vectors];
      const s0 = factors[at + 2 * vectors];
      const t0 = factors[at + 3 * vectors];
      const p1 = factors[at + 1];
      const q1 = factors[at + vectors + 1];
      const s1 = factors[at + 2 * vectors + 1];
      const t1 = factors[at + 3 * vectors + 1];
      const a = v * width;
      const b = a + width;
      for (let j = 0; j < width; j++) {
        const x = data[p + j];
        const y = data[q + j];
        const z = data[s + j];
        const u = data[t + j];
        sums[a + j] += p0 * x + q0 * y + (s0 * z + t0 * u);
        sums[b + j] += p1 * x + q1 * y + (s1 * z + t1 * u);
      }
    }
    for (; v < vectors; v++) {
      const at = r * vectors + v;
      const p0 = factors[at];
      const q0 = factors[at + vectors];
      const s0 = factors[at + 2 * vectors];
      const t0 = factors[at + 3 * vectors];
      const a = v * width;
      for (let j = 0; j < width; j++) {
        sums[a + j] += p0 * data[p + j] + q0 * data[q + j] + (s0 * data[s + j] + t0 * data[t + j]);
      }
    }
  }
  for (; r < count; r++) {
    const p = (first + r) * width;
    for (let v = 0; v < vectors; v++) {
      const factor = factors[r * vectors + v];
      const a = v * width;
      for (let j = 0; j < width; j++) sums[a + j] += factor * data[p + j];
    }
  }
}

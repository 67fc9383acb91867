/** Eigenvalues, the largest first, and the eigenvectors that belong to them. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** vectors[i] is the one of values[i], of length 1. */
  readonly vectors: readonly Float64Array[];
}

/** More rounds than this no eigenvalue of a finite matrix needs. */
const mostRounds = 60;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix: Householder's reflections make it tridiagonal, the QL algorithm with
 * implicit shifts makes that diagonal (Golub & Van Loan, Matrix Computations, 8.3).
 *
 * @param matrix rows; only those below the diagonal and on it are read
 */
export function symmetricEigen(matrix: readonly ArrayLike<number>[]): SymmetricEigen {
  const { diagonal, beside, basis } = tridiagonal(matrix);
  rotateToDiagonal(diagonal, beside, basis);
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b] - diagonal[a]);
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: order.map((i) => basis[i]) };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** beside[i] stands between diagonal[i] and diagonal[i + 1]; the last is 0. */
  readonly beside: Float64Array;
  /** The vectors in which the matrix is tridiagonal, one a row. */
  readonly basis: Float64Array[];
}

function tridiagonal(matrix: readonly ArrayLike<number>[]): Tridiagonal {
  const size = matrix.length;
  const a = matrix.map((row, i) => Float64Array.from({ length: size }, (_, j) => (j <= i ? row[j] : matrix[j][i])));
  const basis = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, j) => Number(i === j)));
  const v = new Float64Array(size);
  const p = new Float64Array(size);
  for (let k = 0; k + 2 < size; k++) {
    // The reflection that leaves of column k only one number below the diagonal.
    let norm = 0;
    for (let i = k + 1; i < size; i++) norm += (v[i] = a[i][k]) ** 2;
    norm = Math.sqrt(norm);
    if (norm === 0) continue;
    v[k + 1] += v[k + 1] >= 0 ? norm : -norm;
    let squares = 0;
    for (let i = k + 1; i < size; i++) squares += v[i] * v[i];
    const factor = 2 / squares;
    let share = 0;
    for (let i = k; i < size; i++) {
      let sum = 0;
      for (let j = k + 1; j < size; j++) sum += a[i][j] * v[j];
      p[i] = factor * sum;
      if (i > k) share += p[i] * v[i];
    }
    // H A H = A − v wᵀ − w vᵀ with w = p − (factor pᵀv / 2) v; v is 0 up to k.
    for (let i = k + 1; i < size; i++) p[i] -= (factor / 2) * share * v[i];
    v[k] = 0;
    for (let i = k; i < size; i++) {
      const row = a[i];
      const [vi, pi] = [v[i], p[i]];
      for (let j = k; j < size; j++) row[j] -= vi * p[j] + pi * v[j];
    }
    // The vectors are the columns of the reflections' product: each reflection mixes them, the rows here.
    for (let column = 0; column < size; column++) p[column] = 0;
    for (let i = k + 1; i < size; i++) {
      const row = basis[i];
      for (let column = 0; column < size; column++) p[column] += v[i] * row[column];
    }
    for (let i = k + 1; i < size; i++) {
      const row = basis[i];
      const scale = factor * v[i];
      for (let column = 0; column < size; column++) row[column] -= scale * p[column];
    }
  }
  const diagonal = Float64Array.from(a, (row, i) => row[i]);
  const beside = Float64Array.from(a, (_, i) => (i + 1 < size ? a[i + 1][i] : 0));
  return { diagonal, beside, basis };
}

/** Turns planes of neighbouring vectors until nothing stands beside the diagonal. */
function rotateToDiagonal(d: Float64Array, e: Float64Array, basis: readonly Float64Array[]): void {
  const size = d.length;
  for (let first = 0; first < size; first++) {
    for (let round = 0; round < mostRounds; round++) {
      let last = first;
      while (last + 1 < size && Math.abs(e[last]) > Number.EPSILON * (Math.abs(d[last]) + Math.abs(d[last + 1])))
        last++;
      if (last === first) break;
      // Wilkinson's shift.
      const half = (d[first + 1] - d[first]) / (2 * e[first]);
      const root = Math.hypot(half, 1);
      let g = d[last] - d[first] + e[first] / (half + (half >= 0 ? root : -root));
      let [s, c, shift] = [1, 1, 0];
      let i = last - 1;
      for (; i >= first; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= shift;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        const t = (d[i] - g) * s + 2 * c * b;
        shift = s * t;
        d[i + 1] = g + shift;
        g = c * t - b;
        turn(basis[i], basis[i + 1], c, s);
      }
      if (i < first) {
        d[first] -= shift;
        e[first] = g;
      }
      e[last] = 0;
    }
  }
}

function turn(low: Float64Array, high: Float64Array, c: number, s: number): void {
  for (let k = 0; k < low.length; k++) {
    const h = high[k];
    high[k] = s * low[k] + c * h;
    low[k] = c * low[k] - s * h;
  }
}

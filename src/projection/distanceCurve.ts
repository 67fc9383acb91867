/** 1 / (1 + a·x^(2b)): how likely UMAP takes two points to be neighbours, at a distance of x on the plane. */
export interface DistanceCurve {
  readonly a: number;
  readonly b: number;
}

/** Distances at which the curve is compared with what it stands for, up to three times the spread. */
const places = 300;

/**
 * The curve that lies nearest, in least squares, to what `minDist` and `spread` ask for: 1 up to `minDist`, and from there
 * falling by e with each `spread`. umap-learn fits the same by SciPy.
 */
export function distanceCurve(minDist: number, spread: number): DistanceCurve {
  const x = Float64Array.from({ length: places }, (_, i) => (3 * spread * i) / (places - 1));
  const wanted = x.map((at) => (at < minDist ? 1 : Math.exp(-(at - minDist) / spread)));
  let [a, b] = [1, 1];
  let error = squaredError(x, wanted, a, b);
  // Levenberg and Marquardt: the less a step helps, the shorter the next, and the nearer to the steepest way down.
  let damping = 1e-3;
  for (let step = 0; step < 200 && damping < 1e12; step++) {
    const [aa, ab, bb, ra, rb] = normalEquations(x, wanted, a, b);
    const [da, db] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = da * db - ab * ab;
    const [nextA, nextB] = [a + (db * ra - ab * rb) / determinant, b + (da * rb - ab * ra) / determinant];
    const nextError = nextA > 0 && nextB > 0 ? squaredError(x, wanted, nextA, nextB) : Infinity;
    if (nextError <= error) {
      const isThere = Math.abs(nextA - a) < 1e-12 * a && Math.abs(nextB - b) < 1e-12 * b;
      [a, b, error, damping] = [nextA, nextB, nextError, damping / 10];
      if (isThere) break;
    } else damping *= 10;
  }
  return { a, b };
}

function squaredError(x: Float64Array, wanted: Float64Array, a: number, b: number): number {
  return x.reduce((sum, at, i) => sum + (wanted[i] - 1 / (1 + a * at ** (2 * b))) ** 2, 0);
}

/** Of the curve's derivatives by a and b: their products with each other (aa, ab, bb), and with what is left to explain. */
function normalEquations(
  x: Float64Array,
  wanted: Float64Array,
  a: number,
  b: number,
): readonly [number, number, number, number, number] {
  let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
  for (const [i, at] of x.entries()) {
    const power = at ** (2 * b);
    const value = 1 / (1 + a * power);
    const byA = -power * value * value;
    // At 0 the power is 0 faster than the logarithm grows.
    const byB = at === 0 ? 0 : 2 * a * Math.log(at) * byA;
    const left = wanted[i] - value;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
    ra += byA * left;
    rb += byB * left;
  }
  return [aa, ab, bb, ra, rb];
}

/** When a minimization ends. */
export interface LbfgsOptions {
  /** The largest component of the gradient that counts as none. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** How many earlier steps it learns the curvature from. */
  readonly memory?: number;
}

/** A step is taken when the value falls by this share of what the slope promises, and the slope to this share. */
const sufficientDecrease = 1e-4;
const flatEnough = 0.9;

/** Values that differ by less, in proportion, are the same but for rounding. */
const rounding = 1e-14;

/** More trials than this along one direction mean that float64 has no lower value to offer. */
const mostTrials = 40;

/** A step that was taken, and what the gradient changed by. */
interface Step {
  readonly moved: Float64Array;
  readonly bent: Float64Array;
  readonly rho: number;
}

/**
 * Minimizes a smooth function by L-BFGS (Liu & Nocedal 1989) with a line search for the weak Wolfe conditions (Lewis &
 * Overton 2013). It asks instead of calling: whoever uses it evaluates the function at `point` and tells what came out, so
 * that several minimizations over the same data can share a pass.
 *
 * @example
 * const search = new Lbfgs(new Float64Array([3]), { tolerance: 1e-9, maxIterations: 100 });
 * while (!search.done) search.tell(search.point[0] ** 2, new Float64Array([2 * search.point[0]]));
 */
export class Lbfgs {
  /** Where to evaluate next; once it is done, the best point. */
  readonly point: Float64Array;
  iterations = 0;
  done = false;
  private value = NaN;
  private readonly best: Float64Array;
  private readonly gradient: Float64Array;
  private readonly direction: Float64Array;
  private readonly steps: Step[] = [];
  private slope = 0;
  private size = 0;
  private low = 0;
  private high = Infinity;
  private trials = 0;

  constructor(
    start: Float64Array,
    private readonly options: LbfgsOptions,
  ) {
    this.point = start.slice();
    this.best = start.slice();
    this.gradient = new Float64Array(start.length);
    this.direction = new Float64Array(start.length);
  }

  /** Takes the function's value and gradient at `point`, and moves `point` on. */
  tell(value: number, gradient: Float64Array): void {
    if (this.done) return;
    if (Number.isNaN(this.value)) {
      this.value = value;
      this.gradient.set(gradient);
      this.begin();
      return;
    }
    const slope = dot(gradient, this.direction);
    const expected = this.value + sufficientDecrease * this.size * this.slope;
    // Near the minimum values differ by rounding alone; the slope still tells (Hager & Zhang 2005).
    const level = value <= this.value + rounding * Math.abs(this.value);
    const falls = value <= expected || (level && slope <= (2 * sufficientDecrease - 1) * this.slope);
    if (falls && slope >= flatEnough * this.slope) {
      this.take(value, gradient);
      return;
    }
    if (++this.trials > mostTrials) {
      this.end();
      return;
    }
    if (falls) this.low = this.size;
    else this.high = this.size;
    this.size = this.high < Infinity ? (this.low + this.high) / 2 : 2 * this.low;
    this.move();
  }

  private take(value: number, gradient: Float64Array): void {
    const { point, best, steps } = this;
    const moved = point.map((x, i) => x - best[i]);
    const bent = gradient.map((g, i) => g - this.gradient[i]);
    const curvature = dot(moved, bent);
    if (curvature > 1e-14 * dot(bent, bent)) {
      steps.push({ moved, bent, rho: 1 / curvature });
      if (steps.length > (this.options.memory ?? 10)) steps.shift();
    }
    this.best.set(point);
    this.gradient.set(gradient);
    this.value = value;
    this.iterations++;
    this.begin();
  }

  /** Chooses the next direction, or ends. */
  private begin(): void {
    const { gradient, direction, steps, options } = this;
    const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    if (!(largest > options.tolerance) || this.iterations >= options.maxIterations) {
      this.end();
      return;
    }
    for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
    const shares = steps.map(() => 0);
    for (let k = steps.length - 1; k >= 0; k--) {
      const { moved, bent, rho } = steps[k];
      shares[k] = rho * dot(moved, direction);
      addTo(direction, bent, -shares[k]);
    }
    const last = steps.at(-1);
    if (last) {
      const scale = 1 / (last.rho * dot(last.bent, last.bent));
      for (let i = 0; i < direction.length; i++) direction[i] *= scale;
    }
    steps.forEach(({ moved, bent, rho }, k) => addTo(direction, moved, shares[k] - rho * dot(bent, direction)));
    this.slope = dot(gradient, direction);
    if (!(this.slope < 0)) {
      this.end();
      return;
    }
    // Nothing is known of the curvature before the first step.
    this.size = last ? 1 : Math.min(1, 1 / Math.sqrt(-this.slope));
    this.low = 0;
    this.high = Infinity;
    this.trials = 0;
    this.move();
  }

  private move(): void {
    const { point, best, direction, size } = this;
    for (let i = 0; i < point.length; i++) point[i] = best[i] + size * direction[i];
  }

  private end(): void {
    this.point.set(this.best);
    this.done = true;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addTo(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * values[i];
}

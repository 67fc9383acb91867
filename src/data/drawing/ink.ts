/** The bounding box of ink's centre lines. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Segments per piece of curve; at 20 pixels a digit is then drawn in steps of about a pixel. */
const steps = 6;

/**
 * The path of a pen: strokes as points in plain arrays that are reused from picture to picture, so that thousands of
 * pictures a second can be drawn.
 *
 * @example
 * const ink = new Ink();
 * ink.line(0, 0, 1, 1);
 * ink.curve([0, 1, 0.5, 0.4, 1, 0]); // a smooth stroke through three points
 */
export class Ink {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Half the pen's width at each point, in pixels of the picture. */
  readonly radius: Float64Array;
  /** 1 where a point begins a new stroke. */
  readonly begins: Uint8Array;
  /** The number of points. */
  length = 0;

  /** @param capacity the most points that fit; later ones are left out. */
  constructor(capacity = 1024) {
    this.x = new Float64Array(capacity);
    this.y = new Float64Array(capacity);
    this.radius = new Float64Array(capacity);
    this.begins = new Uint8Array(capacity);
  }

  /** Takes all strokes away. */
  clear(): void {
    this.length = 0;
  }

  /** Adds a straight stroke. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    this.point(x0, y0, true);
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      this.point(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, false);
    }
  }

  /**
   * Adds a smooth stroke through points (a Catmull–Rom spline); a point given twice is a corner.
   *
   * @param points x, y, x, y, …
   */
  curve(points: ArrayLike<number>): void {
    const last = points.length / 2 - 1;
    this.point(points[0], points[1], true);
    for (let i = 0; i < last; i++) {
      const before = i > 0 ? i - 1 : 0;
      const after = i + 2 <= last ? i + 2 : last;
      const x1 = points[2 * i];
      const y1 = points[2 * i + 1];
      const x2 = points[2 * i + 2];
      const y2 = points[2 * i + 3];
      if (x1 === x2 && y1 === y2) continue;
      const startX = (x2 - points[2 * before]) / 2;
      const startY = (y2 - points[2 * before + 1]) / 2;
      const endX = (points[2 * after] - x1) / 2;
      const endY = (points[2 * after + 1] - y1) / 2;
      for (let step = 1; step <= steps; step++) {
        const t = step / steps;
        const t2 = t * t;
        const t3 = t2 * t;
        const a = 2 * t3 - 3 * t2 + 1;
        const b = t3 - 2 * t2 + t;
        const c = t3 - t2;
        this.point(a * x1 + b * startX + (1 - a) * x2 + c * endX, a * y1 + b * startY + (1 - a) * y2 + c * endY, false);
      }
    }
  }

  /** Puts every point (x, y) at (a·x + b·y + e, c·x + d·y + f). */
  transform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    for (let i = 0; i < this.length; i++) {
      const x = this.x[i];
      const y = this.y[i];
      this.x[i] = a * x + b * y + e;
      this.y[i] = c * x + d * y + f;
    }
  }

  /** The box around all points, without the pen's width. */
  bounds(): Bounds {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (let i = 0; i < this.length; i++) {
      left = Math.min(left, this.x[i]);
      right = Math.max(right, this.x[i]);
      top = Math.min(top, this.y[i]);
      bottom = Math.max(bottom, this.y[i]);
    }
    return { left, top, right, bottom };
  }

  private point(x: number, y: number, begins: boolean): void {
    if (this.length === this.x.length) return;
    this.x[this.length] = x;
    this.y[this.length] = y;
    this.radius[this.length] = 1;
    this.begins[this.length] = begins ? 1 : 0;
    this.length++;
  }
}

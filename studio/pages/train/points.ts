/** Curves have at most so many points; then pairs become one. */
export const mostPoints = 1200;

/** Points (step, loss, accuracy) with one more; where there are too many, every two become their mean. */
export function appendPoint(points: Float32Array, step: number, loss: number, accuracy: number): Float32Array {
  const kept = points.length / 3 >= mostPoints ? halved(points) : points;
  const out = new Float32Array(kept.length + 3);
  out.set(kept);
  out.set([step, loss, accuracy], kept.length);
  return out;
}

function halved(points: Float32Array): Float32Array {
  const count = Math.floor(points.length / 6);
  const out = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    const [a, b] = [6 * i, 6 * i + 3];
    out.set([points[b], (points[a + 1] + points[b + 1]) / 2, (points[a + 2] + points[b + 2]) / 2], 3 * i);
  }
  return out;
}

/** The point whose step is nearest. */
export function nearestPoint(points: Float32Array, step: number): number {
  let best = -1;
  for (let i = 0; i < points.length / 3; i++) {
    if (best < 0 || Math.abs(points[3 * i] - step) < Math.abs(points[3 * best] - step)) best = i;
  }
  return best;
}

/** A curve's points as a path of SVG, `width` × `height`, from the first step to the last and `low` to `high`. */
export function curvePath(
  points: Float32Array,
  column: 1 | 2,
  { width, height, steps, low, high }: CurveFrame,
): string {
  const parts: string[] = [];
  // A mean of a few points runs smoothly, and what one batch was by chance does not hide how it goes.
  const reach = Math.min(4, Math.floor(points.length / 3 / 20));
  const count = points.length / 3;
  for (let i = 0; i < count; i++) {
    let [sum, n] = [0, 0];
    for (let k = Math.max(0, i - reach); k <= Math.min(count - 1, i + reach); k++, n++) sum += points[3 * k + column];
    const x = (points[3 * i] / steps) * width;
    const y = height - ((Math.min(high, Math.max(low, sum / n)) - low) / (high - low)) * height;
    parts.push(`${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`);
  }
  return parts.join('');
}

/** Where a curve is drawn. */
export interface CurveFrame {
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  readonly low: number;
  readonly high: number;
}

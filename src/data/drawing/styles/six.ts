import type { Random } from '../../../tensor/index.js';
import { arc, type Stroke, type WeightedStyle } from './style.js';

/** A 6 of a back that comes from `top` (0 above the ring's left side, 1 above its right) and a ring. */
function sixWith(r: Random, ry: number, rx: number, top: number): Stroke[] {
  const left = 0.5 - rx;
  const ring = arc(0.5, 1 - ry, rx, ry, Math.PI, -r.uniform(1.3, 2.15) * Math.PI, r.uniform(-0.1, 0.25));
  const topX = left + 2 * rx * top;
  const bend = r.uniform(0.2, 0.45);
  return [[topX, 0, left + (topX - left) * bend + r.uniform(-0.04, 0.02), (1 - ry) * r.uniform(0.38, 0.55), ...ring]];
}

/** The styles of a 6. */
export const six: readonly WeightedStyle[] = [
  { weight: 6, draw: (r) => sixWith(r, r.uniform(0.18, 0.3), r.uniform(0.18, 0.38), r.uniform(0.3, 1)) },
  {
    // A pointed ring.
    weight: 3,
    draw: (r) => {
      const loop = r.uniform(0.42, 0.7);
      const right = r.uniform(0.65, 0.95);
      return [
        [
          [r.uniform(0.3, 0.95), r.uniform(-0.02, 0.06)],
          [r.uniform(0.18, 0.38), r.uniform(0.25, 0.4)],
          [r.uniform(0.04, 0.14), 0.7],
          [r.uniform(0.25, 0.42), 1],
          [right, r.uniform(0.76, 0.9)],
          [right - 0.12, loop + 0.08],
          [r.uniform(0.4, 0.5), loop + 0.02],
          [r.uniform(0.1, 0.28), r.uniform(0.68, 0.85)],
        ],
      ];
    },
  },
  {
    // A straight back.
    weight: 4,
    draw: (r) => sixWith(r, r.uniform(0.15, 0.3), r.uniform(0.18, 0.4), r.uniform(0, 0.4)),
  },
];

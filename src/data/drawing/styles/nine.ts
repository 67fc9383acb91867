import type { Random } from '../../../tensor/index.js';
import { arc, type Stroke, type WeightedStyle } from './style.js';

/** The ring of a 9, drawn from the upper right against the clock until it comes back to its right side. */
function nineRing(r: Random): { ring: Stroke; right: number; height: number } {
  const rx = r.uniform(0.18, 0.46);
  const ry = r.uniform(0.14, 0.31);
  const start = r.uniform(-1.3, 0);
  const ring = arc(0.5, ry, rx, ry, start, -2 * Math.PI - start + r.uniform(-0.1, 0.5), r.uniform(-0.05, 0.1), 9);
  return { ring, right: 0.5 + rx, height: 2 * ry };
}

/** The styles of a 9. */
export const nine: readonly WeightedStyle[] = [
  {
    // A straight or slightly bent tail.
    weight: 6,
    draw: (r) => {
      const { ring, right, height } = nineRing(r);
      const end = right - r.uniform(-0.08, 0.3);
      return [[...ring, (right + end) / 2 + r.uniform(-0.02, 0.06), (1 + height) / 2, end, 1]];
    },
  },
  {
    // The ring is closed with a corner, the tail drawn down from there.
    weight: 4,
    draw: (r) => {
      const { ring, right } = nineRing(r);
      const top = [right + r.uniform(-0.06, 0.1), r.uniform(-0.02, 0.2)];
      const end = right - r.uniform(-0.08, 0.3);
      return [[...ring, ...top, ...top, (top[0] + end) / 2 + r.uniform(-0.02, 0.06), 0.55, end, 1]];
    },
  },
  {
    // A pointed ring.
    weight: 4,
    draw: (r) => {
      const right = r.uniform(0.65, 0.9);
      const ring = r.uniform(0.32, 0.58);
      const top = [right + r.uniform(-0.06, 0.08), r.uniform(0, 0.2)];
      const corner = r.uniform() < 0.5;
      return [
        [
          [right - r.uniform(0, 0.15), r.uniform(0.02, 0.14)],
          [r.uniform(0.38, 0.5), 0],
          [r.uniform(0.02, 0.18), ring * r.uniform(0.5, 0.75)],
          [r.uniform(0.25, 0.4), ring, right - 0.12, ring * r.uniform(0.6, 0.85), ...top, ...(corner ? top : [])],
          [right - r.uniform(0, 0.08), 0.5, right - r.uniform(-0.05, 0.4), 1],
        ],
      ];
    },
  },
  {
    // The tail curls to the left.
    weight: 0.8,
    draw: (r) => {
      const { ring, right, height } = nineRing(r);
      const low = (1 + height) / 2;
      return [
        [
          ...ring,
          right + 0.02,
          low - 0.05,
          r.uniform(0.4, 0.65),
          r.uniform(0.94, 1),
          r.uniform(0, 0.25),
          r.uniform(0.78, 0.98),
        ],
      ];
    },
  },
  {
    // The ring is drawn first and left open at the top.
    weight: 2.5,
    draw: (r) => {
      const right = r.uniform(0.7, 0.9);
      const ring = r.uniform(0.36, 0.58);
      return [
        [
          [right - r.uniform(0.05, 0.35), r.uniform(-0.02, 0.08)],
          [r.uniform(0.08, 0.22), ring * 0.45],
          [r.uniform(0.22, 0.38), ring],
          [right, ring * r.uniform(0.6, 0.9)],
        ],
        [right, r.uniform(-0.02, 0.14), right + r.normal(0, 0.02), 0.5, right - r.uniform(-0.05, 0.25), 1],
      ];
    },
  },
];

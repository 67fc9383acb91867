import type { Random } from '../../../tensor/index.js';
import { arc, type Stroke, type WeightedStyle } from './style.js';

/** The ring of a 0, wider below (`pear` > 0) or above, from near the top round against the clock in most hands. */
function zeroRing(r: Random, rx: number, start: number, turns: number): Stroke {
  const way = r.uniform() < 0.85 ? -1 : 1;
  const ring = arc(0, 0, 1, 1, start, way * turns * 2 * Math.PI, r.uniform(-0.2, 0.25));
  const pear = r.normal(0.08, 0.18);
  const tilt = r.normal(0, 0.15);
  for (let i = 0; i < ring.length; i += 2) {
    const y = ring[i + 1];
    ring[i] = 0.5 + rx * (ring[i] * (1 + pear * y) - tilt * y);
    ring[i + 1] = 0.5 + 0.5 * y;
  }
  return ring;
}

/** The styles of a 0. */
export const zero: readonly WeightedStyle[] = [
  { weight: 7, draw: (r) => [zeroRing(r, r.uniform(0.2, 0.6), -Math.PI / 2 + r.uniform(-1, 1), r.uniform(0.92, 1.1))] },
  {
    // Low and wide.
    weight: 2,
    draw: (r) => [zeroRing(r, r.uniform(0.55, 0.95), r.uniform(-2.6, 0), r.uniform(0.92, 1.08))],
  },
  {
    // Beginning and end cross or pass each other at the top.
    weight: 3.5,
    draw: (r) => [
      [
        ...zeroRing(r, r.uniform(0.26, 0.6), -Math.PI / 2 + r.uniform(-1, 1), 0.86),
        r.uniform(0.3, 0.9),
        r.uniform(-0.2, 0.3),
      ],
    ],
  },
];

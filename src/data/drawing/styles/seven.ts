import type { Random } from '../../../tensor/index.js';
import type { Stroke, WeightedStyle } from './style.js';

/** The stem of a 7, from below its corner at `x` to the foot. */
function sevenStem(r: Random, x: number): Stroke {
  const foot = r.uniform(0.2, 0.8);
  return [(x + foot) / 2 + r.uniform(-0.05, 0.1), r.uniform(0.4, 0.55), foot, 1];
}

/** The styles of a 7. */
export const seven: readonly WeightedStyle[] = [
  {
    weight: 6,
    draw: (r) => {
      const corner = [r.uniform(0.78, 0.98), r.uniform(-0.02, 0.1)];
      return [
        [
          [r.uniform(0, 0.15), r.uniform(0.02, 0.18), 0.45, r.uniform(0, 0.12), ...corner, ...corner],
          ...sevenStem(r, corner[0]),
        ],
      ];
    },
  },
  {
    // A serif at the left.
    weight: 2,
    draw: (r) => {
      const serif = [r.uniform(0.02, 0.15), r.uniform(0, 0.08)];
      const corner = [r.uniform(0.8, 0.98), r.uniform(-0.04, 0.06)];
      return [
        [
          [serif[0] - r.uniform(-0.03, 0.08), r.uniform(0.15, 0.45), ...serif, ...serif, ...corner, ...corner],
          ...sevenStem(r, corner[0]),
        ],
      ];
    },
  },
  {
    // A long stroke down at the left, then over and down again.
    weight: 2.5,
    draw: (r) => {
      const left = [r.uniform(0.05, 0.25), r.uniform(0, 0.1)];
      const corner = [r.uniform(0.75, 0.95), r.uniform(-0.02, 0.1)];
      return [
        [
          [left[0] - r.uniform(-0.04, 0.12), r.uniform(0.25, 0.5), ...left, ...left, ...corner, ...corner],
          [corner[0] - r.uniform(0, 0.12), 0.5, corner[0] - r.uniform(0, 0.35), 1],
        ],
      ];
    },
  },
  {
    // A bar through the stem.
    weight: 2,
    draw: (r) => {
      const corner = [r.uniform(0.8, 0.98), r.uniform(-0.02, 0.08)];
      const bar = r.uniform(0.35, 0.66);
      return [
        [
          r.uniform(0, 0.15),
          r.uniform(0, 0.12),
          ...corner,
          ...corner,
          r.uniform(0.55, 0.68),
          bar,
          r.uniform(0.3, 0.5),
          1,
        ],
        [r.uniform(0.1, 0.4), bar + r.normal(0.01, 0.05), r.uniform(0.68, 1.05), bar + r.normal(-0.02, 0.06)],
      ];
    },
  },
  {
    // Round, without a corner.
    weight: 2,
    draw: (r) => [
      [
        [r.uniform(0, 0.12), r.uniform(0.12, 0.3)],
        [r.uniform(0.25, 0.4), r.uniform(0, 0.06)],
        [r.uniform(0.7, 0.85), r.uniform(0.02, 0.1)],
        [r.uniform(0.75, 0.88), r.uniform(0.22, 0.34), r.uniform(0.5, 0.65), 0.6, r.uniform(0.35, 0.55), 1],
      ],
    ],
  },
];

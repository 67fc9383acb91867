import type { Random } from '../../../tensor/index.js';
import type { StrokeRows, WeightedStyle } from './style.js';

/** The bowl of a 5, from its upper left over the right side to the end at the lower left. */
function fiveBowl(r: Random, top: number): StrokeRows {
  const right = r.uniform(0.55, 0.95);
  return [
    [r.uniform(0.35, 0.6), top - r.uniform(-0.05, 0.12), right, r.uniform(0.55, 0.74)],
    [right - r.uniform(0.12, 0.4), r.uniform(0.9, 1), r.uniform(-0.15, 0.25), r.uniform(0.68, 1.02)],
  ];
}

/** The styles of a 5. */
export const five: readonly WeightedStyle[] = [
  {
    // The top bar is a stroke of its own.
    weight: 5,
    draw: (r) => {
      const start = [r.uniform(0.2, 0.45), r.uniform(-0.02, 0.12)];
      const corner = [r.uniform(0.02, 0.26), r.uniform(0.32, 0.54)];
      const sharp = r.uniform() < 0.7;
      return [
        [...start, ...corner, ...(sharp ? corner : []), ...fiveBowl(r, corner[1])],
        [start[0] + r.normal(0.02, 0.06), start[1] + r.normal(0, 0.03), r.uniform(0.75, 1.25), r.uniform(-0.15, 0.12)],
      ];
    },
  },
  {
    // In one stroke with corners.
    weight: 5,
    draw: (r) => {
      const top = [r.uniform(0.2, 0.45), r.uniform(-0.02, 0.1)];
      const corner = [r.uniform(0.02, 0.26), r.uniform(0.32, 0.54)];
      const sharp = r.uniform() < 0.6;
      return [
        [
          [r.uniform(0.7, 1.15), r.uniform(-0.12, 0.1), ...top, ...top, ...corner, ...(sharp ? corner : [])],
          ...fiveBowl(r, corner[1]),
        ],
      ];
    },
  },
  {
    // Round, almost an S.
    weight: 3,
    draw: (r) => [
      [
        [r.uniform(0.7, 1.05), r.uniform(-0.05, 0.12)],
        [r.uniform(0.42, 0.6), 0.02],
        [r.uniform(0.12, 0.32), r.uniform(0.16, 0.3)],
        [r.uniform(0.35, 0.5), r.uniform(0.4, 0.5), r.uniform(0.62, 0.85), r.uniform(0.58, 0.72)],
        [r.uniform(0.5, 0.75), 0.9, r.uniform(0.3, 0.45), 1, r.uniform(-0.1, 0.15), r.uniform(0.8, 1)],
      ],
    ],
  },
];

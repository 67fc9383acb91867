import type { Random } from '../../../tensor/index.js';
import { arc, type Stroke, type WeightedStyle } from './style.js';

/** The arch of a 2, from its beginning at the left to the right side. */
function twoTop(r: Random): Stroke {
  const height = r.uniform(0.13, 0.3);
  const start = Math.PI + r.uniform(-1.1, 0.7);
  return arc(
    r.uniform(0.42, 0.55),
    height,
    r.uniform(0.2, 0.44),
    height,
    start,
    2 * Math.PI + r.uniform(0, 0.5) - start,
    0,
    5,
  );
}

/** The styles of a 2. */
export const two: readonly WeightedStyle[] = [
  {
    weight: 5,
    draw: (r) => {
      const heel = [r.uniform(-0.05, 0.15), r.uniform(0.88, 1)];
      return [
        [
          ...twoTop(r),
          [r.uniform(0.4, 0.62), r.uniform(0.55, 0.72), ...heel, ...heel],
          [r.uniform(0.4, 0.6), r.uniform(0.88, 1.06), r.uniform(0.6, 1.15), r.uniform(0.84, 1.2)],
        ],
      ];
    },
  },
  {
    // A loop at the heel.
    weight: 6,
    draw: (r) => {
      const w = r.uniform(0.1, 0.45);
      const h = r.uniform(0.08, 0.5);
      const x = r.uniform(0.16, 0.32);
      return [
        [
          ...twoTop(r),
          [r.uniform(0.48, 0.68), r.uniform(0.55, 0.66)],
          [x + 0.06, 0.96],
          [x - w * 0.7, 1 - h * 0.3],
          [x - w * 0.5, 1 - h],
          [x + w * 0.4, 1 - h * 0.8],
          [r.uniform(0.45, 0.7), r.uniform(0.9, 1.06)],
          [r.uniform(0.65, 1.15), r.uniform(0.8, 1.25)],
        ],
      ];
    },
  },
  {
    // A round heel without corner or loop.
    weight: 1.5,
    draw: (r) => [
      [
        ...twoTop(r),
        [0.5, 0.62, r.uniform(0.05, 0.15), 0.86, r.uniform(0.12, 0.25), 0.99],
        [0.55, 0.98, r.uniform(0.85, 1.05), r.uniform(0.84, 1)],
      ],
    ],
  },
  {
    // A short hook, almost an L.
    weight: 1.2,
    draw: (r) => {
      const heel = [r.uniform(-0.05, 0.1), r.uniform(0.92, 1)];
      const top = r.uniform(0.4, 0.7);
      return [
        [
          [top - r.uniform(0.1, 0.4), r.uniform(0.05, 0.2)],
          [top, r.uniform(0, 0.06)],
          [top + 0.03, r.uniform(0.2, 0.3)],
          [...heel, ...heel, r.uniform(0.8, 1.2), r.uniform(0.84, 1)],
        ],
      ];
    },
  },
];

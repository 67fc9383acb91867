import type { WeightedStyle } from './style.js';

/** The styles of a 3. */
export const three: readonly WeightedStyle[] = [
  {
    weight: 6,
    draw: (r) => {
      const waist = [r.uniform(0.22, 0.6), r.uniform(0.38, 0.54)];
      const sharp = r.uniform() < 0.75;
      return [
        [
          [r.uniform(-0.02, 0.28), r.uniform(0.02, 0.3)],
          [r.uniform(0.38, 0.55), 0],
          [r.uniform(0.68, 0.92), r.uniform(0.14, 0.28)],
          ...waist,
          ...(sharp ? waist : []),
          [r.uniform(0.82, 1), r.uniform(0.66, 0.78)],
          [r.uniform(0.35, 0.55), 1],
          [r.uniform(-0.08, 0.2), r.uniform(0.7, 1)],
        ],
      ];
    },
  },
  {
    // Flat on top.
    weight: 1,
    draw: (r) => {
      const corner = [r.uniform(0.75, 0.9), r.uniform(-0.02, 0.06)];
      const waist = [r.uniform(0.3, 0.5), r.uniform(0.36, 0.46)];
      return [
        [
          [r.uniform(0.02, 0.2), r.uniform(0, 0.08), ...corner, ...corner, ...waist, ...waist],
          [r.uniform(0.82, 0.98), r.uniform(0.62, 0.74)],
          [r.uniform(0.4, 0.55), 1],
          [r.uniform(0, 0.12), r.uniform(0.85, 0.96)],
        ],
      ];
    },
  },
  {
    // A small loop at the waist.
    weight: 1.5,
    draw: (r) => [
      [
        [r.uniform(0.02, 0.22), r.uniform(0.05, 0.2), 0.48, 0, r.uniform(0.75, 0.9), 0.2, 0.55, 0.45],
        [r.uniform(0.3, 0.4), 0.5, r.uniform(0.3, 0.4), 0.4, 0.58, 0.46],
        [r.uniform(0.85, 1), 0.72, 0.5, 1, r.uniform(0, 0.15), r.uniform(0.85, 0.98)],
      ],
    ],
  },
];

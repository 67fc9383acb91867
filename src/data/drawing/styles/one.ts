import type { WeightedStyle } from './style.js';

/** The styles of a 1. */
export const one: readonly WeightedStyle[] = [
  { weight: 20, draw: (r) => [[0.5, 0, 0.5 + r.normal(0, 0.025), r.uniform(0.3, 0.7), 0.5, 1]] },
  {
    weight: 2,
    draw: (r) => [
      [0.5 - r.uniform(0.1, 0.32), r.uniform(0.1, 0.32), 0.5, 0, 0.5, 0, 0.5 + r.normal(0, 0.02), 0.5, 0.5, 1],
    ],
  },
  {
    weight: 1,
    draw: (r) => {
      const foot = r.uniform(0.15, 0.35);
      return [
        [0.5 - r.uniform(0.1, 0.3), r.uniform(0.1, 0.3), 0.5, 0, 0.5, 0, 0.5, 1],
        [0.5 - foot, 1 + r.normal(0, 0.03), 0.5 + foot, 1 + r.normal(0, 0.03)],
      ];
    },
  },
];

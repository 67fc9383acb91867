import type { WeightedStyle } from './style.js';

/** The styles of a 4. */
export const four: readonly WeightedStyle[] = [
  {
    // Open, with a corner and a crossing stem.
    weight: 5,
    draw: (r) => {
      const corner = [r.uniform(0, 0.15), r.uniform(0.45, 0.62)];
      const stem = r.uniform(0.6, 0.85);
      return [
        [
          r.uniform(0.08, 0.35),
          r.uniform(-0.02, 0.15),
          ...corner,
          ...corner,
          r.uniform(0.85, 1.1),
          corner[1] + r.normal(-0.03, 0.05),
        ],
        [stem + r.uniform(-0.02, 0.14), r.uniform(-0.08, 0.2), stem, 0.5, stem + r.normal(-0.04, 0.05), 1],
      ];
    },
  },
  {
    // Open and round, the bar ending at the stem.
    weight: 4,
    draw: (r) => {
      const stem = r.uniform(0.7, 0.85);
      const bar = r.uniform(0.42, 0.58);
      return [
        [
          [r.uniform(0.08, 0.25), r.uniform(-0.02, 0.1)],
          [r.uniform(0.02, 0.12), bar * 0.7],
          [r.uniform(0.2, 0.35), bar + 0.02],
          [0.55, bar, stem, bar - r.uniform(0.05, 0.2)],
        ],
        [stem + r.uniform(0, 0.1), r.uniform(-0.02, 0.12), stem, 0.5, stem + r.normal(-0.06, 0.06), 1],
      ];
    },
  },
  {
    // The same without lifting the pen.
    weight: 2,
    draw: (r) => {
      const top = [r.uniform(0.75, 0.95), r.uniform(0, 0.12)];
      const bar = r.uniform(0.42, 0.56);
      return [
        [
          [r.uniform(0.05, 0.25), r.uniform(-0.02, 0.12), r.uniform(0, 0.12), bar - 0.08, r.uniform(0.25, 0.4), bar],
          [r.uniform(0.6, 0.7), bar - 0.12, ...top, ...top, top[0] - 0.08, 0.5, top[0] - r.uniform(0.05, 0.25), 1],
        ],
      ];
    },
  },
  {
    // Closed, a triangle.
    weight: 3,
    draw: (r) => {
      const top = [r.uniform(0.55, 0.75), 0];
      const corner = [r.uniform(0, 0.12), r.uniform(0.5, 0.68)];
      return [
        [...top, ...corner, ...corner, r.uniform(0.8, 1.05), corner[1] + r.normal(-0.02, 0.04)],
        [top[0] + r.uniform(-0.03, 0.08), r.uniform(-0.03, 0.1), top[0] + r.normal(-0.02, 0.04), 1],
      ];
    },
  },
];

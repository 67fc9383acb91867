import { arc, type WeightedStyle } from './style.js';

/** The styles of a 8. */
export const eight: readonly WeightedStyle[] = [
  {
    weight: 8,
    draw: (r) => {
      const waist = r.uniform(0.36, 0.64);
      const upper = r.uniform(0.13, 0.35);
      const lower = r.uniform(0.1, 0.35);
      const lean = r.normal(0.03, 0.09);
      const turn = r.uniform(0.3, 1);
      const start = r.uniform(-1.2, 0.1);
      const top = arc(0.5 + lean, waist / 2, upper, waist / 2, start, -Math.PI - turn - start, 0, 6);
      const bottom = arc(0.5 - lean, (1 + waist) / 2, lower, (1 - waist) / 2, -turn, Math.PI + 2 * turn, 0, 7);
      return [[...top, ...bottom, 0.5 + lean + upper * r.uniform(0.7, 1.4), waist * r.uniform(-0.1, 0.5)]];
    },
  },
  {
    // Pointed rings and straight diagonals.
    weight: 6,
    draw: (r) => {
      const waist = r.uniform(0.38, 0.58);
      const upper = r.uniform(0.16, 0.38);
      const lower = r.uniform(0.12, 0.36);
      return [
        [
          [0.5 + upper * r.uniform(0.4, 1.2), r.uniform(0, 0.2)],
          [r.uniform(0.4, 0.6), 0],
          [0.5 - upper, waist * r.uniform(0.35, 0.55)],
          [0.5 + r.normal(0, 0.06), waist, 0.5 + lower, waist + (1 - waist) * r.uniform(0.45, 0.7)],
          [0.48 + r.normal(0, 0.04), 1, 0.5 - lower, waist + (1 - waist) * r.uniform(0.45, 0.7)],
          [0.5 + r.normal(0, 0.04), waist + r.normal(0, 0.02)],
          [0.5 + upper * r.uniform(0.8, 1.3), waist * r.uniform(0.3, 0.5)],
          [0.5 + upper * r.uniform(0.2, 1.3), r.uniform(-0.06, 0.12)],
        ],
      ];
    },
  },
  {
    // The stroke goes on until the upper ring is closed.
    weight: 4,
    draw: (r) => {
      const waist = r.uniform(0.38, 0.54);
      const upper = r.uniform(0.14, 0.34);
      const lower = r.uniform(0.14, 0.35);
      const lean = r.normal(0, 0.05);
      const turn = r.uniform(0.3, 0.8);
      const start = r.uniform(-1.8, -0.8);
      const top = arc(0.5 + lean, waist / 2, upper, waist / 2, start, -Math.PI - turn - start, 0, 5);
      const bottom = arc(0.5 - lean, (1 + waist) / 2, lower, (1 - waist) / 2, -turn, Math.PI + 2 * turn, 0, 7);
      const end = arc(
        0.5 + lean,
        waist / 2,
        upper,
        waist / 2,
        turn,
        -turn - r.uniform(0.5, 2),
        r.uniform(-0.1, 0.1),
        3,
      );
      return [[...top, ...bottom, ...end]];
    },
  },
  {
    // Two rings.
    weight: 2,
    draw: (r) => {
      const waist = r.uniform(0.38, 0.56);
      const lean = r.normal(0, 0.04);
      return [
        arc(
          0.5 + lean,
          waist / 2,
          r.uniform(0.14, 0.34),
          waist / 2,
          r.uniform(0, 6.3),
          -2 * Math.PI + r.uniform(-0.3, 0.3),
          0.03,
        ),
        arc(
          0.5,
          (1 + waist) / 2,
          r.uniform(0.16, 0.38),
          (1 - waist) / 2,
          -Math.PI / 2 + r.normal(0, 0.5),
          2 * Math.PI,
          0.03,
        ),
      ];
    },
  },
];

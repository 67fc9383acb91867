import { describe, expect, it } from 'vitest';
import { detectionConfusion } from './detectionConfusion.js';
import { objectKeypointSimilarity, pck } from './keypointSimilarity.js';

const face = {
  label: 0,
  box: [0, 0, 20, 10],
  points: [
    [2, 3, 2],
    [8, 3, 1],
    [0, 0, 0],
  ],
} as const;

describe('points', () => {
  it('are right by a share of the thing’s size, those that are labelled', () => {
    const found = [
      [2, 5],
      [8, 5.5],
      [99, 99],
    ];
    expect(pck([face], [found])).toEqual({ pck: 0.5, perPoint: Float64Array.of(1, 0, NaN) });
    expect(pck([face], [found], { threshold: 0.2 }).pck).toBe(1);
    expect(pck([], []).pck).toBeNaN();
    expect(() => pck([face], [[[1, 1]]])).toThrow('thing 0 has 3 points; received 1');
    expect(() => pck([face], [])).toThrow('each of 1 things');
  });

  it('are similar as COCO says', () => {
    const sigmas = [0.1, 0.05, 0.1];
    expect(objectKeypointSimilarity(face, face.points, sigmas)).toBe(1);
    const off = [
      [2, 3],
      [8, 5],
      [0, 0],
    ];
    expect(objectKeypointSimilarity(face, off, sigmas)).toBeCloseTo((1 + Math.exp(-4 / (0.1 ** 2 * 200 * 2))) / 2, 12);
    expect(() => objectKeypointSimilarity(face, off)).toThrow('sigmas must be 3 numbers above 0');
  });
});

describe('detectionConfusion', () => {
  it('tells what things were taken for, what was missed and what is of nothing', () => {
    const truth = [
      [
        { label: 0, box: [0, 0, 10, 10] },
        { label: 1, box: [20, 0, 30, 10] },
        { label: 1, box: [50, 0, 60, 10] },
        { label: 0, box: [80, 0, 90, 10], crowd: true },
      ],
    ] as const;
    const found = [
      [
        { label: 1, score: 0.9, box: [1, 0, 11, 10] },
        { label: 0, score: 0.6, box: [0, 0, 10, 10] },
        { label: 1, score: 0.8, box: [20, 0, 30, 10] },
        { label: 0, score: 0.3, box: [50, 0, 60, 10] },
      ],
    ] as const;
    const { counts, missed, invented } = detectionConfusion(truth, found, { classNames: ['cat', 'dog'] });
    expect(counts.map((row) => [...row])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([[...missed], [...invented]]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const low = detectionConfusion(truth, found, { scoreThreshold: 0.2 });
    expect([...low.counts[1]]).toEqual([1, 1]);
    expect([...low.missed]).toEqual([0, 0]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawnSet, drawnSigmas } from '../../test/fixtures/geometry/drawnSet.js';
import { evaluateDetections } from './evaluateDetections.js';

interface Recorded {
  stats: number[];
  curve: number[];
  scores: number[];
}
const recorded = JSON.parse(
  readFileSync(new URL('../../test/fixtures/geometry/evaluation.json', import.meta.url), 'utf8'),
) as { things: number; found: number; bbox: Recorded; segm: Recorded; keypoints: Recorded }[];

describe.each([0, 1, 2])('evaluateDetections, on drawn set %i', (k) => {
  const { truth, found } = drawnSet(k);
  const expected = recorded[k];

  it('is about the set that pycocotools saw', () => {
    expect([truth.flat().length, found.flat().length]).toEqual([expected.things, expected.found]);
  });

  it.each([
    ['boxes', 'bbox', 12],
    ['masks', 'segm', 12],
    ['points', 'keypoints', 10],
  ] as const)('has pycocotools’ figures of %s', (kind, name, count) => {
    const options = { kind, classNames: ['a', 'b', 'c'], ...(kind === 'points' && { sigmas: drawnSigmas }) };
    const { figures, curves } = evaluateDetections(truth, found, options);
    expect(Object.keys(figures)).toHaveLength(count);
    Object.entries(figures).forEach(([figure, value], i) => {
      expect(Math.abs(value - expected[name].stats[i]), `${figure} ${value}, ${expected[name].stats[i]}`).toBeLessThan(
        1e-6,
      );
    });
    if (kind !== 'boxes') return;
    for (let i = 0; i < 11; i++) {
      expect(curves[0]!.precision[i * 10]).toBeCloseTo(expected.bbox.curve[i], 9);
      expect(curves[0]!.scores[i * 10]).toBe(expected.bbox.scores[i]);
    }
  });
});

describe('evaluateDetections', () => {
  it('tells classes apart, and those without things by −1', () => {
    const box = [0, 0, 10, 10] as const;
    const { perClass, curves } = evaluateDetections([[{ label: 0, box }]], [[{ label: 0, score: 1, box }]], {
      classNames: ['cat', 'dog'],
    });
    const none = { things: 0, averagePrecision: -1, averagePrecision50: -1, averageRecall: -1 };
    expect(perClass).toEqual([
      { className: 'cat', things: 1, averagePrecision: 1, averagePrecision50: 1, averageRecall: 1 },
      { className: 'dog', ...none },
    ]);
    expect(curves[0]!.precision.every((value) => value > 0.999)).toBe(true);
    expect(curves[1]).toBeUndefined();
  });

  it('says what is missing', () => {
    const thing = { label: 0, box: [0, 0, 1, 1] } as const;
    expect(() => evaluateDetections([[thing]], [])).toThrow('a list of detections for each of 1 pictures; received 0');
    expect(() => evaluateDetections([[{ ...thing, label: 2 }]], [[]], { classNames: ['a'] })).toThrow('labels');
    expect(() => evaluateDetections([[thing]], [[{ ...thing, score: 1 }]], { kind: 'masks' })).toThrow(
      'needs the mask',
    );
    const points = [[0, 0, 2]] as const;
    expect(() =>
      evaluateDetections([[{ ...thing, points }]], [[{ ...thing, score: 1, points }]], { kind: 'points' }),
    ).toThrow('sigmas must be 1 numbers above 0');
    expect(() => evaluateDetections([], [], { kind: 'box' as never })).toThrow('boxes, masks, points');
  });
});

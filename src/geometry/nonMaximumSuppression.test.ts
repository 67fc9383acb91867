import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawnBoxes, hashOf } from '../../test/fixtures/geometry/lcg.js';
import { StriateError } from '../tensor/index.js';
import { boxIou, completeBoxIou, distanceBoxIou, generalizedBoxIou } from './boxOverlap.js';
import { nms, softNms } from './nonMaximumSuppression.js';

const recorded = JSON.parse(
  readFileSync(new URL('../../test/fixtures/geometry/suppression.json', import.meta.url), 'utf8'),
) as {
  together: number[];
  byClass: number[];
  overlaps: Record<string, number[]>;
  soft: { indices: number[]; scores: number[] }[];
};

describe('nms', () => {
  it('keeps the same boxes in the same order as torchvision, of 1,000 sets with equal scores and overlaps at the threshold', () => {
    const differing = recorded.together.flatMap((hash, k) => {
      const { boxes, scores, threshold } = drawnBoxes(k);
      return hashOf(nms(boxes, scores, { iouThreshold: threshold })) === hash ? [] : [k];
    });
    expect(recorded.together).toHaveLength(1000);
    expect(differing).toEqual([]);
  });

  it('keeps the same as torchvision’s batched_nms where boxes have classes', () => {
    const differing = recorded.byClass.flatMap((hash, k) => {
      const { boxes, scores, labels, threshold } = drawnBoxes(k);
      return hashOf(nms(boxes, scores, { iouThreshold: threshold, labels })) === hash ? [] : [k];
    });
    expect(differing).toEqual([]);
  });

  it('takes lists, a least score and a number of boxes, and drops scores that are no numbers only then', () => {
    const boxes = [
      [0, 0, 10, 10],
      [1, 0, 11, 10],
      [20, 0, 30, 10],
      [40, 0, 50, 10],
    ];
    expect([...nms(boxes, [0.7, 0.9, 0.8, 0.1])]).toEqual([1, 2, 3]);
    expect([...nms(boxes, [0.7, 0.9, 0.8, 0.1], { scoreThreshold: 0.5 })]).toEqual([1, 2]);
    expect([...nms(boxes, [0.7, 0.9, 0.8, 0.1], { maxDetections: 1 })]).toEqual([1]);
    expect([...nms(boxes, [0.7, NaN, 0.8, 0.1], { scoreThreshold: 0 })]).toEqual([2, 0, 3]);
    expect([...nms([], [])]).toEqual([]);
  });

  it('says which list does not fit the boxes', () => {
    expect(() => nms([[0, 0, 1, 1]], [])).toThrow('nms: there must be as many scores as boxes, 1; received 0');
    expect(() => nms([[0, 0, 1, 1]], [1], { labels: [] })).toThrow('as many labels');
    expect(() => nms([[0, 0, 1]], [1])).toThrow('a box has four numbers; received [0, 0, 1]');
    expect(() => nms(new Float32Array(3), [1])).toThrow(StriateError);
  });
});

describe('softNms', () => {
  it('keeps the boxes and scores of TensorFlow, whose sigma is half of the paper’s', () => {
    recorded.soft.forEach((expected, i) => {
      const { boxes, scores } = drawnBoxes(i * 2 + 1);
      const apart = Float32Array.from(scores, (score, k) => score + k * 1e-6);
      const { indices, scores: fallen } = softNms(boxes, apart, { scoreThreshold: 0.05, maxDetections: 10 });
      expect([...indices]).toEqual(expected.indices);
      fallen.forEach((score, k) => expect(score).toBeCloseTo(expected.scores[k], 5));
    });
  });

  it('lets scores fall in a line above a threshold, within a class', () => {
    const boxes = [
      [0, 0, 10, 10],
      [5, 0, 15, 10],
      [5, 0, 15, 10],
    ];
    const labels = [0, 0, 1];
    const { indices, scores } = softNms(boxes, [0.9, 0.6, 0.5], { method: 'linear', labels });
    expect([...indices]).toEqual([0, 2, 1]);
    expect(scores[2]).toBeCloseTo(0.6 * (1 - 1 / 3), 12);
    expect(scores[1]).toBe(0.5);
  });
});

describe('overlaps of boxes', () => {
  it('are torchvision’s', () => {
    const [a, b] = [drawnBoxes(1).boxes.subarray(0, 16), drawnBoxes(3).boxes.subarray(0, 20)];
    const own = {
      box_iou: boxIou(a, b),
      generalized_box_iou: generalizedBoxIou(a, b),
      distance_box_iou: distanceBoxIou(a, b),
      complete_box_iou: completeBoxIou(a, b),
    };
    for (const [name, values] of Object.entries(own)) {
      expect(values).toHaveLength(20);
      values.forEach((value, i) => expect(value, name).toBeCloseTo(recorded.overlaps[name][i], 9));
    }
  });

  it('are numbers for boxes without area', () => {
    for (const overlap of [boxIou, generalizedBoxIou, distanceBoxIou]) {
      expect(overlap([[3, 3, 3, 3]], [[3, 3, 3, 3]])[0]).toBe(0);
    }
  });
});

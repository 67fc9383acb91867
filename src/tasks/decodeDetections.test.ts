import { describe, expect, it } from 'vitest';
import { uniform } from '../../test/golden/formula.js';
import type { DetectionDecoding } from '../zoo/detection.js';
import { decodeDetections, type RawDetections } from './decodeDetections.js';

const [rows, classes] = [60, 4];
const frame = { height: 10, width: 10 * rows };

/** Boxes apart from each other, by whose left edge rows are known again. */
const defaults = new Float32Array(4 * rows);
for (let row = 0; row < rows; row++) defaults.set([10 * row, 0, 10 * row + 8, 8], 4 * row);

/** Scores of few different values, so that many are equal. */
const steps = (name: string, count: number): Float32Array => uniform(name, count, (u) => Math.round(6 * u) - 3);

const raw: RawDetections = {
  scores: steps('scores', rows * classes),
  boxes: new Float32Array(4 * rows),
  defaults,
  places: [40, 20],
};

interface Found {
  readonly row: number;
  readonly label: number;
  readonly score: number;
}

/** The best of each group, by a sort that keeps the order of what is equal. */
const bestOf = (groups: readonly (readonly Found[])[], count: number): Found[] =>
  groups
    .flatMap((group) => [...group].sort((a, b) => b.score - a.score).slice(0, count))
    .sort((a, b) => b.score - a.score);

function expectFound(given: RawDetections, decoding: DetectionDecoding, expected: readonly Found[]): void {
  const found = decodeDetections(given, classes, frame, decoding);
  expect(found.map(({ label, box }) => [Math.round(box[0] / 10), label])).toEqual(
    expected.map(({ row, label }) => [row, label]),
  );
  found.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i].score, 6));
}

const each = [...raw.scores].map((logit, i) => ({ logit, row: Math.floor(i / classes), label: i % classes }));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const everything = { nmsThreshold: 1, detections: 1000 } as const;

describe('which rows become candidates', () => {
  it.each([0, 0.1, 0.4, 1])(
    'SSD: the best of each class but the background, above %d; of equal scores the first',
    (scoreThreshold) => {
      const shares = each.map(({ row, label, logit }): Found => {
        const sum = each.filter((other) => other.row === row).reduce((all, other) => all + Math.exp(other.logit), 0);
        return { row, label, score: Math.fround(Math.exp(logit) / sum) };
      });
      const groups = [1, 2, 3].map((own) =>
        shares.filter(({ label, score }) => label === own && score > scoreThreshold),
      );
      const decoding = { kind: 'ssd', scoreThreshold, candidates: 7, ...everything } as const;
      expectFound(raw, decoding, bestOf(groups, 7));
    },
  );

  it.each([0, 0.2, 0.5, 1])(
    'RetinaNet: the best of each map, above %d; of equal scores the first',
    (scoreThreshold) => {
      const scores = each.map(({ logit, ...place }): Found => ({ ...place, score: Math.fround(sigmoid(logit)) }));
      const above = scores.filter(({ score }) => score > scoreThreshold);
      const groups = [above.filter(({ row }) => row < 40), above.filter(({ row }) => row >= 40)];
      const decoding = { kind: 'retinanet', scoreThreshold, candidates: 25, ...everything } as const;
      expectFound(raw, decoding, bestOf(groups, 25));
    },
  );

  it.each([0, 0.2, 0.5, 1])('FCOS: the same of scores by how near the middle is, above %d', (scoreThreshold) => {
    const centerness = steps('centerness', rows);
    const scores = each.map(({ logit, row, label }): Found => {
      const product = Math.fround(Math.fround(sigmoid(logit)) * Math.fround(sigmoid(centerness[row])));
      return { row, label, score: Math.fround(Math.sqrt(product)) };
    });
    const above = scores.filter(({ score }) => score > scoreThreshold);
    const groups = [above.filter(({ row }) => row < 40), above.filter(({ row }) => row >= 40)];
    // Sides half a size from the middle: the default boxes themselves.
    const given = { ...raw, boxes: new Float32Array(4 * rows).fill(0.5), centerness };
    const decoding = { kind: 'fcos', scoreThreshold, candidates: 25, ...everything } as const;
    expectFound(given, decoding, bestOf(groups, 25));
  });
});

it('boxes are cut to the picture', () => {
  const wide = { ...raw, boxes: new Float32Array(4 * rows).fill(100), centerness: new Float32Array(rows) };
  const decoding = { kind: 'fcos', scoreThreshold: 0, candidates: 5, ...everything } as const;
  for (const { box } of decodeDetections(wide, classes, frame, decoding)) expect(box).toEqual([0, 0, 10 * rows, 10]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateSegmentation, type LabelMap } from './evaluateSegmentation.js';
import { squaredDistances } from './squaredDistances.js';

const map = (rows: readonly string[]): LabelMap => ({
  height: rows.length,
  width: rows[0].length,
  data: Uint8Array.from(rows.join('').split(/(?=.)/), (digit) => (digit === '.' ? 255 : Number(digit))),
});

describe('evaluateSegmentation', () => {
  it('counts pixels as they are counted by hand, ignored ones not at all', () => {
    const truth = [map(['0011', '0011', '....'])];
    const found = [map(['0111', '0011', '0120'])];
    const { counts, pixelAccuracy, meanAccuracy, iou, meanIou, frequencyWeightedIou } = evaluateSegmentation(
      truth,
      found,
      3,
    );
    expect(counts.map((row) => [...row])).toEqual([
      [3, 1, 0],
      [0, 4, 0],
      [0, 0, 0],
    ]);
    expect(pixelAccuracy).toBe(7 / 8);
    expect(meanAccuracy).toBe((3 / 4 + 1) / 2);
    expect([...iou]).toEqual([3 / 4, 4 / 5, NaN]);
    expect(meanIou).toBeCloseTo((3 / 4 + 4 / 5) / 2, 12);
    expect(frequencyWeightedIou).toBeCloseTo((3 / 4 + 4 / 5) / 2, 12);
  });

  it('scores boundaries by how near they are', () => {
    const square = (left: number): LabelMap => {
      const data = Uint8Array.from({ length: 800 }, (_, at) => {
        const [x, y] = [at % 40, Math.floor(at / 40)];
        return Number(y > 4 && y < 15 && x >= left && x < left + 10);
      });
      return { height: 20, width: 40, data };
    };
    const score = (left: number, boundaryTolerance: number): number =>
      evaluateSegmentation([square(10)], [square(left)], 2, { boundaryTolerance }).boundaryF[1];
    const pixel = 1 / Math.hypot(20, 40);
    expect(score(10, 0)).toBe(1);
    // Of 36 pixels around a square, those above and below overlap but for one each.
    expect(score(11, 0)).toBeCloseTo(18 / 36, 12);
    expect(score(11, 1.01 * pixel)).toBe(1);
    expect(score(12, 1.01 * pixel)).toBeLessThan(1);
    expect(score(25, pixel)).toBe(0);
  });

  it('has no boundary where a class is nowhere, and 0 where only one mask has one', () => {
    const { boundaryF, meanBoundaryF } = evaluateSegmentation([map(['0011'])], [map(['0000'])], 3);
    expect([...boundaryF]).toEqual([0, 0, NaN]);
    expect(meanBoundaryF).toBe(0);
  });

  it('names the picture whose masks do not fit', () => {
    expect(() => evaluateSegmentation([map(['00'])], [map(['000'])], 1)).toThrow('of picture 0 must be of one size');
    expect(() => evaluateSegmentation([map(['02'])], [map(['00'])], 2)).toThrow(
      'true mask of picture 0 must be below 2',
    );
    expect(() => evaluateSegmentation([map(['00'])], [map(['03'])], 2)).toThrow('found mask of picture 0');
    expect(() => evaluateSegmentation([], [map(['0'])], 2)).toThrow('each of 0 pictures; received 1');
  });
});

it('distances are those of every pixel to every marked one', () => {
  const size = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(size, size, fc.infiniteStream(fc.boolean()), (height, width, marks) => {
      const marked = Uint8Array.from({ length: height * width }, () =>
        Number(marks.next().value && marks.next().value),
      );
      const own = squaredDistances(marked, height, width);
      own.forEach((value, at) => {
        const all = [...marked.keys()].filter((other) => marked[other]);
        const nearest = Math.min(
          ...all.map(
            (other) =>
              ((other % width) - (at % width)) ** 2 + (Math.floor(other / width) - Math.floor(at / width)) ** 2,
          ),
        );
        if (all.length === 0) expect(value).toBeGreaterThan(2 ** 39);
        else expect(value).toBe(nearest);
      });
    }),
  );
});

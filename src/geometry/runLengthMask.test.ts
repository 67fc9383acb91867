import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnPolygon, hashOf } from '../../test/fixtures/geometry/lcg.js';
import { boxArea } from './box.js';
import { maskIou, RunLengthMask } from './runLengthMask.js';

const recorded = JSON.parse(
  readFileSync(new URL('../../test/fixtures/geometry/masks.json', import.meta.url), 'utf8'),
) as {
  texts: string[];
  hashes: number[];
  areas: number[];
  boxes: number[][];
  iou: number[];
  union: string;
  intersection: string;
  long: string;
};
const filled = (k: number): RunLengthMask => RunLengthMask.fromPolygons([drawnPolygon(k)], 30, 40);
const pixels = fc
  .record({ height: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 12 }) })
  .chain(({ height, width }) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      data: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: height * width, maxLength: height * width }),
    }),
  );

describe('a mask of run lengths', () => {
  it('fills polygons as COCO’s tools do, pixel for pixel', () => {
    expect(recorded.hashes).toHaveLength(300);
    recorded.texts.forEach((text, k) => expect(filled(k).toCoco().counts, `polygon ${k}`).toBe(text));
    recorded.hashes.forEach((hash, k) => {
      const mask = filled(k);
      const { counts } = mask.toCoco();
      expect(hashOf(Buffer.from(counts)), `polygon ${k}`).toBe(hash);
      expect(mask.area, `polygon ${k}`).toBe(recorded.areas[k]);
    });
  });

  it('has the boxes and overlaps of COCO’s tools, things in crowds among them', () => {
    const masks = Array.from({ length: 12 }, (_, k) => filled(k));
    masks.forEach((mask, k) => {
      const [x, y, width, height] = recorded.boxes[k];
      expect(mask.box).toEqual([x, y, x + width, y + height]);
    });
    const crowd = [false, true, false, true, false];
    const own = maskIou(masks, masks.slice(0, 5), crowd);
    own.forEach((value, i) => expect(value).toBeCloseTo(recorded.iou[i], 12));
  });

  it('joins masks and cuts them', () => {
    const masks = [0, 1, 2, 3].map(filled);
    expect(RunLengthMask.union(masks, 30, 40).toCoco().counts).toBe(recorded.union);
    expect(masks[2].intersection(masks[3]).toCoco().counts).toBe(recorded.intersection);
    expect(RunLengthMask.union([], 2, 3).area).toBe(0);
  });

  it('writes long runs as COCO does', () => {
    const diagonal = new Uint8Array(300 * 200);
    for (let i = 0; i < 200; i++) diagonal[i * 200 + i] = 1;
    const text = RunLengthMask.fromArray(diagonal, 300, 200).toCoco().counts;
    expect(text.slice(0, 60)).toBe(recorded.long);
  });

  it('comes back from pixels and from text as it was', () => {
    fc.assert(
      fc.property(pixels, ({ height, width, data }) => {
        const mask = RunLengthMask.fromArray(data, height, width);
        const again = RunLengthMask.fromCoco(mask.toCoco());
        expect([...again.toArray()]).toEqual(data);
        expect(Array.from(again.counts)).toEqual(Array.from(mask.counts));
        expect(mask.area).toBe(data.reduce((a, b) => a + b, 0));
        const inside = data.flatMap((value, i) => (value ? [[i % width, Math.floor(i / width)]] : []));
        const [x1, y1, x2, y2] = mask.box;
        if (inside.length === 0) expect(boxArea(mask.box)).toBe(0);
        else {
          expect(x1).toBe(Math.min(...inside.map(([x]) => x)));
          expect(y1).toBe(Math.min(...inside.map(([, y]) => y)));
          expect(x2).toBe(Math.max(...inside.map(([x]) => x)) + 1);
          expect(y2).toBe(Math.max(...inside.map(([, y]) => y)) + 1);
        }
      }),
    );
  });

  it('refuses runs that do not fill the picture, damaged text and polygons of two corners', () => {
    expect(() => new RunLengthMask(2, 3, [4])).toThrow('must be whole numbers with the sum 6; received 4');
    expect(() => new RunLengthMask(2, 3, [7, -1])).toThrow('whole numbers');
    expect(() => RunLengthMask.fromCoco({ size: [2, 3], counts: '\u0001' })).toThrow('is damaged');
    expect(() => RunLengthMask.fromPolygons([[1, 2, 3, 4]], 2, 3)).toThrow('three corners');
    expect(() => RunLengthMask.fromPolygons([[1, 2, 3, 4, NaN, 1]], 2, 3)).toThrow('all finite');
    expect(() => RunLengthMask.fromArray([1], 2, 3)).toThrow('has 6 numbers; received 1');
    expect(() => maskIou([new RunLengthMask(2, 3, [6])], [new RunLengthMask(3, 2, [6])])).toThrow('of one size');
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placement } from '../pictures/pictureGeometry.js';
import { boxArea, boxConvert, boxFormats, clipBox, type Box } from './box.js';
import { letterbox, placeBox, unplaceBox } from './letterbox.js';

const side = fc.integer({ min: 1, max: 900 });
const coordinate = fc.integer({ min: -50, max: 900 });

it('every format of a box says the same box', () => {
  for (const from of boxFormats) {
    for (const to of boxFormats)
      expect(boxConvert(boxConvert([10, 20, 40, 60], from, to), to, from)).toEqual([10, 20, 40, 60]);
  }
  expect(boxConvert([10, 20, 30, 40], 'xywh', 'xyxy')).toEqual([10, 20, 40, 60]);
  expect(boxConvert([25, 40, 30, 40], 'cxcywh', 'xyxy')).toEqual([10, 20, 40, 60]);
  expect(() => boxConvert([1, 2, 3, 4], 'ltrb' as never, 'xyxy')).toThrow('one of xyxy, xywh, cxcywh');
  expect(() => boxConvert([1, 2, 3], 'xyxy', 'xywh')).toThrow('four numbers');
});

it('a box cut by the picture is no larger than it, and none outside has area', () => {
  fc.assert(
    fc.property(coordinate, coordinate, side, side, (x, y, width, height) => {
      const box: Box = [x, y, x + width, y + height];
      const cut = clipBox(box, { width: 100, height: 80 });
      expect(boxArea(cut)).toBeLessThanOrEqual(Math.min(boxArea(box), 8000));
      if (x >= 100 || y >= 80 || x + width <= 0 || y + height <= 0) expect(boxArea(cut)).toBe(0);
    }),
  );
});

it('a letterbox lies where pictures are put by preprocessing, and is undone', () => {
  fc.assert(
    fc.property(
      side,
      side,
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 400 }),
      (width, height, w, h) => {
        const placed = letterbox({ width, height }, { width: w, height: h });
        const geometry = {
          height: h,
          width: w,
          channels: 3,
          fit: 'contain',
          margin: 1,
          interpolation: 'bilinear',
        } as const;
        const { top, left, ...sized } = placement(geometry, width, height);
        expect([placed.left, placed.top]).toEqual([Math.max(0, -left), Math.max(0, -top)]);
        const whole = placeBox([0, 0, width, height], placed);
        expect(whole[2] - whole[0]).toBeCloseTo(sized.width, 9);
        expect(whole[3] - whole[1]).toBeCloseTo(sized.height, 9);
        const back = unplaceBox(placeBox([1.5, 2.25, 7, 9], placed), placed);
        [1.5, 2.25, 7, 9].forEach((value, i) => expect(back[i]).toBeCloseTo(value, 6));
      },
    ),
  );
  expect(() => letterbox({ width: 0, height: 1 }, { width: 1, height: 1 })).toThrow('picture.width');
});

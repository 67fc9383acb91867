import { describe, expect, it } from 'vitest';
import type { LabelledBox } from './boxes.js';
import { maskOf, movedThing, paintedPixels, withoutPainted, withPainted } from './paint.js';
import { hidden, nextPoint, pointAt, seen, unplaced, withPoint, withPointAs } from './points.js';

const extent = { width: 40, height: 30 };

describe('what is painted', () => {
  it('is the way of a round brush, cut at the edges of the picture', () => {
    const dot = paintedPixels({ kind: 'stroke', path: [[20, 15]], size: 10 }, extent);
    expect(dot.box).toEqual([15, 10, 25, 20]);
    expect(Math.abs(dot.area - Math.PI * 25)).toBeLessThan(5);
    const path = [
      [-5, 15],
      [50, 15],
    ] as const;
    const line = paintedPixels({ kind: 'stroke', path, size: 4 }, extent);
    expect(line.box).toEqual([0, 13, 40, 17]);
    expect(line.area).toBe(160);
    // The thinnest brush leaves the pixel that it is in.
    expect(paintedPixels({ kind: 'stroke', path: [[3.2, 4.7]], size: 1 }, extent).box).toEqual([3, 4, 4, 5]);
  });

  it('is added to a thing and taken from it, and the box is that of the pixels', () => {
    const area = {
      kind: 'area',
      corners: [
        [2, 3],
        [12, 3],
        [12, 9],
        [2, 9],
      ],
    } as const;
    const thing = withPainted({ label: 1 }, area, extent)!;
    expect(thing).toMatchObject({ label: 1, box: [2, 3, 12, 9] });
    const more = withPainted(thing, { ...area, corners: area.corners.map(([x, y]) => [x + 5, y] as const) }, extent)!;
    expect([more.box, maskOf(more)!.area]).toEqual([[2, 3, 17, 9], 90]);
    const less = withoutPainted(more, area, extent)!;
    expect([less.box, maskOf(less)!.area]).toEqual([[12, 3, 17, 9], 30]);
    expect(withoutPainted(thing, area, extent)).toBeUndefined();
    expect(
      withPainted(
        { label: 0 },
        {
          ...area,
          corners: [
            [-9, -9],
            [-5, -9],
            [-5, -5],
          ],
        },
        extent,
      ),
    ).toBeUndefined();
    const box: LabelledBox = { label: 0, box: [1, 1, 5, 5] };
    expect(withoutPainted(box, area, extent)).toBe(box);
  });

  it('goes along with its thing', () => {
    const area = {
      kind: 'area',
      corners: [
        [2, 3],
        [12, 3],
        [12, 9],
        [2, 9],
      ],
    } as const;
    const points = [
      [4, 5, seen],
      [0, 0, unplaced],
    ] as const;
    const thing = { ...withPainted({ label: 1 }, area, extent)!, points };
    const moved = movedThing(thing, [100, -1], extent);
    expect(moved.box).toEqual([30, 2, 40, 8]);
    expect(maskOf(moved)!.box).toEqual([30, 2, 40, 8]);
    expect(moved.points).toEqual([
      [32, 4, seen],
      [0, 0, unplaced],
    ]);
  });
});

describe('points of a thing', () => {
  it('are placed one after the other, the box around them where there is no mask', () => {
    const frame = { ...extent, count: 2 };
    const one = withPoint({ label: 0 }, 0, [10.04, 9], seen, frame);
    expect(one).toEqual({
      label: 0,
      box: [6, 5, 14, 13],
      points: [
        [10, 9, seen],
        [0, 0, unplaced],
      ],
    });
    expect(nextPoint(one, 2)).toBe(1);
    const two = withPoint(one, nextPoint(one, 2), [60, 9], hidden, frame);
    expect([two.box, two.points![1]]).toEqual([
      [6, 5, 40, 13],
      [40, 9, hidden],
    ]);
    expect([nextPoint(two, 2), pointAt(two, [11, 9], 2), pointAt(two, [20, 9], 2)]).toEqual([-1, 0, -1]);
    // A box around a point stays as it was drawn.
    expect(withPoint({ label: 0, box: [0, 0, 20, 20] }, 0, [1, 1], seen, frame).box).toEqual([0, 0, 20, 20]);
    expect(withPointAs(two, 1, seen, 2).points![1]).toEqual([40, 9, seen]);
    expect(withPointAs(one, 0, unplaced, 2)).not.toHaveProperty('points');
  });
});

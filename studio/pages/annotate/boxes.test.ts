import { describe, expect, it } from 'vitest';
import { boxBetween, handles, handleSpot, isLargeEnough, movedBox, resizedBox, type Corners } from './boxes.js';

const extent = { width: 100, height: 60 };
const box: Corners = [10, 20, 40, 50];

describe('boxes', () => {
  it('lie between two places in any order, in the picture, in whole pixels', () => {
    expect(boxBetween([40.4, 50], [9.6, 20.2], extent)).toEqual(box);
    expect(boxBetween([-20, -5], [400, 300], extent)).toEqual([0, 0, 100, 60]);
    expect(boxBetween([10, 10], [11, 40], extent)).toBeUndefined();
  });

  it('stop at the edges of the picture with their size when they are moved', () => {
    expect(movedBox(box, [5, -3], extent)).toEqual([15, 17, 45, 47]);
    expect(movedBox(box, [-500, 500], extent)).toEqual([0, 30, 30, 60]);
  });

  it('are resized by each handle, which takes its own sides along and no side past the other', () => {
    expect(resizedBox(box, 'se', [5, 5], extent)).toEqual([10, 20, 45, 55]);
    expect(resizedBox(box, 'n', [5, 5], extent)).toEqual([10, 25, 40, 50]);
    for (const handle of handles) {
      for (const by of [-1000, 1000]) {
        const [left, top, right, bottom] = resizedBox(box, handle, [by, by], extent);
        expect(isLargeEnough([left, top, right, bottom]), handle).toBe(true);
        expect(left >= 0 && top >= 0 && right <= 100 && bottom <= 60, handle).toBe(true);
      }
    }
  });

  it('have handles on corners and the middles of edges', () => {
    expect(handles.map((handle) => handleSpot(box, handle))).toEqual([
      [10, 20],
      [25, 20],
      [40, 20],
      [40, 35],
      [40, 50],
      [25, 50],
      [10, 50],
      [10, 35],
    ]);
  });
});

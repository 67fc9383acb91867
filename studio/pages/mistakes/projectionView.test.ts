import { describe, expect, it } from 'vitest';
import {
  clampedView,
  mostZoom,
  movedBy,
  nearestPoint,
  onScreen,
  placeAt,
  pointsIn,
  viewWith,
  wholeView,
  zoomedAt,
} from './projectionView.js';

const extent = { width: 400, height: 200 };

describe('what of a projection is seen', () => {
  it('places go to the screen and back', () => {
    expect(onScreen([250, 500], wholeView, extent)).toEqual([100, 100]);
    const view = { x: 400, y: 300, zoom: 4 };
    expect(onScreen([400, 300], view, extent)).toEqual([200, 100]);
    const [left, top] = onScreen([350, 380], view, extent);
    const [x, y] = placeAt([left, top], view, extent);
    expect(x).toBeCloseTo(350);
    expect(y).toBeCloseTo(380);
    expect(placeAt([-50, 900], wholeView, extent)).toEqual([0, 1000]);
  });

  it('what is under the pointer stays there while it becomes larger and smaller', () => {
    const pixel = [310, 60] as const;
    const before = placeAt(pixel, wholeView, extent);
    const near = zoomedAt(wholeView, 5, pixel, extent);
    expect(near.zoom).toBe(5);
    const after = placeAt(pixel, near, extent);
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
    // Back at its own size all of it is seen, wherever the pointer is.
    expect(zoomedAt(near, 0.01, [0, 0], extent)).toEqual(wholeView);
    expect(zoomedAt(wholeView, 1e6, pixel, extent).zoom).toBe(mostZoom);
  });

  it('moves with what is dragged, and not beyond its edges', () => {
    const view = { x: 500, y: 500, zoom: 2 };
    expect(movedBy(view, [40, 20], extent)).toEqual({ x: 450, y: 450, zoom: 2 });
    expect(movedBy(view, [4000, -2000], extent)).toEqual({ x: 250, y: 750, zoom: 2 });
    expect(clampedView({ x: 0, y: 0, zoom: 1 })).toEqual(wholeView);
    expect(viewWith({ x: 250, y: 250, zoom: 2 }, [700, 100])).toEqual({ x: 450, y: 250, zoom: 2 });
  });

  it('finds the point under the pointer, and those that are seen', () => {
    const points = Float32Array.of(100, 100, 500, 500, 520, 500, 900, 900);
    expect(nearestPoint(points, [205, 100], wholeView, extent, 12)).toBe(2);
    expect(nearestPoint(points, [300, 100], wholeView, extent, 12)).toBeUndefined();
    expect(pointsIn(points, { x: 500, y: 500, zoom: 4 })).toEqual([1, 2]);
    expect(pointsIn(points, wholeView)).toEqual([0, 1, 2, 3]);
  });
});

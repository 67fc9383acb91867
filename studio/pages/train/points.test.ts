import { expect, it } from 'vitest';
import { appendPoint, curvePath, mostPoints, nearestPoint } from './points.js';

const none = new Float32Array(0);
const frame = { width: 100, height: 50, steps: 10, low: 0, high: 1 };

it('a curve has a point more, and the one before stays as it is', () => {
  const one = appendPoint(none, 5, 2, 0.25);
  const two = appendPoint(one, 10, 1, 0.5);
  expect([...one]).toEqual([5, 2, 0.25]);
  expect([...two]).toEqual([5, 2, 0.25, 10, 1, 0.5]);
});

it('of too many points every two become their mean, at the step of the later one', () => {
  let points: Float32Array = none;
  for (let step = 1; step <= mostPoints; step++) points = appendPoint(points, step, step, 1 / step);
  expect(points).toHaveLength(3 * mostPoints);
  const halved = appendPoint(points, mostPoints + 1, 7, 1);
  expect(halved).toHaveLength(3 * (mostPoints / 2 + 1));
  expect([...halved.subarray(0, 3)]).toEqual([2, 1.5, 0.75]);
  expect([...halved.subarray(-3)]).toEqual([mostPoints + 1, 7, 1]);
  // Steps go on rising, so that no point is drawn twice.
  const steps = Array.from({ length: halved.length / 3 }, (_, i) => halved[3 * i]);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

it('the point whose step is nearest is found, and none where there are none', () => {
  const points = Float32Array.of(1, 0, 0, 4, 0, 0, 9, 0, 0);
  expect([nearestPoint(points, 0), nearestPoint(points, 5), nearestPoint(points, 100)]).toEqual([0, 1, 2]);
  expect(nearestPoint(none, 3)).toBe(-1);
});

it('a curve is drawn from left to right, high numbers on top, and none outside the frame', () => {
  const points = Float32Array.of(0, 0, 1, 5, 0.5, 0, 10, 3, -1);
  expect(curvePath(points, 1, frame)).toBe('M0.0 50.0L50.0 25.0L100.0 0.0');
  expect(curvePath(points, 2, frame)).toBe('M0.0 0.0L50.0 50.0L100.0 50.0');
  expect(curvePath(none, 1, frame)).toBe('');
});

it('a long curve is smoothed, and one that does not change stays', () => {
  const even = Float32Array.from({ length: 300 }, (_, i) => [i / 3, 0.5, 0.5][i % 3]);
  const heights = curvePath(even, 1, { ...frame, steps: 100 }).match(/ \d+\.\d/g)!;
  expect(new Set(heights)).toEqual(new Set([' 25.0']));
  const jagged = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? i / 3 : Math.floor(i / 3) % 2));
  const smoothed = curvePath(jagged, 1, { ...frame, steps: 100 })
    .match(/ \d+\.\d/g)!
    .map(Number)
    .slice(10, -10);
  expect(Math.max(...smoothed) - Math.min(...smoothed)).toBeLessThan(12);
});

import { expect, it } from 'vitest';
import { distancesToClass, nearestByAngle, nearestByDifference, vote } from './distances.js';

const rows = { count: 5, width: 2, data: [1, 0, 3, 0, 0, 2, 0, 4, 2, 0.1] };

it('distances are told in those usual for a class', () => {
  // The first class has its mean at (2, 0), the second at (0, 3); (8, 0) would be alone.
  const four = { count: 4, width: 2, data: [0, 0, 4, 0, 0, 2, 0, 4] };
  expect([...distancesToClass(four, Int32Array.of(0, 0, 1, 1), 2)]).toEqual([1, 1, 1, 1]);
  const uneven = { count: 3, width: 1, data: [0, 0, 3] };
  // Mean 1, distances 1, 1, 2, and their mean 4/3.
  expect([...distancesToClass(uneven, Int32Array.of(0, 0, 0), 1)]).toEqual([0.75, 0.75, 1.5]);
  expect([...distancesToClass({ count: 2, width: 1, data: [5, 7] }, Int32Array.of(0, 1), 3)]).toEqual([0, 0]);
});

it('like are found by angle whatever their length, or by difference; the one asked about comes first', () => {
  expect([...nearestByAngle(rows, 0, 3)]).toEqual([0, 1, 4]);
  expect([...nearestByDifference(rows, 0, 3)]).toEqual([0, 4, 1]);
  expect([...nearestByAngle(rows, 2, 9)]).toHaveLength(5);
  expect([...nearestByAngle({ count: 2, width: 1, data: [0, 0] }, 1, 2)]).toEqual([1, 0]);
});

it('neighbours vote, the nearer first of equals', () => {
  expect(vote([7, 7, 3, 3, 3], [0, 2, 3])).toEqual({ label: 3, votes: 2 });
  expect(vote([7, 3], [0, 1])).toEqual({ label: 7, votes: 1 });
  expect(vote([], [])).toEqual({ label: -1, votes: 0 });
});

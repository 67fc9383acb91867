import { expect, it } from 'vitest';
import { confusedPairs, confusionOf, inThousandths, isInside } from './confusion.js';

const labels = [0, 0, 1, 2, 2, 2];
const guesses = [0, 1, 1, 0, 0, 2];

it('counts which class was taken for which, and the confused pairs from the most frequent', () => {
  expect(confusionOf(labels, guesses, 3)).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [2, 0, 1],
  ]);
  expect(confusedPairs(labels, guesses)).toEqual([
    { truth: 2, guess: 0, count: 2 },
    { truth: 0, guess: 1, count: 1 },
  ]);
});

it('a point is inside a lasso also where that is not convex', () => {
  const hook = [
    [0, 0],
    [10, 0],
    [10, 10],
    [8, 10],
    [8, 2],
    [0, 2],
  ] as const;
  expect([isInside(1, 1, hook), isInside(9, 9, hook), isInside(5, 5, hook), isInside(11, 1, hook)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('places points inside the frame, the highest on top', () => {
  expect([...inThousandths(Float32Array.of(0, 0, 4, 2, 2, 1))]).toEqual([25, 975, 975, 25, 500, 500]);
  expect([...inThousandths(Float32Array.of(3, 3))]).toEqual([500, 500]);
});

import { expect, it } from 'vitest';
import { thumbnail, thumbnailColours, thumbnailShape } from './thumbnail.js';

const grey = (values: readonly number[]): Uint8ClampedArray =>
  Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255]));

it('a thumbnail keeps proportions, and what is small enough stays', () => {
  expect(thumbnailShape([300, 600, 3], 64)).toEqual([32, 64, 3]);
  expect(thumbnailShape([28, 28, 1], 64)).toEqual([28, 28, 1]);
  expect(thumbnailShape([1, 1000, 1], 64)).toEqual([1, 64, 1]);
});

it('each pixel of a thumbnail is the mean of those that it stands for', () => {
  const to = new Uint8Array(2);
  thumbnail({ height: 2, width: 4, rgba: grey([0, 10, 100, 100, 20, 30, 200, 200]) }, [1, 2, 1], to);
  expect([...to]).toEqual([15, 150]);
  // Where sides do not divide, pixels overlap, and none is left out.
  const three = new Uint8Array(2);
  thumbnail({ height: 1, width: 3, rgba: grey([0, 60, 90]) }, [1, 2, 1], three);
  expect([...three]).toEqual([30, 75]);
});

it('colours stay, and grey is spread over all three', () => {
  const to = new Uint8Array(3);
  thumbnail({ height: 1, width: 1, rgba: Uint8ClampedArray.of(1, 2, 3, 255) }, [1, 1, 3], to);
  expect([...thumbnailColours(to, [1, 1, 3])]).toEqual([1, 2, 3, 255]);
  expect([...thumbnailColours(Uint8Array.of(7, 9), [1, 2, 1])]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
});

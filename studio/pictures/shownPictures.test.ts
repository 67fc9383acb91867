import { expect, it } from 'vitest';
import { digits, Tensor, type DataSet, type Preprocessing } from '../../src/index.js';
import { shownPictures, spread } from './shownPictures.js';

const batch = (shape: readonly number[], data: readonly number[]): Tensor<'float32'> =>
  new Tensor('float32', shape, Float32Array.from(data));

const size = [1, 1] as const;

it('numbers from 0 to 1 become bytes; grey is shown in grey', () => {
  const [first, second] = shownPictures(batch([2, 1, 2, 1], [0, 1, 0.5, 0.2]), undefined);
  expect([first.height, first.width]).toEqual([1, 2]);
  expect([...first.rgba]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  expect([...second.rgba.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
});

it.each<[string, Preprocessing, readonly number[]]>([
  ['normalized by channel', { size, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 1] }, [1, 0, 0.2]],
  ['normalized by one number for all', { size, mean: [0.5], std: [0.5] }, [1, -0.5, -0.6]],
  ['blue first', { size, channels: 'BGR' }, [0.2, 0.25, 1]],
  [
    'blue first, and normalized in that order',
    { size, channels: 'BGR', mean: [0.2, 0.25, 0.5], std: [1, 1, 0.5] },
    [0, 0, 1],
  ],
])('what a model takes %s is shown in its colours', (_, preprocessing, numbers) => {
  const [{ rgba }] = shownPictures(batch([1, 1, 1, 3], numbers), preprocessing);
  expect([...rgba]).toEqual([255, 64, 51, 255]);
});

it('what lies beyond black and white is black and white', () => {
  const [{ rgba }] = shownPictures(batch([1, 1, 1, 3], [-3, 0, 7]), undefined);
  expect([...rgba]).toEqual([0, 0, 255, 255]);
});

it('samples are of all classes in turn, as far as there are some', () => {
  const { test } = digits({ train: 1, test: 30 });
  expect(spread(test, 12).map((i) => test.label(i))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  const uneven = test.subset([0, 10, 20, 1]);
  expect(spread(uneven, 9).map((i) => uneven.label(i))).toEqual([0, 1, 0, 0]);
  expect(spread(test, 0)).toEqual([]);
});

it('of a set that does not tell its classes the first are taken', () => {
  const silent: DataSet = {
    name: 'silent',
    size: 5,
    inputShape: [1, 1, 1],
    classNames: ['a', 'b'],
    fill: () => undefined,
  };
  expect(spread(silent, 3)).toEqual([0, 1, 2]);
  expect(spread(silent, 9)).toEqual([0, 1, 2, 3, 4]);
});

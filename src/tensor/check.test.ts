import { expect, test } from 'vitest';
import {
  expectNumber,
  expectNumbers,
  expectOneOf,
  expectSeed,
  expectWhole,
  expectWholes,
  isWhole,
  isWholes,
  shown,
} from './check.js';
import { StriateError } from './error.js';

test('whole numbers', () => {
  expect(expectWhole('dense', 'units', 3)).toBe(3);
  expect(expectWhole('pad', 'before', 0, 0)).toBe(0);
  expect(expectWhole('engine', 'threads', 64, 1, 64)).toBe(64);
  for (const wrong of [0, 1.5, NaN, Infinity, '1', undefined, null]) {
    expect(() => expectWhole('dense', 'units', wrong), shown(wrong)).toThrow(StriateError);
  }
  expect(() => expectWhole('dense', 'units', 0)).toThrow('dense: units must be a whole number from 1; received 0');
  expect(() => expectWhole('engine', 'threads', 65, 1, 64)).toThrow('threads must be a whole number from 1 to 64');
  expect(isWhole(-3)).toBe(true);
  expect(isWhole(5, 0, 4)).toBe(false);
});

test('lists of whole numbers', () => {
  expect(expectWholes('reshape', 'shape', [2, 3])).toEqual([2, 3]);
  expect(expectWholes('reshape', 'shape', [])).toEqual([]);
  expect(() => expectWholes('reshape', 'shape', [2, 0])).toThrow(
    'reshape: shape must be whole numbers from 1; received [2, 0]',
  );
  expect(() => expectWholes('reshape', 'shape', 2, 0)).toThrow('shape must be whole numbers from 0; received 2');
  expect(isWholes([2, -1], 1, -1)).toBe(true);
  expect(isWholes([2, -2], 1, -1)).toBe(false);
});

test('seeds', () => {
  expect(expectSeed('dropout', undefined)).toBeUndefined();
  expect(expectSeed('dropout', -7)).toBe(-7);
  expect(() => expectSeed('dropout', 0.5)).toThrow('dropout: seed must be a whole number; received 0.5');
});

test.each([
  [{}, [-1e30, 0], [NaN, Infinity, '1', undefined], 'a finite number'],
  [{ least: 0 }, [0, 1e30], [-1e-9, Infinity], 'a number from 0'],
  [{ above: 0 }, [1e-9], [0], 'a number above 0'],
  [{ least: 0, most: 1 }, [0, 1], [1.1], 'a number from 0 to 1'],
  [{ above: 0, most: 1 }, [1], [0], 'a number above 0 and up to 1'],
  [{ least: 0, below: 1 }, [0, 0.9], [1], 'a number from 0 and below 1'],
  [{ above: 0, below: 1 }, [0.5], [0, 1], 'a number above 0 and below 1'],
  [{ most: 0 }, [-5, 0], [1], 'a number up to 0'],
  [{ below: 0 }, [-5], [0], 'a number below 0'],
])('numbers in %j', (interval, right, wrong, words) => {
  for (const value of right) expect(expectNumber('a', 'b', value, interval)).toBe(value);
  for (const value of wrong) {
    expect(() => expectNumber('a', 'b', value, interval)).toThrow(`a: b must be ${words}; received ${shown(value)}`);
  }
});

test('several numbers, by name', () => {
  expect(() => expectNumbers('adam', { beta1: 0.9, beta2: 0.999 }, { least: 0, below: 1 })).not.toThrow();
  expect(() => expectNumbers('adam', { beta1: 0.9, beta2: 1 }, { least: 0, below: 1 })).toThrow(/beta2 .*received 1/);
});

test('words', () => {
  expect(expectOneOf('resize', 'how', 'nearest', ['nearest', 'bilinear'])).toBe('nearest');
  expect(() => expectOneOf('resize', 'how', 'cubic', ['nearest', 'bilinear'])).toThrow(
    "resize: how must be nearest or bilinear; received 'cubic'",
  );
  expect(() => expectOneOf('reduce', 'how', 1, ['mean', 'sum', 'max'])).toThrow(
    'how must be one of mean, sum, max; received 1',
  );
});

test('values as errors show them', () => {
  expect([undefined, null, NaN, 5n, 'x', [1, [2, 'y']], { a: 1 }, true].map(shown)).toEqual([
    'undefined',
    'null',
    'NaN',
    '5',
    "'x'",
    "[1, [2, 'y']]",
    '{"a":1}',
    'true',
  ]);
});

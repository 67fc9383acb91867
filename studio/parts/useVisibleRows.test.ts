import { expect, it } from 'vitest';
import { rowsBetween } from './useVisibleRows.js';

it('of a long list the rows that are seen are drawn, and a few around them', () => {
  expect(rowsBetween(0, 900, 100, 500)).toEqual([0, 12]);
  expect(rowsBetween(20_050, 900, 100, 500)).toEqual([197, 213]);
  expect(rowsBetween(49_500, 900, 100, 500)).toEqual([492, 500]);
});

it('of a list that is below what is seen nothing is drawn but its beginning', () => {
  expect(rowsBetween(-5000, 900, 100, 500)).toEqual([0, 0]);
  expect(rowsBetween(-1000, 900, 100, 500)).toEqual([0, 2]);
  expect(rowsBetween(0, 900, 100, 4)).toEqual([0, 4]);
});

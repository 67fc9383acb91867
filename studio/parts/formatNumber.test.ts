import { describe, expect, it } from 'vitest';
import { digitsOf, formatBytes, formatDuration, formatNumber, formatPercent, fullNumber } from './formatNumber.js';

describe('numbers on screen', () => {
  it.each([
    [-0.372941, {}, '−0.37'],
    [5 / 9, {}, '0.56'],
    [5 / 9, { cut: true }, '0.55'],
    [-1 / 9, { cut: true }, '−0.11'],
    [0.29, { cut: true }, '0.29'],
    [Math.fround(1), { cut: true }, '1.00'],
    [-0.001, {}, '0.00'],
    [-498, { digits: 0 }, '−498'],
    [3, { digits: 0, sign: true }, '+3'],
    [NaN, {}, '–'],
    [-Infinity, {}, '−∞'],
  ])('%d', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text);
  });

  it('are whole where all of them are, and whole for who points at one', () => {
    expect([digitsOf([1, -2, 0]), digitsOf([1, 0.5])]).toEqual([0, 2]);
    expect(fullNumber(-0.372941)).toBe('−0.372941');
  });

  it('are percents where they are shares', () => {
    expect([formatPercent(0.97512, 1), formatPercent(1, 0), formatPercent(NaN, 2)]).toEqual(['97.5 %', '100 %', '– %']);
  });

  it('have the unit that leaves few digits', () => {
    expect([999, 1500, 48_300_000].map(formatBytes)).toEqual(['999 B', '1.5 kB', '48 MB']);
    expect([3.14, 250, 2500, 75_000, 150_000].map(formatDuration)).toEqual([
      '3.1 ms',
      '250 ms',
      '2.5 s',
      '75 s',
      '2 min 30 s',
    ]);
  });
});

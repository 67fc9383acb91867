import { eight } from './eight.js';
import { five } from './five.js';
import { four } from './four.js';
import { nine } from './nine.js';
import { one } from './one.js';
import { seven } from './seven.js';
import { six } from './six.js';
import { three } from './three.js';
import { two } from './two.js';
import { zero } from './zero.js';
import type { WeightedStyle } from './style.js';

export type { Stroke, StrokeRows, Style, WeightedStyle } from './style.js';

/** How each digit is written, by digit. */
export const styles: readonly (readonly WeightedStyle[])[] = [
  zero,
  one,
  two,
  three,
  four,
  five,
  six,
  seven,
  eight,
  nine,
];

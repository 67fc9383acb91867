import { decimal, flag, name, oneOf, place, wholeNumber } from '../../address/parameters.js';
import type { PageState } from '../../page.js';
import { kernelList } from './kernels.js';

/** The page's state: every word of it stands in the interface, too. */
export const parameters = {
  view: oneOf(['kernels', 'network'], 'kernels'),
  picture: name('digit'),
  /** A picture of the numbers 1, 2, 3, …, of so many rows; 0 for none. */
  size: wholeNumber(0, 32, 0),
  kernel: kernelList('vertical-edges'),
  stride: wholeNumber(1, 4, 1),
  pad: wholeNumber(0, 4, 0),
  dilate: wholeNumber(1, 4, 1),
  mode: oneOf(['sum', 'match'], 'sum'),
  relu: flag(false),
  pool: oneOf(['none', 'max', 'average'], 'max'),
  /** The cell of the map whose sum is written out. */
  at: place([0, 0]),
  /** Which of several kernels. */
  filter: wholeNumber(0, 5, 0),
  /** How many cells of the map are drawn; 0 for all. */
  drawn: wholeNumber(0, 99_999, 0),
  down: wholeNumber(-3, 3, 0),
  right: wholeNumber(-3, 3, 0),
  turn: wholeNumber(-90, 90, 0),
  scale: decimal(0.5, 1.5, 1),
  thick: decimal(0.5, 4, 1),
} as const;

/** The state as the page's parts are given it. */
export type ConvolveState = PageState<typeof parameters>;

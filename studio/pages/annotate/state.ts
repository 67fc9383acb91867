import { flag, name, wholeNumber } from '../../address/parameters.js';
import type { PageState } from '../../page.js';

/** The page's state: which picture is open, which of its things is chosen, and which class is drawn. What was drawn lies in the browser. */
export const parameters = {
  /** The picture's hash; the first one where the address does not say. */
  picture: name('', /^[0-9a-f]{0,16}$/),
  /** The chosen box of the picture, from 1; 0 for none. */
  box: wholeNumber(0, 100_000, 0),
  /** The class of the next box, from 1. */
  class: wholeNumber(1, 10_000, 1),
  /** Take pictures with the camera. */
  camera: flag(false),
} as const;

/** The state as the page's parts are given it. */
export type AnnotateState = PageState<typeof parameters>;

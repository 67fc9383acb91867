import { decimal, flag, name, oneOf, wholeNumber } from '../../address/parameters.js';
import { learnKinds } from './learnKinds.js';
import { toolNames } from './tools.js';
import type { PageState } from '../../page.js';

/** The page's state: which picture is open, which of its things is chosen, and which class is drawn. What was drawn lies in the browser. */
export const parameters = {
  /** The picture's hash; the first one where the address does not say. */
  picture: name('', /^[0-9a-f]{0,16}$/),
  /** The chosen box of the picture, from 1; 0 for none. */
  box: wholeNumber(0, 100_000, 0),
  /** The class of the next box, from 1. */
  class: wholeNumber(1, 10_000, 1),
  /** What the pointer draws with. */
  tool: oneOf(toolNames, 'box'),
  /** The brush's width in pixels of the picture. */
  size: wholeNumber(2, 120, 16),
  /** The point that is placed next, from 1; 0 for the first that is not placed. */
  point: wholeNumber(0, 1000, 0),
  /** Take pictures with the camera. */
  camera: flag(false),
  /** What is learned. */
  learn: oneOf(learnKinds, 'boxes'),
  /** `fresh`, or a network that has learned before; the page's choice where the address does not say. */
  backbone: name(''),
  /** How often each picture is seen. */
  passes: wholeNumber(10, 500, 80),
  /** Show what the model sees. */
  show: flag(true),
  /** Boxes of lower scores are not shown. */
  score: decimal(0.1, 0.9, 0.4),
  /** Look through the camera. */
  live: flag(false),
} as const;

/** The state as the page's parts are given it. */
export type AnnotateState = PageState<typeof parameters>;

import { decimal, flag, name, oneOf, wholeNumber } from '../../address/parameters.js';
import type { PageState } from '../../page.js';
import { blockList, usualBlocks } from './blocks.js';
import { augmentationNames, learningParts, optimizerNames, rateCourses } from './recipe.js';

/** The page's state: data, model and recipe, and which training of them is shown. */
export const parameters = {
  /** `xo`, `digits`, `mnist`, `cifar10`, or photos that this browser keeps: `photos:HASH`. */
  data: name('digits'),
  /** Pictures to learn from, at most. */
  pictures: wholeNumber(10, 100_000, 4000),
  /** Pictures that are held out, at most. */
  held: wholeNumber(10, 20_000, 500),
  /** `blocks`, an architecture of the zoo, or a model's file that this browser keeps: `file:HASH`. */
  model: name('blocks'),
  blocks: blockList(usualBlocks),
  optimizer: oneOf(optimizerNames, 'adam'),
  rate: decimal(0.000001, 10, 0.003),
  /** How the rate goes over the training. */
  course: oneOf(rateCourses, 'cycle'),
  batch: wholeNumber(1, 512, 32),
  epochs: wholeNumber(1, 500, 5),
  augment: oneOf(augmentationNames, 'none'),
  /** What of a trained network learns. */
  learns: oneOf(learningParts, 'classifier'),
  /** Label smoothing. */
  smooth: decimal(0, 0.5, 0),
  /** Solve the last layer at the end. */
  finish: flag(false),
  /** The side to which photos are brought, where the model does not say. */
  side: wholeNumber(16, 224, 64),
  /** Take pictures with the webcam. */
  webcam: flag(false),
  /** The training that is shown: of this browser, or of the command line (`line:NAME`). */
  run: name('', /^([a-z0-9-]{0,60}|line:[^\0]{1,200})$/),
  /** The picture that the network is tried on, `file:HASH`; empty for the drawing. */
  tried: name('', /^(file:[0-9a-f]{16})?$/),
  /** Begin at once. */
  learn: flag(false),
} as const;

/** The state as the page's parts are given it. */
export type TrainState = PageState<typeof parameters>;

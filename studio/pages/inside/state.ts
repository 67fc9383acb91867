import { decimal, flag, name, oneOf, place, wholeNumber } from '../../address/parameters.js';
import type { PageState } from '../../page.js';
import { methodNames } from './methods.js';

/** What is shown of a map that is chosen: what made its number, what the map looks for, what the number sees of the picture. */
export const aspects = ['products', 'looks', 'field'] as const;

/** The page's state: every word of it stands in the interface, too. */
export const parameters = {
  /** `digits`, a file's name of the server's, `run:NAME`, `file:HASH`; empty for what there is. */
  model: name(''),
  picture: name(''),
  /** How pictures are prepared, where the file does not say. */
  prepare: oneOf(['auto', 'torch', 'tf', 'caffe', '0-1', '0-255', 'rgb-means', 'drawing'], 'auto'),
  /** The layer that is opened; empty for the picture itself. */
  layer: name(''),
  map: wholeNumber(0, 99_999, 0),
  /** The pixel of the map whose number is followed. */
  at: place([0, 0]),
  /** Where one came from on the way down: call, row, column and map of each number, `7,3,4,5;6,3,4,5`. */
  trail: name('', /^(\d{1,5}(,\d{1,5}){3}(;|$)){0,200}$/),
  show: oneOf(aspects, 'products'),
  /** The pictures among which those are found that raise a map most: `digits`, `data:FOLDER`, `photos:HASH`; empty for what there is. */
  from: name(''),
  method: oneOf(methodNames, 'grad-cam'),
  /** The class that is asked about, by name; empty for the likeliest. */
  target: name(''),
  opacity: decimal(0, 1, 0.55),
  /** Whether the model is asked again how far the map may be trusted. */
  evidence: flag(false),
  /** Whether all methods are measured beside it. */
  compare: flag(false),
  /** What stands side by side. */
  beside: oneOf(['nothing', 'picture', 'class'], 'nothing'),
  /** The second picture; empty for one that there is. */
  picture2: name(''),
  /** The second class; empty for the likeliest of the second picture, or the second likeliest of the first. */
  target2: name(''),
} as const;

/** The state as the page's parts are given it. */
export type InsideState = PageState<typeof parameters>;

/** What is left of a state where another model is opened: what was chosen in the one before means nothing in it. */
export const nothingChosen = {
  picture: '',
  layer: '',
  map: 0,
  at: [0, 0],
  trail: '',
  target: '',
  picture2: '',
  target2: '',
} as const;

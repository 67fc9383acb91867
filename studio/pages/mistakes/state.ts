import { decimal, name, oneOf, wholeNumber, type Parameter } from '../../address/parameters.js';
import type { PageState } from '../../page.js';
import { clampedView, wholeView, type View } from './projectionView.js';
import { say } from './strings.js';

/** A cell of the confusion matrix, or all of it. */
export type Cell = readonly [truth: number, guess: number] | null;

const cell: Parameter<Cell> = {
  initial: null,
  read: (text) => {
    const found = /^(\d{1,5}),(\d{1,5})$/.exec(text);
    return found ? [Number(found[1]), Number(found[2])] : undefined;
  },
  write: (value) => value?.join(',') ?? '',
  accepts: () => say.acceptsCell,
};

/** Corners of what was lassoed, in thousandths of the projection's width and height; none for nothing. */
export type Lasso = readonly (readonly [x: number, y: number])[];

const lasso: Parameter<Lasso> = {
  initial: [],
  read: (text) => {
    if (!/^\d{1,4}_\d{1,4}(;\d{1,4}_\d{1,4}){2,63}$/.test(text)) return undefined;
    return text.split(';').map((corner) => corner.split('_').map(Number) as unknown as [number, number]);
  },
  write: (value) => value.map((corner) => corner.join('_')).join(';'),
  accepts: () => say.acceptsLasso,
};

/** What of the projection is seen. */
const look: Parameter<View> = {
  initial: wholeView,
  read: (text) => {
    if (!/^\d{1,4}(\.\d{1,2})?_\d{1,4}(\.\d{1,2})?_\d{1,2}(\.\d{1,2})?$/.test(text)) return undefined;
    const [x, y, zoom] = text.split('_').map(Number);
    return clampedView({ x, y, zoom });
  },
  write: ({ x, y, zoom }) => [x, y, zoom].map((value) => String(Number(value.toFixed(2)))).join('_'),
  accepts: () => say.acceptsLook,
};

/** The page's state: every word of it stands in the interface, too. */
export const parameters = {
  /**
   * `digits` and `xo`, drawn here; `run`, what the run learned from; photos that this browser keeps, `photos:HASH`; or a folder
   * of the server's data, `data:cats-dogs`.
   */
  data: name('digits', /^(digits|xo|run|photos:[0-9a-f]{16}|data:[^\0]{0,300})$/),
  part: oneOf(['test', 'train'], 'test'),
  /** A run of the server's, by its folder's name; empty for none. */
  run: name(''),
  /** A dropped model, `file:HASH`, or `given`, the one that the studio was started with; empty for none. */
  model: name('', /^(file:[0-9a-f]{16}|given)?$/),
  cell,
  show: oneOf(['mistakes', 'all', 'suspected', 'decided'], 'mistakes'),
  sort: oneOf(['loss', 'suspicion', 'distance'], 'loss'),
  /** The picture that is looked at; −1 for the first of the wall. */
  at: wholeNumber(-1, 9_999_999, -1),
  /** The picture whose like are shown; −1 for none. */
  like: wholeNumber(-1, 9_999_999, -1),
  /** By what pictures are alike. */
  alike: oneOf(['model', 'pixels'], 'model'),
  projection: oneOf(['pca', 'tsne', 'umap'], 'pca'),
  perplexity: wholeNumber(2, 100, 30),
  iterations: wholeNumber(250, 2000, 500),
  exaggeration: wholeNumber(1, 30, 12),
  angle: decimal(0.2, 0.9, 0.5),
  neighbours: wholeNumber(2, 100, 15),
  distance: decimal(0, 1, 0.1),
  spread: decimal(0.5, 3, 1),
  epochs: wholeNumber(10, 500, 200),
  dimensions: wholeNumber(2, 100, 50),
  seed: wholeNumber(0, 9999, 0),
  lasso,
  look,
} as const;

/** The state as the page's parts are given it. */
export type MistakesState = PageState<typeof parameters>;

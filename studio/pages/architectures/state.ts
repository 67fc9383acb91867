import { name, oneOf, type Parameter } from '../../address/parameters.js';
import type { PageState } from '../../page.js';
import { say } from './strings.js';

/** How many models stand side by side at most. */
export const mostCompared = 3;

/** What the scatter's horizontal axis can be. */
export const costs = ['multiply-adds', 'parameters', 'year', 'time'] as const;
export type Cost = (typeof costs)[number];

/** The table's columns, by their words in the address. */
export const columns = [
  'name',
  'accuracy',
  'parameters',
  'multiply-adds',
  'flops',
  'depth',
  'field',
  'memory',
  'year',
  'time',
] as const;
export type Column = (typeof columns)[number];

/** Models by name: of the zoo, or `file:` and the content's hash. */
const modelNames: Parameter<readonly string[]> = {
  initial: ['resnet50', 'mobilenet_v2'],
  read: (text) => {
    const names = text === '' ? [] : text.split(',');
    const isList = names.length <= mostCompared && new Set(names).size === names.length;
    return isList && names.every((one) => /^[\w:]{1,80}$/.test(one)) ? names : undefined;
  },
  write: (names) => names.join(','),
  accepts: () => say.acceptsModels(mostCompared),
};

/** The page's state. */
export const parameters = {
  models: modelNames,
  by: oneOf(costs, 'multiply-adds'),
  on: oneOf(['imagenet', 'cifar-10'], 'imagenet'),
  sort: oneOf(columns, 'accuracy'),
  order: oneOf(['down', 'up'], 'down'),
  view: oneOf(['blocks', 'picture'], 'blocks'),
  /** The model whose row is looked at; the first that is compared by default. */
  at: name(''),
  /** The block that is open: a model, and the block's number in it. */
  block: name('', /^(?:[\w:]{1,80}\/\d{1,4})?$/),
} as const;

/** The state as the page's parts are given it. */
export type ArchitecturesState = PageState<typeof parameters>;

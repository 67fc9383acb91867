import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** A model and a picture, looked into: from the answer down to a single multiplication. */
export const page = definePage({
  name: 'inside',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  load: async () => (await import('./InsidePage.js')).InsidePage,
});

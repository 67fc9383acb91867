import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** What a model mistakes, what its pictures look like to it, and labels to correct. */
export const page = definePage({
  name: 'mistakes',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  load: async () => (await import('./MistakesPage.js')).MistakesPage,
});

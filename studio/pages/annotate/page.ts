import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** Boxes that are drawn around things in one's own pictures. */
export const page = definePage({
  name: 'annotate',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  load: async () => (await import('./AnnotatePage.js')).AnnotatePage,
});

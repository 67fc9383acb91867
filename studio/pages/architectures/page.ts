import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** The zoo and dropped models side by side. */
export const page = definePage({
  name: 'architectures',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  load: async () => (await import('./ArchitecturesPage.js')).ArchitecturesPage,
});

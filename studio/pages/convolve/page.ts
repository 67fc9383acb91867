import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** A kernel that slides over a picture, and the sum that it makes. */
export const page = definePage({
  name: 'convolve',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  opening: 'at=9,14',
  load: async () => (await import('./ConvolvePage.js')).ConvolvePage,
});

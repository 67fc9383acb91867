import { definePage } from '../../page.js';
import { parameters } from './state.js';
import { strings } from './strings.js';

/** A network that learns while one watches. */
export const page = definePage({
  name: 'train',
  title: strings.title,
  sentence: strings.sentence,
  parameters,
  opening: 'data=xo&pictures=2000&held=400&blocks=conv8,pool2,conv16,pool2,dense32&rate=0.003&epochs=3&learn=on',
  load: async () => (await import('./TrainPage.js')).TrainPage,
});

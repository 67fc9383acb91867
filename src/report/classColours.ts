import { palette, type Colour } from './reportPalette.js';

/**
 * Ten colours that people with any form of colour blindness can tell apart (Petroff 2021, Accessible color sequences for data
 * visualization), and lighter ones of the same hues for dark ground.
 */
const sequence: readonly Colour[] = [
  { light: '#3f90da', dark: '#5ba6ee' },
  { light: '#ffa90e', dark: '#ffb938' },
  { light: '#bd1f01', dark: '#f0553a' },
  { light: '#832db6', dark: '#bb73ea' },
  { light: '#a96b59', dark: '#c58c7b' },
  { light: '#e76300', dark: '#ff8a3c' },
  { light: '#92dadd', dark: '#a5e6e9' },
  { light: '#b9ac70', dark: '#d2c68c' },
  { light: '#94a4a2', dark: '#aebcba' },
  { light: '#717581', dark: '#8f94a1' },
];

/** The colours of classes: the most frequent have one each; where there are more, the others share a quiet one. */
export interface ClassColours {
  /** By class number. */
  readonly of: readonly Colour[];
  /** How many classes that there are pictures of share the quiet colour. */
  readonly sharing: number;
}

/** The colours of classes of so many pictures each. */
export function classColours(counts: ArrayLike<number>): ClassColours {
  const order = Array.from({ length: counts.length }, (_, i) => i);
  const used = order.filter((label) => counts[label] > 0);
  // A few classes have the first colours in their own order.
  if (used.length > sequence.length) used.sort((a, b) => counts[b] - counts[a] || a - b);
  const places = new Map(used.map((label, place) => [label, place]));
  const of = order.map((label) => sequence.at(places.get(label) ?? sequence.length) ?? palette.quiet);
  return { of, sharing: Math.max(0, used.length - sequence.length) };
}

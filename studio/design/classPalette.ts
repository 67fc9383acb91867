import type { Theme } from './tokens.js';

/** Shapes by which classes are told apart beside their colours. */
export const classSigns = ['●', '■', '▲', '◆', '✚', '★', '▼', '⬢', '○', '□', '△', '◇', '✕', '☆', '▽', '⬡'] as const;

/** How a class is marked. */
export interface ClassMark {
  readonly colour: string;
  readonly sign: (typeof classSigns)[number];
}

/** After Okabe and Ito's colours for the colour-blind (https://jfly.uni-koeln.de/color), made for each ground. */
const colours: Readonly<Record<Theme, readonly string[]>> = {
  dark: ['#56b4e9', '#e69f00', '#1fb98a', '#f0e442', '#5b7fe0', '#e8663a', '#d58bbd', '#c9ced3'],
  light: ['#0072b2', '#d98200', '#00805c', '#8a7d00', '#3d3fa8', '#b8420a', '#c46aa2', '#1b1e21'],
};

/** The colour and the sign of a class by its number; after eight classes colours come again, with other signs. */
export function classColour(number: number, theme: Theme): ClassMark {
  const { length } = colours[theme];
  // Every further round begins the signs elsewhere.
  const sign = classSigns[(number + Math.floor(number / classSigns.length)) % classSigns.length];
  return { colour: colours[theme][number % length], sign };
}

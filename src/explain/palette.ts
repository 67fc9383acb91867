/** A colour on light and on dark ground. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** The colours that drawings, charts and pages have in common. */
export const palette = {
  ground: { light: '#fdfdfc', dark: '#15171c' },
  ink: { light: '#1d2129', dark: '#e8eaee' },
  quiet: { light: '#5b6472', dark: '#a3abb8' },
  blue: { light: '#2463c9', dark: '#82b0ff' },
  orange: { light: '#b3590a', dark: '#f5a95c' },
} as const satisfies Readonly<Record<string, Colour>>;

/** How the studio looks: on a dark ground or on a light one, each designed for itself. */
export type Theme = 'dark' | 'light';

/** The colours of the chrome, all of them grey but for the one accent. Data has colours of its own (`colourMaps.ts`). */
export interface Tokens {
  /** Behind everything, and the middle of signed data. */
  readonly ground: string;
  /** Side columns and fields. */
  readonly raised: string;
  /** What the pointer is over. */
  readonly hovered: string;
  /** Hair lines between parts. */
  readonly line: string;
  /** Borders of what can be used: 3:1 against the ground. */
  readonly edge: string;
  readonly ink: string;
  /** Labels and units: 4.5:1 against the ground and what is raised. */
  readonly quiet: string;
  /** What is chosen. */
  readonly accent: string;
  /** Text on the accent. */
  readonly onAccent: string;
  /** Errors, always beside a word. */
  readonly warning: string;
}

export const tokens: Readonly<Record<Theme, Tokens>> = {
  dark: {
    ground: '#121416',
    raised: '#191c1f',
    hovered: '#24282c',
    line: '#2a2f34',
    edge: '#6b737b',
    ink: '#eceef0',
    quiet: '#a2a9b1',
    accent: '#ff5fa2',
    onAccent: '#26020f',
    warning: '#ffb454',
  },
  light: {
    ground: '#fcfcfb',
    raised: '#f3f3f1',
    hovered: '#e8e8e5',
    line: '#dcdcd8',
    edge: '#7d8288',
    ink: '#1b1e21',
    quiet: '#565c63',
    accent: '#c4005f',
    onAccent: '#ffffff',
    warning: '#8a4b00',
  },
};

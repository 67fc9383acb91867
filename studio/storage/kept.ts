import { signal } from '@preact/signals';

/** Something that this browser keeps for the studio, and how it is forgotten. */
export interface KeptThing {
  /** What it is: a picture, a model, a training. */
  readonly what: string;
  readonly name: string;
  /** Undefined where it is not told without reading all of it. */
  readonly bytes?: number;
  readonly forget: () => Promise<void>;
}

/** How often something was forgotten: lists of what is kept are read anew when it changes. */
export const kept = signal(0);

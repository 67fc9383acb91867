import type { CanvasPicture } from '../explain/index.js';

/** A picture with what is said of it. */
export interface PictureTile {
  readonly picture: CanvasPicture;
  /** `17`, `African elephant`. */
  readonly name: string;
  /** A number or a few words: `up to 12.5`. */
  readonly note: string;
  /** Whether it says nothing, as a dead filter, and is shown pale. */
  readonly silent?: boolean;
}

/** Pictures of one kind under a heading. */
export interface TileSection {
  /** What a file of it is called: `features.0`. */
  readonly name: string;
  /** Text: the heading. */
  readonly title: string;
  /** Text: what is to be known of all of them, a line each. */
  readonly text: readonly string[];
  /** A larger picture before the others. */
  readonly first?: PictureTile;
  readonly tiles: readonly PictureTile[];
  /** Pixels that a tile is wide. */
  readonly side: number;
  /** Numbers for a table. */
  readonly table?: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

/** Pictures with fewer pixels a side than this show each of them as a square; larger ones are resized smoothly. */
const squares = 96;

/** Whether a picture's pixels are shown as squares. */
export function isCoarse({ width, height }: CanvasPicture): boolean {
  return Math.max(width, height) < squares;
}

import { boxArea, type Box } from './box.js';
import type { RunLengthMask } from './runLengthMask.js';

/**
 * A point of a thing, as COCO has it: x and y in pixels, and 0 where it is not labelled, 1 where it is hidden, 2 where it can be
 * seen.
 */
export type Keypoint = readonly [x: number, y: number, visibility: number];

/** One thing in a picture: where it is, and what. */
export interface Annotation {
  /** The number of its class, an index into `classNames`. */
  readonly label: number;
  readonly box: Box;
  /** Its pixels, where they are known. */
  readonly mask?: RunLengthMask;
  /** Its points, in the order of the set's `pointNames`. */
  readonly points?: readonly Keypoint[];
  /** Whether it stands for many things of its class, which nobody counts; false if omitted. */
  readonly crowd?: boolean;
  /** Its area in pixels, by which sizes are told apart; that of the mask, or of the box, if omitted. */
  readonly area?: number;
}

/** An example: what is in the picture that a model sees, in pixels of that picture. */
export interface PlacedThings {
  readonly annotations: readonly Annotation[];
  /** Pixels of which nobody knows what they show. */
  readonly ignored?: RunLengthMask;
}

/** The area by which the size of a thing is told: its own, that of its mask, or that of its box. */
export function areaOf({ area, mask, box }: Pick<Annotation, 'area' | 'mask' | 'box'>): number {
  return area ?? mask?.area ?? boxArea(box);
}

/** The points of a thing that are labelled, hidden ones among them. */
export function labelledPoints({ points = [] }: Pick<Annotation, 'points'>): readonly Keypoint[] {
  return points.filter(([, , visibility]) => visibility > 0);
}

/** A thing that a model found in a picture. */
export interface Detection {
  /** The number of its class, an index into `classNames`. */
  readonly label: number;
  /** From 0 to 1, how sure the model is. */
  readonly score: number;
  readonly box: Box;
  readonly mask?: RunLengthMask;
  readonly points?: readonly Keypoint[];
}

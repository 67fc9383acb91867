import { expectWhole } from '../tensor/check.js';
import type { Box } from './box.js';

/** Rows and columns of a picture. */
export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/** Where a picture lies in another: each side is multiplied by its scale, and moved. */
export interface PlacedFrame {
  readonly scaleX: number;
  readonly scaleY: number;
  /** Where the picture's left edge comes to lie, in pixels of the other. */
  readonly left: number;
  readonly top: number;
}

/**
 * Where a picture lies that is brought into a frame whole, its proportions kept: in the middle, as the preprocessing `contain`
 * puts it, so that what is left over is divided among both sides.
 *
 * @throws StriateError when a side is not a whole number from 1.
 *
 * @example
 * const placed = letterbox({ width: 640, height: 480 }, { width: 320, height: 320 });
 * placeBox([0, 0, 640, 480], placed); // [0, 40, 320, 280]
 * unplaceBox([0, 40, 320, 280], placed); // [0, 0, 640, 480]
 */
export function letterbox(picture: FrameSize, frame: FrameSize): PlacedFrame {
  for (const [name, { height, width }] of Object.entries({ picture, frame })) {
    expectWhole('letterbox', `${name}.height`, height);
    expectWhole('letterbox', `${name}.width`, width);
  }
  const zoom = Math.min(frame.height / picture.height, frame.width / picture.width);
  // Whole pixels: a little more, so that 149.99999 does not become 149.
  const sized = (length: number): number => Math.max(1, Math.floor(length * zoom + 1e-6));
  const [height, width] = [sized(picture.height), sized(picture.width)];
  return {
    scaleX: width / picture.width,
    scaleY: height / picture.height,
    left: Math.floor((frame.width - width + 1) / 2),
    top: Math.floor((frame.height - height + 1) / 2),
  };
}

/** A box of the picture, in pixels of the frame that the picture lies in. */
export function placeBox([x1, y1, x2, y2]: Box, { scaleX, scaleY, left, top }: PlacedFrame): Box {
  return [x1 * scaleX + left, y1 * scaleY + top, x2 * scaleX + left, y2 * scaleY + top];
}

/** A box of the frame, in pixels of the picture that lies in it: undoes `placeBox`. */
export function unplaceBox([x1, y1, x2, y2]: Box, { scaleX, scaleY, left, top }: PlacedFrame): Box {
  return [(x1 - left) / scaleX, (y1 - top) / scaleY, (x2 - left) / scaleX, (y2 - top) / scaleY];
}

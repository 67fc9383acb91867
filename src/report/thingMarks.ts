import type { Annotation } from '../geometry/annotation.js';
import type { PictureSheet } from './pictureSheet.js';

/** How strongly masks cover what is below. */
const maskShare = 0.45;

/** The colour, as bytes, of a class. */
const bytesOf = (colour: string): number[] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** Blends a colour over the pixels of a mask. */
export function tint(data: Uint8ClampedArray | Uint8Array, channels: number, mask: Uint8Array, colour: string): void {
  const bytes = bytesOf(colour);
  mask.forEach((inside, at) => {
    if (!inside) return;
    for (let c = 0; c < Math.min(channels, 3); c++) {
      data[at * channels + c] = data[at * channels + c] * (1 - maskShare) + bytes[c] * maskShare;
    }
  });
}

/**
 * Draws a thing's box with its name, and its points, hidden ones hollow, on a picture whose upper left corner lies at a place. Without
 * a box the name stands beside the first point.
 *
 * @param size of the name's letters
 */
export function outline(
  sheet: PictureSheet,
  { box, points = [] }: Partial<Pick<Annotation, 'box' | 'points'>>,
  [left, top]: readonly [number, number],
  { colour, name, size = 11 }: { readonly colour: string; readonly name: string; readonly size?: number },
): void {
  const [x1, y1, x2, y2] = box ?? [...(points[0] ?? [0, 0]).slice(0, 2), 0, 0];
  if (box) sheet.frame(left + x1 + 1, top + y1 + 1, x2 - x1 - 2, y2 - y1 - 2, colour);
  // White below, so that the name can be read on any ground.
  for (const [shift, ink] of [
    [1, '#ffffff'],
    [0, colour],
  ] as const) {
    sheet.text(name, left + x1 + 3 + shift, top + Math.max(size, y1 + size + 1) + shift, {
      size,
      bold: true,
      colour: ink,
    });
  }
  for (const [x, y, visibility] of points) {
    if (visibility > 0) sheet.dot(left + x, top + y, visibility > 1 ? colour : 'none', colour);
  }
}

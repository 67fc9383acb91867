import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { Annotation } from '../geometry/annotation.js';
import { Random } from '../tensor/index.js';
import { classColours } from './classColours.js';
import { PictureSheet, sheetFormat } from './pictureSheet.js';
import type { PreviewSheet } from './previewSheet.js';

/** What a sheet of annotated pictures shows. */
export interface AnnotatedSheetOptions {
  /** How many pictures. */
  readonly count: number;
  readonly seed: number;
}

/** Pixels between pictures. */
const gap = 4;

/** How strongly masks cover what is below. */
const maskShare = 0.45;

/** The colour, as bytes, of a class. */
const bytesOf = (colour: string): number[] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/**
 * Draws annotated pictures as training sees them, random changes among them: boxes in their classes' colours, named, masks over the
 * pixels, and points, hidden ones hollow.
 *
 * @throws StriateError when the file cannot be written, or its name ends in no format of pictures.
 */
export async function annotatedSheet(
  set: AnnotatedSet,
  path: string,
  { count, seed }: AnnotatedSheetOptions,
): Promise<PreviewSheet> {
  sheetFormat(path, '--output');
  const [height, width, channels] = set.inputShape;
  const order = new Random(seed).shuffle(Int32Array.from({ length: set.size }, (_, i) => i)).slice(0, count);
  const columns = Math.min(order.length, Math.max(1, Math.ceil(Math.sqrt(order.length * 1.5))));
  const rows = Math.ceil(order.length / columns);
  const sheet = new PictureSheet(columns * (width + gap) + gap, rows * (height + gap) + gap);
  const counts = new Int32Array(set.classNames.length);
  for (let i = 0; i < set.size; i++) for (const { label } of set.annotations(i)) counts[label]++;
  const colours = classColours(counts).of.map(({ light }) => light);
  const one = new Float32Array(height * width * channels);
  for (const [place, index] of order.entries()) {
    const [{ annotations }] = await set.fill([index], one, { epoch: place, seed });
    const { mean = [], std = [] } = set.preprocessing;
    const data = Uint8ClampedArray.from(one, (value, at) => {
      const channel = at % channels;
      return 255 * (value * (std[channel % std.length] ?? 1) + (mean[channel % mean.length] ?? 0));
    });
    for (const { label, mask } of annotations) if (mask) tint(data, channels, mask.toArray(), bytesOf(colours[label]));
    const [left, top] = [gap + (place % columns) * (width + gap), gap + Math.floor(place / columns) * (height + gap)];
    sheet.place({ width, height, channels, data }, left, top);
    for (const annotation of annotations) outline(sheet, annotation, left, top, colours, set.classNames);
  }
  await sheet.write(path, '--output');
  return { examples: order.length, width: sheet.width, height: sheet.height };
}

/** Blends a colour over the pixels of a mask. */
function tint(data: Uint8ClampedArray, channels: number, mask: Uint8Array, colour: readonly number[]): void {
  mask.forEach((inside, at) => {
    if (!inside) return;
    for (let c = 0; c < channels; c++) {
      data[at * channels + c] = data[at * channels + c] * (1 - maskShare) + colour[c] * maskShare;
    }
  });
}

/** Draws a thing's box with its name, and its points. */
function outline(
  sheet: PictureSheet,
  { label, box: [x1, y1, x2, y2], points = [] }: Annotation,
  left: number,
  top: number,
  colours: readonly string[],
  names: readonly string[],
): void {
  const colour = colours[label];
  sheet.frame(left + x1 + 1, top + y1 + 1, x2 - x1 - 2, y2 - y1 - 2, colour);
  // White below, so that the name can be read on any ground.
  for (const [shift, ink] of [
    [1, '#ffffff'],
    [0, colour],
  ] as const) {
    sheet.text(names[label], left + x1 + 3 + shift, top + Math.max(11, y1 + 12) + shift, {
      size: 11,
      bold: true,
      colour: ink,
    });
  }
  for (const [x, y, visibility] of points) {
    if (visibility > 0) sheet.dot(left + x, top + y, visibility > 1 ? colour : 'none', colour);
  }
}

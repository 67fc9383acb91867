import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { Random } from '../tensor/index.js';
import { classColours } from './classColours.js';
import { PictureSheet, sheetFormat } from './pictureSheet.js';
import type { PreviewSheet } from './previewSheet.js';
import { outline, tint } from './thingMarks.js';

/** What a sheet of annotated pictures shows. */
export interface AnnotatedSheetOptions {
  /** How many pictures. */
  readonly count: number;
  readonly seed: number;
}

/** Pixels between pictures. */
const gap = 4;

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
    for (const { label, mask } of annotations) if (mask) tint(data, channels, mask.toArray(), colours[label]);
    const [left, top] = [gap + (place % columns) * (width + gap), gap + Math.floor(place / columns) * (height + gap)];
    sheet.place({ width, height, channels, data }, left, top);
    for (const annotation of annotations) {
      const { label } = annotation;
      outline(sheet, annotation, [left, top], { colour: colours[label], name: set.classNames[label] });
    }
  }
  await sheet.write(path, '--output');
  return { examples: order.length, width: sheet.width, height: sheet.height };
}

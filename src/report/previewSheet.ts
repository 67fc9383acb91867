import { augment, type AugmentationOptions } from '../data/augmentation/index.js';
import type { DataSet } from '../data/dataSet.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { Random } from '../tensor/index.js';
import { PictureSheet, sheetFormat } from './pictureSheet.js';

/** What a sheet shows. */
export interface PreviewOptions {
  /** Examples of each class. */
  readonly count: number;
  readonly seed: number;
  /** For sets in memory; folders augment by themselves. */
  readonly augment: AugmentationOptions;
}

/** A sheet that was written. */
export interface PreviewSheet {
  readonly examples: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels between pictures, and of a line of text above each class. */
const gap = 4;
const textHeight = 22;

/** More classes than this make a sheet that no program shows. */
const mostClasses = 100;

/**
 * Draws examples of each class into one picture, a row for each class with its name above, as training sees them: the
 * example's place in its row is its epoch, so that a row shows as many examples as random changes.
 *
 * @throws StriateError when the file cannot be written, or its name ends in no format of pictures.
 */
export async function previewSheet(data: DataSet, path: string, options: PreviewOptions): Promise<PreviewSheet> {
  const { count, seed } = options;
  // Said before pictures are looked for.
  sheetFormat(path, '--output');
  const set = data instanceof PictureFiles || isEmpty(options.augment) ? data : augment(data, options.augment);
  const [height, width, channels] = set.inputShape;
  const classes = (await classIndices(data)).slice(0, mostClasses);
  const columns = Math.min(count, Math.max(...classes.map(({ length }) => length)));
  const rowHeight = textHeight + height + gap;
  const sheet = new PictureSheet(Math.max(columns * (width + gap) + gap, 160), classes.length * rowHeight + gap);
  const one = new Float32Array(height * width * channels);
  let examples = 0;
  for (const [row, indices] of classes.entries()) {
    sheet.text(data.classNames[row], gap, row * rowHeight + 16);
    const chosen = new Random([seed, row]).shuffle(Int32Array.from(indices)).subarray(0, columns);
    for (const [column, index] of chosen.entries()) {
      await set.fill([index], one, new Int32Array(1), { epoch: column, seed });
      const bytes = Uint8ClampedArray.from(one, (value) => value * 255);
      sheet.place({ width, height, channels, data: bytes }, gap + column * (width + gap), row * rowHeight + textHeight);
      examples++;
    }
  }
  await sheet.write(path, '--output');
  return { examples, width: sheet.width, height: sheet.height };
}

/** Examples by class. Sets that do not know their labels are read through. */
async function classIndices(data: DataSet): Promise<readonly Int32Array[]> {
  if (data instanceof PictureFiles) return data.indicesByClass();
  const byClass = data.classNames.map((): number[] => []);
  const portion = 256;
  const x = new Float32Array(portion * data.inputShape.reduce((a, b) => a * b, 1));
  const y = new Int32Array(portion);
  for (let start = 0; start < data.size; start += portion) {
    const indices = Int32Array.from({ length: Math.min(portion, data.size - start) }, (_, i) => start + i);
    await data.fill(indices, x, y);
    indices.forEach((index, i) => byClass[y[i]].push(index));
  }
  return byClass.map((indices) => Int32Array.from(indices));
}

function isEmpty(options: AugmentationOptions): boolean {
  return Object.keys(options).length === 0;
}

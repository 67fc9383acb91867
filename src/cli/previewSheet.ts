import { augment, type AugmentationOptions } from '../data/augmentation/index.js';
import type { DataSet } from '../data/dataSet.js';
import { PictureFiles } from '../data/pictureFiles.js';
import { Random, StriateError } from '../tensor/index.js';

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
  const set = data instanceof PictureFiles || isEmpty(options.augment) ? data : augment(data, options.augment);
  const [height, width, channels] = set.inputShape;
  const classes = (await classIndices(data)).slice(0, mostClasses);
  const columns = Math.min(count, Math.max(...classes.map(({ length }) => length)));
  const sheetWidth = Math.max(columns * (width + gap) + gap, 160);
  const rowHeight = textHeight + height + gap;
  const sheetHeight = classes.length * rowHeight + gap;
  const sheet = new Uint8Array(sheetWidth * sheetHeight * 3).fill(255);
  const one = new Float32Array(height * width * channels);
  let examples = 0;
  for (const [row, indices] of classes.entries()) {
    const chosen = new Random([seed, row]).shuffle(Int32Array.from(indices)).subarray(0, columns);
    for (const [column, index] of chosen.entries()) {
      await set.fill([index], one, new Int32Array(1), { epoch: column, seed });
      const top = row * rowHeight + textHeight;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const to = ((top + y) * sheetWidth + gap + column * (width + gap) + x) * 3;
          const from = (y * width + x) * channels;
          for (let c = 0; c < 3; c++) {
            sheet[to + c] = Math.round(Math.min(1, Math.max(0, one[from + (c % channels)])) * 255);
          }
        }
      }
      examples++;
    }
  }
  const names = classes.map((_, row) => data.classNames[row]);
  await write(path, sheet, sheetWidth, sheetHeight, labels(names, sheetWidth, sheetHeight, rowHeight));
  return { examples, width: sheetWidth, height: sheetHeight };
}

async function write(path: string, data: Uint8Array, width: number, height: number, text: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  try {
    await sharp(data, { raw: { width, height, channels: 3 } })
      .composite([{ input: Buffer.from(text), top: 0, left: 0 }])
      .toFile(path);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new StriateError(
      `--output ${path}: must be a file that can be written, ending in .png, .jpg or .webp; ${reason}`,
    );
  }
}

/** The names of the classes as a drawing that is laid over the sheet. */
function labels(names: readonly string[], width: number, height: number, rowHeight: number): string {
  const escaped = (name: string): string =>
    name.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\p{Cc}/gu, '');
  const lines = names.map((name, row) => {
    return `<text x="${gap}" y="${row * rowHeight + 16}" font-family="sans-serif" font-size="14">${escaped(name)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${lines.join('')}</svg>`;
}

/** Examples by class. Sets that do not tell labels by themselves are read through. */
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

import { existsSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { files } from '#platform';
import { overlay, type Explanation } from '../../explain/index.js';
import { encodeNpy } from '../../formats/npy.js';
import { readPhoto, type ExplainedFile } from '../../report/explainedFile.js';
import { ExplanationPage } from '../../report/explanationPage.js';
import { ExplanationSheet } from '../../report/explanationSheet.js';
import { sheetFormat } from '../../report/pictureSheet.js';
import { makeFolder, writeInto } from '../../report/writeInto.js';
import { sameShape, sizeOf, StriateError, Tensor } from '../../tensor/index.js';
import { UsageError } from '../failure.js';

/** What was written of one explanation. */
export interface WrittenExplanation {
  /** The file that shows it. */
  readonly file: string;
  /** The file of its own map, where there is one. */
  readonly map?: string;
}

/** Where explanations go. */
export interface ExplanationSink {
  /** Takes a picture's explanations; says of each what it is in, which may be written at the end. */
  write(file: ExplainedFile): Promise<readonly WrittenExplanation[]>;
  /** Finishes; gives what a reader opens first. */
  end(): Promise<string>;
}

/** Pixels of the longer side of pictures in a folder. */
const largest = 2048;

/**
 * What `--output` means: a picture or a page of all explanations, the bare numbers of one, or a folder with all of these.
 *
 * @param model what a page calls the model
 * @throws UsageError when the name ends in something else.
 */
export function explanationSink(path: string, model: string): ExplanationSink {
  const extension = extname(path).toLowerCase();
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder || extension === '' || /[\\/]$/.test(path)) return folderSink(path, model);
  if (extension === '.npy') return mapSink(path);
  if (extension === '.html' || extension === '.htm') return pageSink(path, model);
  try {
    sheetFormat(path, '--output');
  } catch {
    throw new UsageError({
      where: `--output ${path}`,
      rule: 'must be a picture (.png, .jpg, .webp, .avif, .tif), a page (.html), numbers (.npy) or a folder',
    });
  }
  return sheetSink(path);
}

function sheetSink(path: string): ExplanationSink {
  const sheet = new ExplanationSheet(path);
  return {
    async write(file) {
      if (await sheet.add(file)) return file.explanations.map(() => ({ file: path }));
      throw new StriateError({
        where: `--output ${path}`,
        rule: 'so many pictures do not fit on one',
        advice: 'give a folder, which gets a page with all of them',
      });
    },
    async end() {
      await sheet.write();
      return path;
    },
  };
}

function pageSink(path: string, model: string): ExplanationSink {
  const page = new ExplanationPage(model);
  return {
    async write(file) {
      await page.add(file);
      return file.explanations.map(() => ({ file: path }));
    },
    async end() {
      await page.write(path);
      return path;
    },
  };
}

/** Maps of one size, as one array: [h, w] of one, [n, h, w] of several. */
function mapSink(path: string): ExplanationSink {
  const maps: Tensor<'float32'>[] = [];
  return {
    async write({ explanations }) {
      for (const { map } of explanations) {
        if (maps.length > 0 && !sameShape(map.shape, maps[0].shape)) {
          throw new StriateError({
            where: `--output ${path}`,
            rule: 'holds maps of one size',
            received: `${maps[0].shape.join('×')} and ${map.shape.join('×')}`,
            advice: 'give a folder, which gets a file for each, or one method',
          });
        }
        maps.push(map);
      }
      return explanations.map(() => ({ file: path, map: path }));
    },
    async end() {
      const [{ shape }] = maps;
      const all = new Float32Array(maps.length * sizeOf(shape));
      maps.forEach(({ data }, i) => all.set(data, i * data.length));
      await files.writeWhole(
        path,
        encodeNpy(maps.length === 1 ? maps[0] : new Tensor('float32', [maps.length, ...shape], all)),
      );
      return path;
    },
  };
}

/** A page, and of each explanation the overlay and the map. */
function folderSink(folder: string, model: string): ExplanationSink {
  const page = new ExplanationPage(model);
  const taken = new Set<string>();
  return {
    async write(file) {
      await makeFolder(folder);
      await page.add(file);
      const photo = await readPhoto(file.picture, largest);
      const written: WrittenExplanation[] = [];
      const { default: sharp } = await import('sharp');
      for (const explanation of file.explanations) {
        const name = freeName(explanation, file.picture, taken);
        const { width, height, data } = overlay(explanation, { picture: photo });
        const png = sharp(data, { raw: { width, height, channels: 4 } })
          .removeAlpha()
          .png();
        await writeInto(folder, `${name}.png`, await png.toBuffer());
        await writeInto(folder, `${name}.npy`, encodeNpy(explanation.map));
        written.push({ file: join(folder, `${name}.png`), map: join(folder, `${name}.npy`) });
      }
      return written;
    },
    async end() {
      const path = join(folder, 'index.html');
      await page.write(path);
      return path;
    },
  };
}

/** `elephants-grad-cam-African-elephant`, with a number behind it where that is taken. */
function freeName({ method, target }: Explanation, picture: string, taken: Set<string>): string {
  const stem = basename(picture).replace(/\.\w+$/, '');
  const plain = [stem, method, target].map((part) =>
    part.replace(/[^\p{L}\p{N}._]+/gu, '-').replace(/^[-.]+|-+$/g, ''),
  );
  const name = plain.join('-').slice(0, 120);
  for (let turn = 1; ; turn++) {
    const free = turn === 1 ? name : `${name}-${turn}`;
    if (taken.has(free.toLowerCase())) continue;
    taken.add(free.toLowerCase());
    return free;
  }
}

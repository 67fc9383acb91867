import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { files } from '#platform';
import { sheetFormat } from '../report/pictureSheet.js';
import { projectionCsv } from '../report/projectionCsv.js';
import { writeProjectionPage } from '../report/projectionPage.js';
import { writeProjectionSheet } from '../report/projectionSheet.js';
import type { ProjectedPictures } from '../report/projectedPictures.js';
import { makeFolder } from '../report/writeInto.js';
import { UsageError } from './failure.js';

/** Writes a projection; gives the files, the one that a reader opens first at the front. */
export type ProjectionSink = (pictures: ProjectedPictures) => Promise<readonly string[]>;

/**
 * What `--output` means: a picture, a table, a page, or a folder with all three.
 *
 * @throws UsageError when the name ends in something else.
 */
export function projectionSink(path: string): ProjectionSink {
  const extension = extname(path).toLowerCase();
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder || extension === '' || /[\\/]$/.test(path)) return (pictures) => writeAll(path, pictures);
  if (extension === '.csv') return (pictures) => one(path, writeCsv(path, pictures));
  if (extension === '.html' || extension === '.htm')
    return (pictures) => one(path, writeProjectionPage(path, pictures));
  try {
    sheetFormat(path, '--output');
  } catch {
    throw new UsageError({
      where: `--output ${path}`,
      rule: 'must be a picture (.png, .jpg, .webp, .avif, .tif), a page (.html), a table (.csv) or a folder',
    });
  }
  return (pictures) => one(path, writeProjectionSheet(path, pictures, '--output'));
}

async function writeAll(folder: string, pictures: ProjectedPictures): Promise<readonly string[]> {
  await makeFolder(folder);
  const [page, sheet, table] = ['index.html', 'projection.png', 'projection.csv'].map((name) => join(folder, name));
  await writeProjectionPage(page, pictures);
  await writeProjectionSheet(sheet, pictures, '--output');
  await writeCsv(table, pictures);
  return [page, sheet, table];
}

async function one(path: string, written: Promise<void>): Promise<readonly string[]> {
  await written;
  return [path];
}

function writeCsv(path: string, pictures: ProjectedPictures): Promise<void> {
  return files.writeWhole(path, new TextEncoder().encode(projectionCsv(pictures)));
}

import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { OpenedModel } from '../../classify/openModel.js';
import { sheetFormat } from '../../report/pictureSheet.js';
import { writeTilePage } from '../../report/tilePage.js';
import { writeTileSheet } from '../../report/tileSheet.js';
import type { TileSection } from '../../report/tiles.js';
import { makeFolder } from '../../report/writeInto.js';
import { UsageError } from '../failure.js';
import type { Output } from '../output.js';
import type { ExplainOptions } from './explainOptions.js';

/** What was found out about a model. */
export interface Insight {
  /** The page's title and the line under it. */
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly TileSection[];
  /** What is printed. */
  readonly lines: readonly string[];
  /** What `--json` prints. */
  readonly json: object;
}

/** Who finds something out about a model. */
export interface Inquirer {
  /** Where it is drawn if nothing is said; undefined: nowhere. */
  readonly usualOutput: string | undefined;
  readonly inquire: (
    opened: OpenedModel,
    options: ExplainOptions,
    context: { readonly output: Output; readonly model: string; readonly pictures: readonly string[] },
  ) => Promise<Insight>;
}

/** Where an insight goes: gives what a reader opens first. */
export type InsightSink = (insight: Insight) => Promise<string>;

/**
 * What `--output` means for pictures in tiles: one picture of all, a page, or a folder with the page and a picture for each section.
 *
 * @throws UsageError when the name ends in something else.
 */
export function insightSink(path: string): InsightSink {
  const extension = extname(path).toLowerCase();
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder || extension === '' || /[\\/]$/.test(path)) return (insight) => writeFolder(path, insight);
  if (extension === '.html' || extension === '.htm') return (insight) => writePage(path, insight);
  try {
    sheetFormat(path, '--output');
  } catch {
    throw new UsageError({
      where: `--output ${path}`,
      rule: 'must be a picture (.png, .jpg, .webp, .avif, .tif), a page (.html) or a folder',
      advice: extension === '.npy' ? '--json prints the numbers' : undefined,
    });
  }
  return async ({ sections }) => {
    await writeTileSheet(path, sections, '--output');
    return path;
  };
}

async function writePage(path: string, { title, lead, sections }: Insight): Promise<string> {
  await writeTilePage(path, { title, kind: 'inside a model', lead, sections });
  return path;
}

async function writeFolder(folder: string, insight: Insight): Promise<string> {
  await makeFolder(folder);
  for (const section of insight.sections) {
    if (section.tiles.length === 0 && !section.first) continue;
    await writeTileSheet(join(folder, `${fileName(section.name)}.png`), [section], '--output');
  }
  return writePage(join(folder, 'index.html'), insight);
}

/** A layer's name as a file's: `block1/conv` is no folder. */
function fileName(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|-+$/g, '')
      .slice(0, 120) || 'section'
  );
}

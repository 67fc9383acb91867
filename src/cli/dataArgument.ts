import { existsSync, statSync } from 'node:fs';
import { Option } from 'commander';
import { dataSetNames, openDataSet } from '../data/catalogue.node.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { DerivedSet, Subset } from '../data/derivedSet.js';
import type { ImageFolderOptions } from '../data/folders/imageFolder.node.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { augmentations } from '../data/index.js';
import { UsageError } from './failure.js';
import { StriateError } from '../tensor/index.js';
import type { Output } from './output.js';
import { unknownName } from './unknownName.js';

/**
 * Opens what `--data` names. The drawn sets are always drawn from the same seed, and folders are divided by the same seed, so
 * that a run, its resumption and a later evaluation see the same pictures.
 */
export async function openData(
  name: string | undefined,
  output: Output,
  pictures: ImageFolderOptions,
): Promise<DataSplits> {
  if (name !== undefined) {
    expectData(name);
    const data = await openDataSet(name, { onDownload: (line) => output.progress(line), pictures });
    for (const note of pictureFilesOf(data.train)?.notes ?? []) output.progress(note);
    return data;
  }
  throw new UsageError({
    where: '--data is missing',
    rule: `name a data set, one of ${dataSetNames.join(', ')}, or a folder`,
  });
}

/** Throws where a name is neither a data set's nor anything in the file system. */
function expectData(name: string): void {
  if (dataSetNames.includes(name)) return;
  if (!existsSync(name)) {
    throw unknownName({
      where: '--data',
      name,
      known: dataSetNames,
      nothing: 'no data set or folder',
      advice: () =>
        `known are ${dataSetNames.join(', ')}; anything else is a folder with a folder of pictures for each class`,
    });
  }
  if (statSync(name).isDirectory()) return;
  throw new StriateError({
    where: `data '${name}'`,
    rule: 'must be a folder with a folder of pictures for each class, and is a file',
    advice: 'name the folder above the classes',
  });
}

/** The option `--augment`. */
export function augmentOption(): Option {
  return new Option(
    '--augment <how>',
    'change training pictures at random: basic (rotate, shift, zoom, flip) or strong (crops, RandAugment, erasing) ' +
      '(default: "none")',
  ).choices(Object.keys(augmentations));
}

/**
 * Prints which files of a folder of pictures were skipped, once they have been met.
 *
 * @param meaning what that meant for the work
 */
export function reportSkipped({ train }: DataSplits, output: Output, meaning?: string): void {
  const line = pictureFilesOf(train)?.skippedLine;
  if (line !== undefined) output.progress(meaning === undefined ? line : `${line}; ${meaning}`);
}

/** The files that a data set's pictures, in the same order, come from; undefined where they come from none. */
export function pictureFilesOf(data: DataSet): PictureFiles | undefined {
  if (data instanceof PictureFiles) return data;
  const files = data instanceof DerivedSet ? pictureFilesOf(data.base) : undefined;
  return data instanceof Subset ? files?.subset(data.rows) : files;
}

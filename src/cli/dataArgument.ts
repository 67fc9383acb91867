import { existsSync, statSync } from 'node:fs';
import { Option } from 'commander';
import { scenesName } from '../data/annotated/annotatedFolder.node.js';
import { dataSetNames, openDataSplits } from '../data/catalogue.node.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { DerivedSet, Subset } from '../data/derivedSet.js';
import type { ImageFolderOptions } from '../data/folders/imageFolder.node.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { augmentations } from '../data/index.js';
import type { TestedOn } from '../report/runResult.js';
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
  if (name === scenesName) {
    throw new StriateError({
      where: `data '${name}'`,
      rule: 'has things in pictures (boxes, masks, points), and no classes of pictures',
      advice: `striate train --task detect (segment, keypoints) --data ${name} learns them; digits and xo are drawn for classifiers`,
    });
  }
  if (name !== undefined) {
    const data = await openDataSplits(name, { onDownload: (line) => output.progress(line), pictures });
    if (data.train instanceof PictureFiles) for (const note of data.train.notes) output.progress(note);
    return data;
  }
  throw new UsageError({
    where: '--data is missing',
    rule: `name a data set, one of ${dataSetNames.join(', ')}, or a folder`,
  });
}

/** The option `--data`. */
export function dataOption(purpose?: string): Option {
  const what = purpose === undefined ? '' : `${purpose}: `;
  return new Option(
    '--data <name|folder>',
    what +
      'mnist, fashion-mnist, digits, xo, cifar10, cats-dogs, or a folder: of pictures (a folder for each class), or with MNIST’s or ' +
      'CIFAR-10’s files',
  ).argParser(dataName);
}

/**
 * The name of a data set or the path of a folder, as the argument of `--data`.
 *
 * @throws StriateError when there is none such.
 */
export const dataName = (name: string): string => dataNameOf('--data', name);

/** The same as the argument of another option. */
export function dataNameOf(where: string, name: string): string {
  if (dataSetNames.includes(name) || name === scenesName) return name;
  if (!existsSync(name)) {
    throw unknownName({
      where,
      name,
      known: dataSetNames,
      nothing: 'no data set or folder',
      advice: () =>
        `known are ${dataSetNames.join(', ')}; anything else is a folder with a folder of pictures for each class`,
    });
  }
  if (statSync(name).isDirectory()) return name;
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

/** What a run's result is measured on: the pictures of validation where its data set has no test pictures. */
export const testedOn = ({ validation, test }: DataSplits): TestedOn => (validation === test ? 'validation' : 'test');

/** The parts of a data set by their names: those that there are, and none of them twice. */
export function partsOf<Part extends { readonly size: number }>({
  train,
  validation,
  test,
}: {
  readonly train: Part;
  readonly validation?: Part | undefined;
  readonly test: Part;
}): Readonly<Record<string, Part>> {
  return { train, ...(validation && { validation }), ...(test !== validation && test.size > 0 && { test }) };
}

/** The files that a data set's pictures, in the same order, come from; undefined where they come from none. */
export function pictureFilesOf(data: DataSet): PictureFiles | undefined {
  if (data instanceof PictureFiles) return data;
  const files = data instanceof DerivedSet ? pictureFilesOf(data.base) : undefined;
  return data instanceof Subset ? files?.subset(data.rows) : files;
}

import { existsSync, statSync } from 'node:fs';
import type { OpenedModel } from '../../classify/openModel.js';
import { dataSetNames } from '../../data/catalogue.node.js';
import type { DataSet } from '../../data/dataSet.js';
import { formatCount } from '../../platform/textTable.js';
import { StriateError } from '../../tensor/index.js';
import { dataNameOf, openData } from '../dataArgument.js';
import type { Output } from '../output.js';
import { listPictures } from '../pictureList.js';

/** Pictures that a model is watched with: files, or a data set that is prepared as the model wants it. */
export type WatchedData = readonly string[] | DataSet;

/**
 * What `--rank` and `--data` name: a data set, of which the test pictures are taken, a folder of pictures, whether it is divided into classes or
 * not, or one picture.
 *
 * @param option what messages call it
 * @throws StriateError when there is none such.
 */
export async function watchedData(
  name: string,
  option: string,
  opened: OpenedModel,
  output: Output,
): Promise<WatchedData> {
  const pictures = await picturesNamed(name);
  if (pictures) return pictures;
  const { preprocessing } = opened.preparation!;
  const { train, test } = await openData(dataNameOf(option, name), output, { preprocessing });
  return test ?? train;
}

/** The files of pictures that a name stands for; undefined where it is a data set's. */
export async function picturesNamed(name: string): Promise<readonly string[] | undefined> {
  if (dataSetNames.includes(name) || !existsSync(name)) return undefined;
  const isFile = !statSync(name).isDirectory();
  return listPictures([name]).catch((error: unknown) => {
    // A folder may hold the files of a data set.
    if (error instanceof StriateError && !isFile) return undefined;
    throw error;
  });
}

/** Whether these are files. */
export function areFiles(data: WatchedData): data is readonly string[] {
  return Array.isArray(data);
}

/**
 * Does something with pictures, without those that turn out to be none: with the first `most` of them, where that is given.
 *
 * @throws StriateError when none can be read.
 */
export async function withReadable<Result>(
  pictures: readonly string[],
  output: Output,
  work: (pictures: readonly string[]) => Promise<Result>,
  most = pictures.length,
): Promise<Result> {
  let left = pictures;
  for (;;) {
    try {
      return await work(left.slice(0, most));
    } catch (error) {
      const broken = error instanceof StriateError ? left.find((one) => one === error.parts.where) : undefined;
      if (!(error instanceof StriateError) || broken === undefined) throw error;
      left = left.filter((one) => one !== broken);
      if (left.length === 0) {
        if (pictures.length === 1) throw error;
        throw new StriateError({
          rule: `none of ${formatCount(pictures.length)} pictures can be read`,
          advice: error.message,
        });
      }
      output.progress(`left out: ${error.message}`);
    }
  }
}

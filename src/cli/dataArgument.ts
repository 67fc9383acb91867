import { dataSetNames, openDataSet } from '../data/catalogue.node.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { DerivedSet } from '../data/derivedSet.js';
import type { ImageFolderOptions } from '../data/folders/imageFolder.node.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { UsageError } from './failure.js';
import type { Output } from './output.js';

/**
 * Opens what `--data` names. The drawn sets are always drawn from the same seed, and folders are divided by the same seed, so
 * that a run, its resumption and a later evaluation see the same pictures.
 */
export async function openData(
  name: string | undefined,
  output: Output,
  { options: pictures }: { readonly options: ImageFolderOptions },
): Promise<DataSplits> {
  if (name !== undefined) return openDataSet(name, { onDownload: (line) => output.progress(line), pictures });
  throw new UsageError({
    where: '--data is missing',
    rule: `name a data set, one of ${dataSetNames.join(', ')}, or a folder`,
  });
}

/** Says which files of a folder of pictures were skipped, once they have been met. */
export function tellSkipped({ train }: DataSplits, output: Output): void {
  const line = pictureFilesOf(train)?.skippedLine;
  if (line !== undefined) output.progress(line);
}

/** The files that a data set's pictures, in the same order, come from; undefined where they come from none. */
export function pictureFilesOf(data: DataSet): PictureFiles | undefined {
  if (data instanceof PictureFiles) return data;
  return data instanceof DerivedSet ? pictureFilesOf(data.base) : undefined;
}

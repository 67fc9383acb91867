import { checkClasses, divide, type ClassedFiles } from './classFolders.js';
import type { DataSplits } from '../dataSet.js';
import type { SelectableSet } from '../selectableSet.js';
import type { ResolvedFolderOptions } from './folderOptions.js';
import { PictureFiles, type PictureFolder } from './pictureFiles.js';
import type { PictureReader } from '../../pictures/pictureReader.js';
import { PlainTransform } from '../../pictures/plainTransform.js';
import { SkippedFiles } from './skippedFiles.js';

/** A folder of pictures in its parts. */
export interface FolderSplits extends DataSplits<SelectableSet> {
  readonly train: PictureFiles;
  /** Undefined if the folder has none, and none was held out. */
  readonly validation: PictureFiles | undefined;
  /** The validation part if there is no test part. */
  readonly test: PictureFiles;
}

/** Leaves out files that are not pictures, and divides the rest. */
export function pictureSplits(
  name: string,
  files: ClassedFiles,
  problems: ReadonlyMap<string, string>,
  options: ResolvedFolderOptions,
  readerFor: (files: ClassedFiles) => PictureReader,
): FolderSplits {
  const skipped = new SkippedFiles(files.paths.length, options.strict);
  for (const [path, reason] of problems) skipped.add(path, reason);
  const kept = Array.from(files.paths.keys()).filter((i) => !problems.has(files.paths[i]));
  const sound: ClassedFiles = {
    ...files,
    paths: kept.map((i) => files.paths[i]),
    labels: Int32Array.from(kept, (i) => files.labels[i]),
    part: kept.map((i) => files.part[i]),
  };
  const notes = [...files.notes, ...checkClasses(name, sound, skipped.describe())];
  const parts = divide(name, sound, options);
  const { preprocessing, geometry, normalization, augment } = options;
  const { classNames, paths, labels } = sound;
  const folder: PictureFolder = {
    name,
    classNames,
    paths,
    labels,
    skipped,
    notes,
    preprocessing,
    normalization,
    reader: readerFor(sound),
    plain: { geometry, transform: new PlainTransform(normalization) },
  };
  const part = (numbers: Int32Array): PictureFiles => new PictureFiles(folder, numbers);
  const validation = parts.validation.length > 0 ? part(parts.validation) : undefined;
  const test = parts.test.length > 0 ? part(parts.test) : (validation ?? part(parts.test));
  const train = part(parts.train);
  return { train: augment ? train.augmented(() => augment) : train, validation, test };
}

import { Random, StriateError } from '../../tensor/index.js';
import { listed, partNames, type ClassedFiles, type PartName } from './classFolders.js';
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

/**
 * Checks that every class has pictures to train on; that other parts lack a class is only told.
 *
 * @param why a line about skipped files
 * @returns a sentence for each part that lacks classes
 * @throws StriateError naming the classes without any.
 */
function checkClasses(name: string, { classNames, labels, part }: ClassedFiles, why?: string): string[] {
  return partNames.flatMap((checked): string[] => {
    const counts = new Int32Array(classNames.length);
    labels.forEach((label, i) => {
      if (part[i] === checked) counts[label]++;
    });
    const empty = classNames.filter((_, i) => counts[i] === 0);
    if (empty.length === 0) return [];
    const isWhole = empty.length === classNames.length;
    const classes = `${empty.length === 1 ? 'class' : 'classes'} ${listed(empty)}`;
    if (checked !== 'train') {
      // A missing part has no classes, either.
      return isWhole ? [] : [`The ${checked} part of ${name} has 0 pictures of the ${classes}.`];
    }
    if (isWhole) {
      throw new StriateError({
        where: name,
        rule: `has no pictures in its class folders ${listed(empty)}${because(why)}`,
      });
    }
    const where = new Set(part).size > 1 ? ' in its train part' : '';
    throw new StriateError({
      where: name,
      rule: `the ${classes} ${empty.length === 1 ? 'has' : 'have'} no picture${where}`,
      advice: `put some in, or remove the folder${because(why)}`,
    });
  });
}

/** How files are divided, for folders without parts. */
interface SplitOptions {
  readonly validationSplit: number;
  readonly testSplit: number;
  readonly seed: number;
}

/** The numbers of the files of each part; stratified: every class gives the same share of its files to each. */
function divide(
  name: string,
  files: ClassedFiles,
  { validationSplit, testSplit, seed }: SplitOptions,
): Record<PartName, Int32Array> {
  const given = (part: PartName): number[] => Array.from(files.paths.keys()).filter((i) => files.part[i] === part);
  if (files.divided.length > 1) {
    const parts = partNames.map((part) => [part, Int32Array.from(given(part))] as const);
    return Object.fromEntries(parts) as Record<PartName, Int32Array>;
  }
  for (const [option, value] of Object.entries({ validationSplit, testSplit })) {
    if (!(value >= 0 && value < 1)) {
      throw new StriateError({ where: name, rule: `${option} must be at least 0 and below 1`, received: value });
    }
  }
  const parts: Record<PartName, number[]> = { train: [], validation: [], test: [] };
  const all = given('train');
  files.classNames.forEach((className, label) => {
    const own = new Random([seed, label]).shuffle(all.filter((i) => files.labels[i] === label));
    const share = (fraction: number): number => (fraction === 0 ? 0 : Math.max(1, Math.round(own.length * fraction)));
    const [validation, test] = [share(validationSplit), share(testSplit)];
    if (validation + test >= own.length) {
      throw new StriateError({
        where: name,
        rule: `the class '${className}' has ${own.length} ${own.length === 1 ? 'picture' : 'pictures'}, of which a validationSplit of ${validationSplit} and a testSplit of ${testSplit} leave none to train on`,
        advice: 'add pictures or lower the splits',
      });
    }
    parts.validation.push(...own.slice(0, validation));
    parts.test.push(...own.slice(validation, validation + test));
    for (const file of own.slice(validation + test)) parts.train.push(file);
  });
  const sorted = partNames.map((part) => [part, Int32Array.from(parts[part]).sort()] as const);
  return Object.fromEntries(sorted) as Record<PartName, Int32Array>;
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `. ${why}`;
}

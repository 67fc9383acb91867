import { formatCount } from '../../platform/textTable.js';
import { Random, StriateError } from '../../tensor/index.js';

/** The contents of a folder, with '/' as the path separator. */
export interface FolderListing {
  /** The folder's name in messages. */
  readonly name: string;
  /** Files below a folder, as paths inside the listed one. */
  readonly files: readonly string[];
  /** Folders of the first two levels. */
  readonly folders: readonly string[];
}

/** Parts of a folder. */
const partNames = ['train', 'validation', 'test'] as const;
export type PartName = (typeof partNames)[number];

/** Files with their classes, part by part; a folder without parts is all 'train'. */
export interface ClassedFiles {
  readonly classNames: readonly string[];
  readonly paths: readonly string[];
  readonly labels: Int32Array;
  readonly part: readonly PartName[];
  /** Whether the folder has parts of its own. */
  readonly divided: readonly PartName[];
}

/** Which part a folder's name means. */
const partFolders: Readonly<Record<string, PartName>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  test: 'test',
  testing: 'test',
};

/** Whether a file is hidden or one that operating systems leave in folders. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|__macosx)$/i.test(name);
}

/**
 * Finds the classes of a folder of pictures: a folder for each class, in it or in its `train/`, `val/` (`validation/`) and
 * `test/`; names are sorted by their characters.
 *
 * @throws StriateError when there is nothing to classify: no files, no folders, one class, a class without files.
 */
export function classFolders(listing: FolderListing): ClassedFiles {
  const { name, folders } = listing;
  const parts = partsOf(folders);
  const depth = parts.size > 0 ? 1 : 0;
  const classOf = (path: string): string => path.split('/', depth + 1)[depth];
  const inClass = (path: string): boolean =>
    path.split('/', depth + 2).length > depth + 1 && (depth === 0 || parts.has(path.split('/', 1)[0]));
  const files = listing.files.filter(inClass).sort(byCharacters);
  const found = folders.filter((path) => path.split('/').length === depth + 1 && (depth === 0 || inClass(`${path}/`)));
  if (found.length === 0) throw noClasses(listing);
  const partOf = (path: string): PartName => (depth === 0 ? 'train' : parts.get(path.split('/', 1)[0])!);
  const trained = found.filter((path) => partOf(path) === 'train').map(classOf);
  const classNames = [...new Set(trained)].sort(byCharacters);
  if (classNames.length === 1) {
    throw new StriateError({
      where: name,
      rule: 'needs folders for at least two classes',
      advice: `it has only '${classNames[0]}'. Put the pictures of each class into a folder of its own.`,
    });
  }
  const stranger = found.find((path) => !classNames.includes(classOf(path)));
  if (stranger !== undefined) {
    throw new StriateError({
      where: name,
      rule: `'${stranger}' is a class that the training folder does not have`,
      advice: `it has ${listed(classNames)}. Every part must have the same class folders.`,
    });
  }
  const number = new Map(classNames.map((className, i) => [className, i]));
  return {
    classNames,
    paths: files,
    labels: Int32Array.from(files, (path) => number.get(classOf(path))!),
    part: files.map(partOf),
    divided: partNames.filter((part) => [...parts.values()].includes(part)),
  };
}

/**
 * Checks that every class has pictures in every part.
 *
 * @param why a line about skipped files
 * @throws StriateError naming the classes without any.
 */
export function checkClasses(name: string, { classNames, labels, part }: ClassedFiles, why?: string): void {
  for (const checked of partNames) {
    const counts = new Int32Array(classNames.length);
    labels.forEach((label, i) => {
      if (part[i] === checked) counts[label]++;
    });
    const empty = classNames.filter((_, i) => counts[i] === 0);
    // A missing part has no classes, either.
    if (empty.length === 0 || (checked !== 'train' && empty.length === classNames.length)) continue;
    const where = new Set(part).size > 1 ? ` in its ${checked} part` : '';
    if (empty.length === classNames.length) {
      throw new StriateError({
        where: name,
        rule: `has no pictures in its class folders ${listed(empty)}${because(why)}`,
      });
    }
    throw new StriateError({
      where: name,
      rule: `the ${empty.length === 1 ? 'class' : 'classes'} ${listed(empty)} ${empty.length === 1 ? 'has' : 'have'} no picture${where}`,
      advice: `put some in, or remove the folder${because(why)}`,
    });
  }
}

/** How files are divided, for folders without parts. */
export interface SplitOptions {
  readonly validationSplit: number;
  readonly testSplit: number;
  readonly seed: number;
}

/** The numbers of the files of each part; stratified: every class gives the same share of its files to each. */
export function divide(
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

/** The folders that are parts, provided that a train folder contains folders. */
function partsOf(folders: readonly string[]): ReadonlyMap<string, PartName> {
  const top = folders.filter((path) => !path.includes('/'));
  const parts = top.flatMap((path): [string, PartName][] => {
    const part = Object.hasOwn(partFolders, path.toLowerCase()) ? partFolders[path.toLowerCase()] : undefined;
    const holdsFolders = folders.some((other) => other.startsWith(`${path}/`));
    return part && holdsFolders ? [[path, part]] : [];
  });
  return new Map(parts.some(([, part]) => part === 'train') ? parts : []);
}

function noClasses({ name, files, folders }: FolderListing): StriateError {
  const advice = 'it needs a folder of pictures for each class';
  if (files.length === 0 && folders.length === 0) return new StriateError({ where: name, rule: 'is empty', advice });
  const what = `${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'} but no folders`;
  return new StriateError({ where: name, rule: `has ${what}`, advice });
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `. ${why}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}

/** The same order on every machine, whatever its language. */
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

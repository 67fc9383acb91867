import { formatCount } from '../../platform/textTable.js';
import { Random, StriateError } from '../../tensor/index.js';
import { matchClassNames } from '../matchClassNames.js';
import {
  folderParts,
  listed,
  partNames,
  statedParts,
  type FolderListing,
  type FolderParts,
  type PartName,
} from './folderParts.js';

/** Files with their classes, part by part; a folder without parts is all 'train'. */
export interface ClassedFiles {
  readonly classNames: readonly string[];
  readonly paths: readonly string[];
  readonly labels: Int32Array;
  readonly part: readonly PartName[];
  /** Whether the folder has parts of its own. */
  readonly divided: readonly PartName[];
  /** What was taken for what, where the folder alone does not say it, in sentences for the user. */
  readonly notes: readonly string[];
}

/** Whether a file is hidden or one that operating systems leave in folders. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|__macosx)$/i.test(name);
}

/**
 * Finds the classes of a folder of pictures: a folder for each class, in it or in its `train/`, `val/` (`validation/`) and
 * `test/`; names are sorted by their characters. A class may be spelled differently in another part, as `matchClassNames`
 * allows it.
 *
 * @param stated whether folders of such names are parts; by default as `folderParts` finds it
 * @throws StriateError when there is nothing to classify: no files, no folders, one class, a class without files; or when it
 * cannot be told whether folders are parts or classes.
 */
export function classFolders(listing: FolderListing, stated?: boolean): ClassedFiles {
  const { name, folders } = listing;
  const { parts, note, doubt } =
    stated === undefined ? folderParts(listing) : stated ? statedParts(listing) : ({ parts: new Map() } as FolderParts);
  if (doubt) throw doubt;
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
  const number = new Map<string, number>();
  for (const part of parts.size > 0 ? partNames : (['train'] as const)) {
    const own = found.filter((path) => partOf(path) === part);
    const { places, problems } = matchClassNames(own.map(classOf), classNames);
    own.forEach((path, i) => {
      const place = places[i];
      if (place === undefined) throw strangeClass(name, path, classNames, problems);
      number.set(path, place);
    });
  }
  const folderOf = (path: string): string => path.split('/', depth + 1).join('/');
  return {
    classNames,
    paths: files,
    labels: Int32Array.from(files, (path) => number.get(folderOf(path))!),
    part: files.map(partOf),
    divided: partNames.filter((part) => [...parts.values()].includes(part)),
    notes: note === undefined ? [] : [note],
  };
}

function strangeClass(
  name: string,
  path: string,
  classNames: readonly string[],
  problems: readonly string[],
): StriateError {
  return new StriateError({
    where: name,
    rule: `'${path}' is a class that the training folder does not have`,
    advice: problems[0] ?? `it has ${listed(classNames)}. Put its pictures there, too, or remove the folder.`,
  });
}

/**
 * Checks that every class has pictures to train on; that other parts lack a class is only told.
 *
 * @param why a line about skipped files
 * @returns a sentence for each part that lacks classes
 * @throws StriateError naming the classes without any.
 */
export function checkClasses(name: string, { classNames, labels, part }: ClassedFiles, why?: string): string[] {
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

function noClasses({ name, files, folders }: FolderListing): StriateError {
  const advice = 'it needs a folder of pictures for each class';
  if (files.length === 0 && folders.length === 0) return new StriateError({ where: name, rule: 'is empty', advice });
  const what = `${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'} but no folders`;
  return new StriateError({ where: name, rule: `has ${what}`, advice });
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `. ${why}`;
}

/** The same order on every machine, whatever its language. */
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { formatCount } from '../../platform/textTable.js';
import { StriateError } from '../../tensor/index.js';
import { matchClassNames } from '../matchClassNames.js';

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
export const partNames = ['train', 'validation', 'test'] as const;
export type PartName = (typeof partNames)[number];

/** Which part a folder's name means. */
const partFolders: ReadonlyMap<string, PartName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
]);

/** Which of a folder's folders are its parts. */
export interface FolderParts {
  /** By the folder's name; empty where its folders are classes. */
  readonly parts: ReadonlyMap<string, PartName>;
  /** What was taken for what, where others stand beside the parts. */
  readonly note?: string;
  /** Why it cannot be told whether folders are parts or classes; then they are taken for classes. */
  readonly doubt?: StriateError;
}

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

function noClasses({ name, files, folders }: FolderListing): StriateError {
  const advice = 'it needs a folder of pictures for each class';
  if (files.length === 0 && folders.length === 0) return new StriateError({ where: name, rule: 'is empty', advice });
  const what = `${formatCount(files.length)} ${files.length === 1 ? 'file' : 'files'} but no folders`;
  return new StriateError({ where: name, rule: `has ${what}`, advice });
}

/** The same order on every machine, whatever its language. */
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Whether folders that are called `train`, `val` or `test` are a folder's parts, with the classes in them, or classes of such
 * names (a train is a vehicle, too). They are parts where the training folder holds folders and none of another name stands
 * beside it, or where another part holds folders of the same names and those beside them do not. All else is in doubt.
 */
export function folderParts({ name, files, folders }: FolderListing): FolderParts {
  const top = folders.filter((path) => !path.includes('/'));
  const below = new Map(top.map((path) => [path, namesIn(folders, path)]));
  const partOf = (path: string): PartName | undefined => partFolders.get(path.toLowerCase());
  const named = top.filter((path) => partOf(path) !== undefined);
  const parts = new Map(
    named.filter((path) => below.get(path)!.size > 0).map((path) => [path, partOf(path)!] as const),
  );
  const [train] = [...parts].flatMap(([path, part]) => (part === 'train' ? [path] : []));
  const inDoubt = (rule: string): FolderParts => ({
    parts: new Map(),
    doubt: new StriateError({ where: name, rule, advice: bothWays }),
  });
  if (train === undefined) {
    const couldBe = named.length > 1 && named.length === top.length;
    return couldBe ? inDoubt(`holds nothing but ${listed(named)}: its parts, or classes?`) : { parts: new Map() };
  }
  const others = top.filter((path) => !parts.has(path) && files.some((file) => file.startsWith(`${path}/`)));
  if (others.length === 0) return { parts };
  const strangers = others.filter((path) => partOf(path) === undefined);
  const isLikeTraining = (path: string): boolean =>
    path !== train && [...below.get(path)!].some((inside) => below.get(train)!.has(inside));
  if (strangers.length > 0 && (strangers.some(isLikeTraining) || ![...parts.keys()].some(isLikeTraining))) {
    return inDoubt(`'${train}' could be its training part, or a class beside ${listed(strangers)}`);
  }
  return {
    parts,
    note:
      `${listed([...parts.keys()])} ${parts.size === 1 ? 'was' : 'were'} taken for the parts of ${name}; ` +
      `${listed(others)} ${others.length === 1 ? 'is' : 'are'} left out.`,
  };
}

/**
 * The parts of a folder of which somebody knows that it has some.
 *
 * @throws StriateError when it has no training folder with folders in it.
 */
export function statedParts({ name, folders }: FolderListing): FolderParts {
  const parts = new Map(
    folders.flatMap((path) => {
      const part = partFolders.get(path.toLowerCase());
      return part && namesIn(folders, path).size > 0 ? [[path, part] as const] : [];
    }),
  );
  if ([...parts.values()].includes('train')) return { parts };
  throw new StriateError({
    where: name,
    rule: 'must hold a folder train with a folder for each class in it',
    received: folders.length === 0 ? 'no folders' : listed(folders.filter((path) => !path.includes('/'))),
  });
}

/** What to do where folders could be parts or classes. */
const bothWays =
  'if it is a part, put nothing but parts beside it, each with a folder for each class; if it is a class, rename it ' +
  '(train to trains); a program can say which with parts: true or false';

function namesIn(folders: readonly string[], path: string): ReadonlySet<string> {
  return new Set(folders.flatMap((other) => (other.startsWith(`${path}/`) ? [other.slice(path.length + 1)] : [])));
}

/** Names in a sentence, the first of them where they are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '');
}

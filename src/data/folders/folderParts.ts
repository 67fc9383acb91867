import { StriateError } from '../../tensor/index.js';

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

import { StriateError } from 'striate';
import { transact, type Database } from './database.js';
import { say } from './strings.js';

/** Photos that were dropped, in their folders. */
export interface PhotoFolder {
  readonly hash: string;
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly file: Blob }[];
  /** The classes, of which some may have no photos yet; undefined where the paths tell them. */
  readonly classNames?: readonly string[] | undefined;
}

/** A folder of photos that this browser keeps, without its photos. */
export interface ListedFolder {
  readonly hash: string;
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  /** Whether its photos lie in a folder for each class. */
  readonly isClassed: boolean;
}

/** As they are kept: in one piece, as a browser keeps one large file in a moment and ten thousand small ones in minutes. */
interface KeptFolder {
  readonly hash: string;
  readonly name: string;
  readonly photos: Blob;
  readonly paths: readonly string[];
  /** Where each ends in the whole. */
  readonly ends: Float64Array;
  readonly classNames?: readonly string[];
}

const database: Database<'folders'> = {
  name: 'striate-photos',
  version: 1,
  stores: { folders: { keyPath: 'hash' } },
  said: say,
};

/** Folders that the browser has no room for: they are there as long as this thread is. */
const held = new Map<string, PhotoFolder>();

/** Holds a folder that is not kept. */
export function holdFolder(folder: PhotoFolder): void {
  held.set(folder.hash, folder);
}

/**
 * Keeps a folder of photos under its hash.
 *
 * @throws StriateError where the browser has no room, or keeps nothing for this page.
 */
export async function keepFolder({ hash, name, files, classNames }: PhotoFolder): Promise<void> {
  const ends = new Float64Array(files.length);
  let end = 0;
  files.forEach(({ file }, i) => (ends[i] = end += file.size));
  const photos = new Blob(files.map(({ file }) => file));
  const paths = files.map(({ path }) => path);
  const folder: KeptFolder = { hash, name, photos, paths, ends, ...(classNames && { classNames }) };
  await transact(database, ['folders'], 'readwrite', (store) => {
    store('folders').put(folder);
    return undefined;
  });
}

/** The photos of a hash; undefined where this browser has none. */
export async function keptFolder(hash: string): Promise<PhotoFolder | undefined> {
  const here = held.get(hash);
  if (here) return here;
  const folder = await transact(
    database,
    ['folders'],
    'readonly',
    (store) => store('folders').get(hash) as IDBRequest<KeptFolder | undefined>,
  );
  if (!folder) return undefined;
  const { name, photos, paths, ends, classNames } = folder;
  const files = paths.map((path, i) => ({ path, file: photos.slice(i === 0 ? 0 : ends[i - 1], ends[i]) }));
  return { hash, name, files, classNames };
}

/**
 * The photos that an address names, `photos:HASH`.
 *
 * @throws StriateError where this browser has none, with what to do.
 */
export async function openFolder(address: string): Promise<PhotoFolder> {
  const folder = await keptFolder(address.slice('photos:'.length));
  if (folder) return folder;
  throw new StriateError({ where: address, rule: say.photosGone, advice: say.dropFolder });
}

/** All that this browser keeps of photos in folders, by name; also what is still being collected, which has no hash. */
export async function keptFolders(): Promise<readonly ListedFolder[]> {
  const all = await transact(
    database,
    ['folders'],
    'readonly',
    (store) => store('folders').getAll() as IDBRequest<KeptFolder[]>,
  );
  return all
    .map(({ hash, name, paths, photos }) => ({
      hash,
      name,
      count: paths.length,
      bytes: photos.size,
      isClassed: paths.length > 0 && paths[0].split('/').length > 2,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/**
 * The folders that can be picked, as addresses name them: `photos:HASH`.
 *
 * @param of those with a folder for each class, or any
 */
export async function pickableFolders(of: 'classes' | 'any'): Promise<(readonly [address: string, name: string])[]> {
  const all = await keptFolders();
  return all
    .filter(({ hash, isClassed }) => /^[0-9a-f]{16}$/.test(hash) && (isClassed || of === 'any'))
    .map(({ hash, name }) => [`photos:${hash}`, name] as const);
}

/** Removes a folder. */
export async function forgetFolder(hash: string): Promise<void> {
  held.delete(hash);
  await transact(database, ['folders'], 'readwrite', (store) => {
    store('folders').delete(hash);
    return undefined;
  });
}

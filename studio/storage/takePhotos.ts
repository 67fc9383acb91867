import { StriateError } from 'striate';
import type { TaskContext } from '../engine/protocol.js';
import { formatBytes } from '../parts/formatNumber.js';
import type { DroppedFile } from '../pictures/dropping.js';
import { hashOf } from './contents.js';
import { holdFolder, keepFolder, type PhotoFolder } from './photoFolders.js';
import { say } from './strings.js';
import { unzip, type UnpackedFile } from './unzip.js';

/** Photos that were taken: what an address calls them by. */
export interface TakenPhotos {
  readonly hash: string;
  readonly name: string;
  readonly count: number;
  /** Why the browser does not keep them, and what to do; they are there until the studio is left. */
  readonly notKept: string | undefined;
}

/** Bytes of a folder that are kept, at most: a copy of them lies in the browser's own storage. */
export const mostKept = 2e9;

/** Bytes at the beginning of a file that its folder's name follows from: of a thousand photos all would take too long. */
const beginning = 4096;

const picture = /\.(jpe?g|png|webp|gif|bmp|avif|tiff?)$/i;
const isPhoto = (path: string): boolean => picture.test(path) && !path.split('/').some((part) => /^[._]/.test(part));

/** Whether a file is a zip, by its name. */
export const isZip = ({ name }: { readonly name: string }): boolean => /\.zip$/i.test(name);

/**
 * Keeps photos that were dropped, in folders or in a zip, in this browser: in the worker, as a task of pages.
 *
 * @throws StriateError where there are no pictures among them.
 */
export async function takePhotos(
  { dropped }: { readonly dropped: readonly DroppedFile[] },
  context: Pick<TaskContext, 'progress' | 'signal'>,
): Promise<TakenPhotos> {
  const archive = dropped.find(({ file }) => isZip(file))?.file;
  const photos = archive ? await unpacked(archive, context) : dropped.filter(({ path }) => isPhoto(path));
  if (photos.length === 0) {
    throw new StriateError({
      where: archive?.name ?? dropped.at(0)?.path.split('/')[0] ?? say.folder,
      rule: say.hasNoPictures,
      advice: say.folderForEach,
    });
  }
  const starts = await Promise.all(photos.map(({ file }) => file.slice(0, beginning).arrayBuffer()));
  const described = photos.map(({ path, file }) => `${path}\0${file.size}`).join('\n');
  const hash = await hashOf(new Uint8Array(await new Blob([described, ...starts]).arrayBuffer()));
  context.signal.throwIfAborted();
  const [first, ...deeper] = photos[0].path.split('/');
  const name = deeper.length > 0 ? first : say.pictures(photos.length);
  const folder = { hash, name, files: photos.map(({ path, file }) => ({ path, file })) };
  const bytes = photos.reduce((sum, { file }) => sum + file.size, 0);
  context.progress({ what: say.keeping(formatBytes(bytes)), done: 0 });
  return { hash, name, count: photos.length, notKept: await kept(folder, bytes) };
}

/** The photos of a zip. One of a single folder is that folder. */
async function unpacked(
  archive: File,
  { progress, signal }: Pick<TaskContext, 'progress' | 'signal'>,
): Promise<readonly UnpackedFile[]> {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  const files = await unzip(archive, archive.name, isPhoto, (read) => {
    signal.throwIfAborted();
    progress({ what: say.unpacking, done: megabytes(read), total: megabytes(archive.size) });
  });
  const isWhole = files.every(({ path }) => path.split('/').length > 2);
  const folder = archive.name.replace(/\.zip$/i, '');
  return isWhole ? files : files.map(({ path, file }) => ({ path: `${folder}/${path}`, file }));
}

/** Keeps a folder, or holds it and says why it is not kept. */
async function kept(folder: PhotoFolder, bytes: number): Promise<string | undefined> {
  // Undefined on pages that are neither on this machine nor encrypted.
  const storage = (navigator as Partial<Navigator>).storage;
  const { quota = Infinity, usage = 0 } = (await storage?.estimate()) ?? {};
  const room = Math.max(0, Math.min(mostKept, quota - usage));
  if (bytes <= room) {
    try {
      await keepFolder(folder);
      return undefined;
    } catch (error) {
      holdFolder(folder);
      return `${(error as Error).message} ${say.untilLeft}`;
    }
  }
  holdFolder(folder);
  return `${say.tooLarge(formatBytes(bytes), formatBytes(room))} ${say.untilLeft}`;
}

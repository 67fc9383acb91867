import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isIgnored } from '../../data/classFolders.js';
import { StriateError } from '../../tensor/index.js';

/** What files in folders must be called to be taken for pictures; files named one by one may be called anything. */
const pictureName = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|svg)$/i;

/** Folders deeper than this are not gone into. */
const deepest = 32;

/**
 * The pictures that paths name: files as they are, and of folders all pictures in them, however deep, by name in order.
 * Links are followed, but never into a folder that they lie in.
 *
 * @throws StriateError when a folder cannot be listed, or none of the folders has a picture.
 */
export async function listPictures(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (isFolder) await visit(path, 0, [], found);
    else found.push(path);
  }
  if (found.length > 0) return found;
  throw new StriateError(
    `${paths.join(', ')}: there is no picture (JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG) in ${paths.length === 1 ? 'this folder' : 'these folders'}`,
  );
}

async function visit(folder: string, depth: number, above: readonly string[], found: string[]): Promise<void> {
  const real = await realpath(folder);
  if (above.includes(real) || depth > deepest) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new StriateError(`${folder}: must be a readable folder; the system says ${code}`);
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (isIgnored(entry.name)) continue;
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (target?.isDirectory()) await visit(path, depth + 1, [...above, real], found);
    else if ((!target || target.isFile()) && pictureName.test(entry.name)) found.push(path);
  }
}

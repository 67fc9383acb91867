import { realpath, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A file or folder that may be served. */
export interface ConfinedPath {
  /** Its real place, with no symbolic link in it. */
  readonly path: string;
  readonly stats: Stats;
}

/**
 * What a request names inside a folder, with symbolic links followed; undefined where there is nothing, where it leads out of
 * the folder, or where a part of the name begins with a dot. The three look alike from outside, so that nobody learns from the
 * answer what lies elsewhere.
 *
 * @param path relative to the folder, with slashes
 */
export async function confinedPath(folder: string, path: string): Promise<ConfinedPath | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  if (path.startsWith('/') || /[\0\\]/.test(path)) return undefined;
  // `C:` and `file.txt:stream` reach elsewhere on Windows.
  if (parts.some((part) => part.startsWith('.') || (sep === '\\' && part.includes(':')))) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, ...parts));
    if (!isInside(root, real)) return undefined;
    return { path: real, stats: await stat(real) };
  } catch {
    return undefined;
  }
}

/**
 * Where a folder that a file names lies inside another one, with slashes, empty for that one itself; undefined where it does
 * not. Names that are not paths of a folder are looked for inside, as data sets lie there by their names.
 *
 * @param named a path as somebody gave it, on this machine or another one, or a name
 */
export async function placeInside(folder: string, named: string): Promise<string | undefined> {
  if (named === '' || named.includes('\0')) return undefined;
  try {
    const root = await realpath(folder);
    const real = await realpath(resolve(named)).catch(() => undefined);
    if (real === undefined && isAbsolute(named)) return undefined;
    const found = real ?? (await realpath(join(root, named)));
    const place = relative(root, found).split(sep).join('/');
    return isInside(root, found) && (await confinedPath(root, place))?.stats.isDirectory() ? place : undefined;
  } catch {
    return undefined;
  }
}

function isInside(root: string, real: string): boolean {
  const inside = relative(root, real);
  return !isAbsolute(inside) && inside.split(sep)[0] !== '..';
}

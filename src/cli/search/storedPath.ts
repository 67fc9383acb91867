import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

/** Where a file or folder lies that another file names: found again when one of them, or both together, are moved. */
export interface StoredPath {
  readonly absolute: string;
  /** From the folder of the file that names it, with '/' between the parts. */
  readonly relative: string;
}

/** A path as the file `from` keeps it. */
export function storedPath(path: string, from: string): StoredPath {
  return {
    absolute: resolve(path),
    relative: relative(dirname(resolve(from)), resolve(path))
      .split(sep)
      .join('/'),
  };
}

/** The path that the file `from` kept: beside the file, if there is such a thing, otherwise where it was. */
export function foundPath(stored: StoredPath, from: string): string {
  const beside = resolve(dirname(resolve(from)), stored.relative);
  return existsSync(beside) ? beside : stored.absolute;
}

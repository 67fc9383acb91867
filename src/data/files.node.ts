import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip as gunzipWithCallback, constants } from 'node:zlib';
import { StriateError } from '../tensor/index.js';

const gunzipAsync = promisify(gunzipWithCallback);

/** No data file that fits in memory unpacks to more; a gzip bomb does. */
const largest = 2 ** 31;

/** Reads a file; undefined where there is none. */
export async function readIfPresent(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new StriateError(
      `${path}: must be a readable file; the system says ${code}. Check its path and permissions.`,
    );
  }
}

/** Unpacks gzipped bytes; several files unpack at the same time, off the main thread. */
export async function gunzip(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  // gzip ends with the unpacked size, which saves joining thousands of pieces; it is only a hint, files may lie.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hint = bytes.length >= 18 ? view.getUint32(bytes.length - 4, true) : 0;
  const chunkSize = Math.min(Math.max(hint + 1, constants.Z_DEFAULT_CHUNK), Math.max(64 * 1024, bytes.length * 16));
  try {
    return await gunzipAsync(bytes, { chunkSize, maxOutputLength: largest });
  } catch (error) {
    throw new StriateError(
      `${path}: must be a complete gzip file; received ${bytes.length} bytes that do not unpack ` +
        `(${(error as Error).message}). Download it again.`,
    );
  }
}

/** A file's path inside a folder. */
export function pathIn(folder: string, name: string): string {
  return join(folder, name);
}

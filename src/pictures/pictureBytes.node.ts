import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { bytesProblem, type PictureLimits } from './pictureLimits.js';
import { BrokenPicture } from './pictureReader.js';

/**
 * A file's bytes; a file that is too large is not read.
 *
 * @throws BrokenPicture when there is no such file, or one of too many bytes.
 */
export async function pictureBytes(path: string, limits: PictureLimits): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    checkSize((await file.stat()).size, limits);
    return await file.readFile();
  } catch (error) {
    throw unreadable(error);
  }
}

/** The same for threads that may wait: a tenth of the work, as nothing has to be passed between threads. */
export function pictureBytesNow(path: string, limits: PictureLimits): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      checkSize(fstatSync(file).size, limits);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(error);
  }
}

function checkSize(size: number, limits: PictureLimits): void {
  const problem = bytesProblem(size, limits);
  if (problem) throw new BrokenPicture(problem);
}

function unreadable(error: unknown): BrokenPicture {
  if (error instanceof BrokenPicture) return error;
  return new BrokenPicture(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`);
}

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { StriateError } from '../tensor/index.js';

/** A file on the network and how to tell that it has come whole. */
export interface RemoteFile {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  /** The publisher's MD5 checksum, in hexadecimal: it finds damage; MD5 is what these data sets are published with. */
  readonly md5: string;
}

/**
 * Downloads a file and puts it in place only when it is whole: into `path.part` first, which a later call goes on with,
 * then size and checksum, then a rename.
 *
 * @throws StriateError when the server cannot be reached or the file is not the one expected.
 */
export async function download(file: RemoteFile, path: string): Promise<void> {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  let have = await sizeOnDisk(part);
  if (have > file.size) {
    await rm(part);
    have = 0;
  }
  if (have < file.size) await fetchInto(file, part, have);
  const size = await sizeOnDisk(part);
  if (size < file.size) {
    throw new StriateError(
      `${file.url}: must be ${file.size} bytes; received ${size} before the connection ended. Run the command again: it ` +
        'goes on from there.',
    );
  }
  const md5 = await checksum(part);
  if (size !== file.size || md5 !== file.md5) {
    await rm(part);
    throw new StriateError(
      `${file.url}: must be ${file.size} bytes with the MD5 checksum ${file.md5}; received ${size} bytes with ${md5}, ` +
        'which were thrown away. Run the command again, or download the file by hand.',
    );
  }
  await rename(part, path);
}

async function fetchInto(file: RemoteFile, part: string, have: number): Promise<void> {
  let response: Response;
  try {
    response = await fetch(file.url, have > 0 ? { headers: { Range: `bytes=${have}-` } } : {});
  } catch (error) {
    throw new StriateError(`${file.url}: must be reachable; ${reason(error)}.`);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new StriateError(
      `${file.url}: must be there; the server answered ${response.status} ${response.statusText}.`,
    );
  }
  // 200 in place of 206: the server sends the whole file again.
  const flags = response.status === 206 ? 'a' : 'w';
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(part, { flags }));
  } catch (error) {
    throw new StriateError(
      `${file.url}: the download into ${part} broke off; ${reason(error)}. Run the command again: it goes on from there.`,
    );
  }
}

async function checksum(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function sizeOnDisk(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** What went wrong, as the system calls it; fetch hides it in the cause. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message === '' ? ((cause as NodeJS.ErrnoException).code ?? message) : cause.message;
}

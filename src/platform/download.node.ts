import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { StriateError } from '../tensor/index.js';
import { cacheFolder } from './cacheFolder.node.js';
import { files } from './files.node.js';
import type { DownloadOptions, Downloads, RemoteFile } from './platform.js';
import { proxiedFetch } from './proxiedFetch.node.js';
import { systemCode, systemFailure } from './systemErrors.js';

const checksums = { md5: 'the MD5 checksum', sha256: 'a SHA-256 checksum that begins with' } as const;

/**
 * Downloads a file and puts it in place only when it is complete: first into `path.part`, which a later call resumes; then
 * size and checksum are verified; then it is renamed.
 *
 * @throws StriateError when the server cannot be reached or the file is not the one expected.
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions = {}): Promise<void> {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  let have = await sizeOnDisk(part);
  if (file.size !== undefined && have > file.size) {
    await rm(part);
    have = 0;
  }
  const total = have === file.size ? have : ((await fetchInto(file, part, have, options)) ?? file.size);
  const size = await sizeOnDisk(part);
  if (total !== undefined && size < total) {
    throw new StriateError({
      where: file.url,
      rule: `must be ${total} bytes`,
      received: `${size} before the connection ended`,
      advice: 'run the command again: it goes on from there',
    });
  }
  await check(file, part, size);
  await rename(part, path);
}

/** Verifies size and checksums; a wrong file is deleted. */
async function check(file: RemoteFile, part: string, size: number): Promise<void> {
  const expected: string[] = [];
  const received: string[] = [`${size} bytes`];
  let right = true;
  if (file.size !== undefined) {
    expected.push(`${file.size} bytes`);
    right = size === file.size;
  }
  for (const algorithm of ['md5', 'sha256'] as const) {
    const digits = file[algorithm];
    if (digits === undefined) continue;
    const found = await checksum(part, algorithm);
    expected.push(`${checksums[algorithm]} ${digits}`);
    received.push(found);
    right &&= found.startsWith(digits);
  }
  if (right) return;
  await rm(part);
  throw new StriateError({
    where: file.url,
    rule: `must be ${expected.join(' with ')}`,
    received: `${received.join(' with ')}, which were thrown away`,
    advice: 'run the command again, or download the file by hand',
  });
}

/** Appends to the partial file; returns the full size if the server states it. */
async function fetchInto(
  file: RemoteFile,
  part: string,
  have: number,
  options: DownloadOptions,
): Promise<number | undefined> {
  let response: Response;
  try {
    response = await proxiedFetch(file.url, have > 0 ? { Range: `bytes=${have}-` } : {});
  } catch (error) {
    throw new StriateError({ where: file.url, rule: `must be reachable (${reason(error)})` });
  }
  const { status, headers } = response;
  if (status === 416 && have > 0) {
    // Nothing is left to send: the partial file is complete, or belongs to another file.
    await response.body?.cancel();
    if (headers.get('content-range') === `bytes */${have}`) return have;
    await rm(part);
    return fetchInto(file, part, 0, options);
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new StriateError({ where: file.url, rule: `the server answered ${status} ${response.statusText}`.trim() });
  }
  // 200 instead of 206: the server sends the whole file again.
  const isRest = status === 206;
  const length = Number(headers.get('content-length') ?? NaN);
  const isPlain = headers.get('content-encoding') === null && Number.isSafeInteger(length);
  const total = isPlain ? length + (isRest ? have : 0) : undefined;
  let received = isRest ? have : 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _, done) {
      received += chunk.length;
      options.onProgress?.(received, total ?? file.size);
      done(null, chunk);
    },
  });
  try {
    const body = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, counted, createWriteStream(part, { flags: isRest ? 'a' : 'w' }));
  } catch (error) {
    throw new StriateError({
      where: file.url,
      rule: `the download into ${part} broke off: ${reason(error)}`,
      advice: 'run the command again: it goes on from there',
    });
  }
  return total;
}

/** Downloads under way, by path: a second request for the same file waits for the first. */
const underWay = new Map<string, Promise<void>>();

/** Files in the user's cache folder. */
export const downloads: Downloads = {
  place: (folder, { url }) => join(cacheFolder(), folder, url.slice(url.lastIndexOf('/') + 1)),
  kept: (place) => files.readIfPresent(place),
  async fetch(file, place, options) {
    const running = underWay.get(place) ?? download(file, place, options);
    underWay.set(place, running);
    try {
      await running;
    } catch (error) {
      throw error instanceof StriateError ? error : systemFailure(`cannot write '${place}'`, error);
    } finally {
      underWay.delete(place);
    }
    return files.read(place);
  },
};

async function checksum(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function sizeOnDisk(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** The reason for a failed fetch, which hides it in its cause. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  return cause.message === '' ? (systemCode(cause) ?? message) : cause.message;
}

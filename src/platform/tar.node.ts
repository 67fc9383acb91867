import { createReadStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StriateError } from '../tensor/index.js';

const block = 512;

/**
 * Extracts files from a gzipped tar archive (POSIX ustar): those whose base name is in `names` are written into `folder`,
 * each through a temporary file. Nothing is kept in memory but a portion at a time, whatever sizes the archive claims.
 *
 * @returns the names that were written
 * @throws StriateError when the archive is damaged or ends too early.
 */
export async function extract(archive: string, folder: string, names: readonly string[]): Promise<string[]> {
  const written: string[] = [];
  try {
    await pipeline(createReadStream(archive), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const { name, portions } of entries(chunks, archive)) {
        const file = basename(name);
        if (!names.includes(file)) continue;
        const path = join(folder, file);
        await writePortions(`${path}.part`, portions);
        await rename(`${path}.part`, path);
        written.push(file);
      }
    });
  } catch (error) {
    if (error instanceof StriateError) throw error;
    throw new StriateError({
      where: archive,
      rule: 'must be a complete gzipped tar file',
      received: `one that does not unpack (${(error as Error).message})`,
      advice: 'remove it and run the command again',
    });
  }
  return written;
}

async function writePortions(path: string, portions: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for await (const portion of portions) await file.writeFile(portion);
  } finally {
    await file.close();
  }
}

/** A regular file of an archive; its portions can be read until the next one is asked for. */
interface Entry {
  readonly name: string;
  readonly portions: AsyncIterable<Buffer>;
}

/** The archive's regular files, one after the other. */
async function* entries(chunks: AsyncIterable<Buffer>, archive: string): AsyncGenerator<Entry> {
  const take = reader(chunks, archive);
  for (;;) {
    const parts: Buffer[] = [];
    for await (const part of take(block)) parts.push(part);
    const header = Buffer.concat(parts);
    if (header.every((byte) => byte === 0)) {
      // The end-of-archive block; what follows is padding, which is read so that the stream can finish.
      await skip(take(Infinity));
      return;
    }
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    const size = parseInt(header.toString('latin1', 124, 136), 8);
    if (!(size >= 0)) {
      throw new StriateError({
        where: archive,
        rule: `the size of «${name}» is not a number`,
        advice: 'download the archive again',
      });
    }
    const portions = take(size);
    const type = header[156];
    if (type === 0 || type === '0'.charCodeAt(0)) yield { name, portions };
    await skip(portions);
    await skip(take((block - (size % block)) % block));
  }
}

async function skip(portions: AsyncIterable<Buffer>): Promise<void> {
  const iterator = portions[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

/** Gives the next bytes in portions, as many as asked for; Infinity gives the rest. */
function reader(chunks: AsyncIterable<Buffer>, archive: string): (size: number) => AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let left: Buffer = Buffer.alloc(0);
  return async function* (size) {
    for (let wanted = size; wanted > 0;) {
      if (left.length === 0) {
        const { value } = await iterator.next();
        if (value === undefined && size === Infinity) return;
        if (value === undefined) {
          throw new StriateError({
            where: archive,
            rule: 'the tar file ends too early',
            advice: 'remove it and try again',
          });
        }
        left = value;
      }
      const portion = left.subarray(0, wanted);
      left = left.subarray(portion.length);
      wanted -= portion.length;
      yield portion;
    }
  };
}

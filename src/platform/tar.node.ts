import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StriateError } from '../tensor/index.js';

const block = 512;

/**
 * Extracts files from a gzipped tar archive (POSIX ustar): those whose base name is in `names` are written into `folder`,
 * each through a temporary file.
 *
 * @returns the names that were written
 * @throws StriateError when the archive is damaged or ends too early.
 */
export async function extract(archive: string, folder: string, names: readonly string[]): Promise<string[]> {
  const written: string[] = [];
  try {
    await pipeline(createReadStream(archive), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const { name, content } of entries(chunks, archive)) {
        const file = basename(name);
        if (!names.includes(file)) continue;
        const path = join(folder, file);
        await writeFile(`${path}.part`, content);
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

/** The archive's regular files, one at a time, so that no more than one is in memory. */
async function* entries(
  chunks: AsyncIterable<Buffer>,
  archive: string,
): AsyncGenerator<{ name: string; content: Buffer }> {
  const take = reader(chunks, archive);
  for (;;) {
    const header = await take(block);
    if (header.every((byte) => byte === 0)) {
      // The end-of-archive block; what follows is padding, which is read so that the stream can finish.
      await take(Infinity);
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
    const content = await take(Math.ceil(size / block) * block);
    const type = header[156];
    if (type === 0 || type === '0'.charCodeAt(0)) yield { name, content: content.subarray(0, size) };
  }
}

/** Gives the next bytes, as many as asked for; Infinity gives the rest. */
function reader(chunks: AsyncIterable<Buffer>, archive: string): (size: number) => Promise<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let left: Buffer = Buffer.alloc(0);
  return async (size) => {
    const parts: Buffer[] = [left];
    let have = left.length;
    while (have < size) {
      const { value } = await iterator.next();
      if (value === undefined && size === Infinity) break;
      if (value === undefined) {
        throw new StriateError({
          where: archive,
          rule: 'the tar file ends too early',
          advice: 'remove it and try again',
        });
      }
      parts.push(value);
      have += value.length;
    }
    const all = Buffer.concat(parts);
    left = all.subarray(size);
    return all.subarray(0, size);
  };
}

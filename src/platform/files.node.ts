import { appendFile, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { StriateError } from '../tensor/index.js';
import { bytesOf, fetched, isAddress } from './fetched.js';
import type { Files, Terminal } from './platform.js';
import { proxiedFetch } from './proxiedFetch.node.js';
import { systemCode, systemFailure } from './systemErrors.js';

const reading = (path: string, error: unknown): StriateError => systemFailure(`cannot read '${path}'`, error);
const writing = (path: string, error: unknown): StriateError => systemFailure(`cannot write '${path}'`, error);

let written = 0;

async function writeWhole(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  // In the same folder, because a rename is only atomic within one file system; numbered, because two writes may overlap.
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${written++}.tmp`);
  let created = false;
  try {
    const target = await stat(path).catch(() => undefined);
    if (target?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    const file = await open(temporary, 'wx');
    created = true;
    try {
      // Each part continues where the one before ended.
      for await (const part of content instanceof Uint8Array ? [content] : content) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    created = false;
    await syncFolder(dirname(path));
  } catch (error) {
    if (created) await unlink(temporary).catch(() => undefined);
    // Errors from the source of the content explain themselves.
    throw error instanceof StriateError ? error : writing(path, error);
  }
}

/** Makes the rename itself survive a power failure, on systems that can sync folders. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'EBADF'].includes(systemCode(error) ?? '')) throw error;
  }
}

/** Node's files; addresses of servers can be read like files. */
export const files: Files = {
  async read(path, allow) {
    if (isAddress(path)) return bytesOf(path, await fetched(path, proxiedFetch), allow);
    const failed = (error: unknown): never => {
      throw reading(path, error);
    };
    await using file = await open(path, 'r').catch(failed);
    if (allow) allow((await file.stat().catch(failed)).size);
    return await file.readFile().catch(failed);
  },
  readIfPresent: (path) =>
    readFile(path).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
      throw reading(path, error);
    }),
  exists: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  isFolder: (path) =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    ),
  async isBeside(path, file) {
    if (isAddress(path)) return true;
    const real = await realpath(path).catch(() => undefined);
    // What is not there is told by whoever reads it.
    if (real === undefined) return true;
    // Caches that keep files under their checksums have links to them, the naming file's own among them.
    const folders = await Promise.all([realpath(dirname(file)), realpath(file).then(dirname)]);
    return folders.some((folder) => {
      const inside = relative(folder, real);
      return !isAbsolute(inside) && inside.split(/[\\/]/)[0] !== '..';
    });
  },
  writeWhole,
  append: (path, text) =>
    appendFile(path, text).catch((error: unknown) => {
      throw writing(path, error);
    }),
  join,
};

/** Standard error, read anew each time: it may be redirected or resized. */
export const terminal: Terminal = {
  get interactive() {
    // NO_COLOR speaks of colours alone, and a bar has none.
    return process.stderr.isTTY && process.env.TERM !== 'dumb';
  },
  get columns() {
    return process.stderr.columns || 80;
  },
  write: (text) => void process.stderr.write(text),
};

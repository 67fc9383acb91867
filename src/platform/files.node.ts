import { appendFile, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StriateError } from '../tensor/index.js';
import type { FileHost, Terminal } from './files.js';

/** What went wrong and what to do, by the system's error code. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room and try again',
  EDQUOT: 'your share of the disk is used up; make room and try again',
  EACCES: 'permission denied; choose another place or change its permissions',
  EPERM: 'permission denied; choose another place or change its permissions',
  EROFS: 'the disk can only be read; choose another place',
  ENOENT: 'no such file or folder; check the path',
  ENOTDIR: 'a part of the path is a file, not a folder; check the path',
  EISDIR: 'it is a folder; name a file',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function explain(action: string, path: string, error: unknown): StriateError {
  const code = codeOf(error);
  const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
  return new StriateError({ where: `cannot ${action} '${path}'`, rule: reason }, { cause: error });
}

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
      // Each goes on where the one before ended.
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
    // What went wrong where the content comes from says so itself.
    throw error instanceof StriateError ? error : explain('write', path, error);
  }
}

/** Makes the rename itself survive a power cut, on systems whose folders can be synced. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'EBADF'].includes(codeOf(error) ?? '')) throw error;
  }
}

/** Standard error, looked at anew each time: it may be redirected or resized. */
const terminal: Terminal = {
  get interactive() {
    return process.stderr.isTTY && !process.env.NO_COLOR;
  },
  get columns() {
    return process.stderr.columns || 80;
  },
  write: (text) => void process.stderr.write(text),
};

/** Node's files and terminal. */
export const files: FileHost = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      throw explain('read', path, error);
    }
  },
  exists: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
  writeWhole,
  async append(path, text) {
    try {
      await appendFile(path, text);
    } catch (error) {
      throw explain('write', path, error);
    }
  },
  terminal,
};

import { StriateError } from '../tensor/index.js';

/** What went wrong and, where something can be done, what to do. */
interface SystemError {
  readonly rule: string;
  readonly advice?: string;
}

const denied: SystemError = { rule: 'permission denied', advice: 'choose another place or change its permissions' };

const tooMany: SystemError = {
  rule: 'too many files are open',
  advice: 'allow more (ulimit -n 1024), or close what else is open',
};
const noMemory: SystemError = {
  rule: 'the system has no memory left for it',
  advice: 'close other programs, allow more (ulimit -v), or use smaller batches and pictures',
};

/** Shortages that pass: what failed for them is not damaged. */
const shortages = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN']);

/** Whether an error says that the system is short of something, and nothing of the file. */
export function isShortage(error: unknown): boolean {
  return shortages.has(systemCode(error) ?? '');
}

/** Whether memory was refused: V8 throws these where it cannot have what a program asks for. */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /could not allocate|allocation failed|out of memory|Invalid typed array length|Array buffer/i.test(error.message)
  );
}

/** What the system says when a file cannot be read or written, by its code. */
const systemErrors: Readonly<Record<string, SystemError>> = {
  ENOSPC: { rule: 'the disk is full', advice: 'make room and try again' },
  EDQUOT: { rule: 'your disk quota is used up', advice: 'make room and try again' },
  EACCES: denied,
  EPERM: denied,
  EROFS: { rule: 'the file system is read-only', advice: 'choose another place' },
  ENOENT: { rule: 'no such file or folder', advice: 'check the path' },
  ENOTDIR: { rule: 'a part of the path is a file, not a folder', advice: 'check the path' },
  EISDIR: { rule: 'it is a folder', advice: 'name a file' },
  EEXIST: { rule: 'something of that name is in the way' },
  EMFILE: tooMany,
  ENFILE: tooMany,
  ENOMEM: noMemory,
  ENAMETOOLONG: { rule: 'the name is too long' },
};

/** The system's code of an error: `ENOENT`, say; undefined for other errors. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The reason for an error in a few words: its system code or its message. */
export function reasonOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.message : String(error));
}

/**
 * A system error about a path, as an error that says what to do.
 *
 * @param where what the message begins with
 */
export function systemFailure(where: string, error: unknown): StriateError {
  const code = systemCode(error);
  const known = code === undefined ? undefined : systemErrors[code];
  const rule = error instanceof Error ? error.message : String(error);
  return new StriateError({ where, ...(known ?? { rule }) }, { cause: error });
}

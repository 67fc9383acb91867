import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../platform/systemErrors.js';
import { StriateError } from '../../tensor/index.js';

/**
 * Keeps a run's folder for this process until it is disposed of or the process ends, however it ends: the system takes back
 * the name on which it listens, and no file is left behind.
 *
 * @param folder a folder that is there
 * @throws StriateError when another process has it.
 */
export async function lockRun(folder: string): Promise<Disposable> {
  const name = lockName(await realpath(folder));
  const server = await listening(name, folder);
  return { [Symbol.dispose]: () => void server?.close() };
}

async function listening(name: string, folder: string, again = true): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  const code = await new Promise<string | undefined>((resolve) => {
    server.once('error', (error) => resolve(systemCode(error) ?? 'unknown'));
    server.listen({ path: name }, () => resolve(undefined));
  });
  // The lock is no reason to keep a process alive.
  server.unref();
  if (code === undefined) return server;
  // Systems without such names, and places where they are not allowed, do without the lock.
  if (code !== 'EADDRINUSE') return undefined;
  if (again && !(await answers(name))) {
    await rm(name, { force: true }).catch(() => undefined);
    return listening(name, folder, false);
  }
  throw new StriateError({
    where: folder,
    rule: 'another training is writing into this folder',
    advice: 'choose another with --out, or wait until it has ended',
  });
}

/** Whether somebody listens: names that are files outlive their process where the system does not know better ones. */
function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: name });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A name that belongs to the folder: an abstract socket, a named pipe, or elsewhere a socket among temporary files. */
function lockName(folder: string): string {
  const name = `striate-run-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}

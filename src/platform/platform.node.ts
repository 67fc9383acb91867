import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { cacheFolder } from './cacheFolder.node.js';
import { StriateError } from '../tensor/index.js';
import type { Thread, ThreadEntry, ThreadListener, UserFolders } from './platform.js';
import { reasonOf } from './systemErrors.js';
import { expectWebAssembly } from './webAssemblyBytes.js';

export { decodeImage } from './decodeImage.node.js';
export { downloads } from './download.node.js';
export { files, terminal } from './files.node.js';
export { gunzip } from './gunzip.node.js';

/** The bytes of a WebAssembly file of the package. */
export async function asset(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(url).catch((error: unknown) => {
    throw new StriateError({
      where: String(url),
      rule: reasonOf(error),
      advice:
        'leave Striate out of the server’s bundle, as docs/browser.md says, or say where the file is with the option assets',
    });
  });
  return expectWebAssembly(new Uint8Array(bytes), String(url), null);
}

/** The address of a folder, which ends with a slash. */
export function folderUrl(folder: string | URL): URL {
  const isUrl = folder instanceof URL || folder.startsWith('file:');
  return new URL((isUrl ? String(folder) : pathToFileURL(folder).href).replace(/\/?$/, '/'));
}

/** Starts a worker thread. */
export function startThread(entry: ThreadEntry, start: unknown, listener: ThreadListener): Thread {
  // The thread does not inherit the process's flags: --input-type, for one, would keep it from starting.
  const worker = new Worker(entry.node(), { workerData: start, execArgv: [] });
  worker.on('message', (message) => listener.onMessage(message));
  worker.on('error', (error) => listener.onEnd(error.message));
  // Otherwise tasks would wait forever when a thread is terminated from outside.
  worker.on('exit', (code) => listener.onEnd(`its thread ended (exit code ${code})`));
  return {
    post: (message) => worker.postMessage(message),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** The number of cores. */
export function coreCount(): number {
  return availableParallelism();
}

/** Memory can always be shared between threads. */
export function canShareMemory(): boolean {
  return true;
}

/** Lets V8 compile relaxed SIMD: Node 20 hides it behind a flag, later versions always have it. */
export function allowRelaxedSimd(): void {
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** Lets pending timers and messages run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A variable of the process's environment; undefined where it is empty. */
export function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** The user's folders. */
export function userFolders(): UserFolders {
  return { home: homedir(), cache: cacheFolder() };
}

import { StriateError } from '../tensor/index.js';
import type { Files, Terminal, Thread, ThreadEntry, ThreadListener, UserFolders } from './platform.js';
import { bytesOf, fetched } from './fetched.js';
import { wherePagesFindFiles } from './webAssemblyBytes.js';

export { decodeImage } from './decodeImage.browser.js';
export { downloads } from './download.browser.js';
export { gunzip } from './gunzip.browser.js';
export { asset } from './packageFile.browser.js';

function refuse(path: string): Promise<never> {
  return Promise.reject(
    new StriateError({
      where: `cannot write '${path}'`,
      rule: 'a browser has no files',
      advice: 'take the bytes from model.toBytes() and keep them',
    }),
  );
}

/** A browser's files are addresses that can be fetched. */
export const files: Files = {
  read: async (path, allow) => bytesOf(path, await fetched(path), allow),
  async readIfPresent(path) {
    const response = await fetched(path);
    // Many servers answer with a page when a file does not exist.
    const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
    if (response.status !== 404 && !isPage) return bytesOf(path, response);
    await response.body?.cancel();
    return undefined;
  },
  exists: (path) =>
    fetch(path, { method: 'HEAD' }).then(
      (response) => response.ok,
      () => false,
    ),
  isFolder: () => Promise.resolve(true),
  isBeside: () => Promise.resolve(true),
  writeWhole: refuse,
  append: refuse,
  join: (...parts) => parts.map((part) => part.replace(/\/$/, '')).join('/'),
};

/** The page's console. */
export const terminal: Terminal = {
  interactive: false,
  columns: 80,
  write: (text) => console.info(text.replace(/\n$/, '')),
};

/** An address that ends with a slash, relative to the page's (in a worker: to its script's). */
export function folderUrl(folder: string | URL): URL {
  return new URL(String(folder).replace(/\/?$/, '/'), globalThis.location.href);
}

/** Starts a web worker. */
export function startThread(entry: ThreadEntry, start: unknown, listener: ThreadListener): Thread | undefined {
  const worker = entry.browser?.() as Worker | undefined;
  if (!worker) return undefined;
  worker.onmessage = ({ data }) => listener.onMessage(data);
  // A script that does not load is reported by a bare Event, without a message.
  worker.onerror = (event: Event) =>
    listener.onEnd(
      event instanceof ErrorEvent
        ? event.message
        : `its script ${entry.name}.browser.js could not be loaded; ${wherePagesFindFiles}`,
    );
  worker.postMessage(start);
  return {
    post: (message) => worker.postMessage(message),
    hold: () => undefined,
    stop: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}

/** The number of cores. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}

/** Whether the page is cross-origin isolated, so that memory can be shared with workers. */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated;
}

/** Browsers either have relaxed SIMD or not; there is nothing to enable. */
export function allowRelaxedSimd(): void {
  // Nothing to enable.
}

/** Lets pending events run; unlike nested timers, a message channel is not throttled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
  });
}

/** Pages have no environment. */
export function environment(): string | undefined {
  return undefined;
}

/** Pages have no folders. */
export function userFolders(): UserFolders | undefined {
  return undefined;
}

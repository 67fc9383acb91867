import { Worker } from 'node:worker_threads';
import type { Hdf5Host } from './hdf5Host.js';
import { readTree, type Hdf5Group } from './hdf5Tree.js';

/** What the thread sends back. */
type Answer = { readonly tree: Hdf5Group } | { readonly failed: string };

/** Time for any file, and how much more for each of its bytes, in milliseconds: a hundred times what sound files take. */
const patience = 10_000;
const patiencePerByte = 1 / 10_000;

/** The thread's program; it imports nothing but the library, so that it runs wherever this file is compiled to. */
function program(): string {
  return `
    import { parentPort, workerData } from 'node:worker_threads';
    import * as library from ${JSON.stringify(import.meta.resolve('h5wasm'))};
    const readTree = ${readTree.toString()};
    try {
      await library.ready;
      parentPort.postMessage({ tree: readTree(library, workerData.bytes, workerData.skipped) });
    } catch (error) {
      parentPort.postMessage({ failed: String(error?.message ?? error) });
    }`;
}

/** Reads in a thread of its own, which is ended when it takes too long, and takes its memory with it. */
export const hdf5: Hdf5Host = {
  read(bytes, skipped) {
    const url = new URL(`data:text/javascript,${encodeURIComponent(program())}`);
    const worker = new Worker(url, { workerData: { bytes, skipped }, execArgv: [], stderr: true, stdout: true });
    return new Promise<Hdf5Group>((resolve, reject) => {
      const limit = patience + bytes.length * patiencePerByte;
      const timer = setTimeout(
        () => reject(new Error(`reading it did not come to an end in ${Math.ceil(limit / 1000)} s`)),
        limit,
      );
      worker.once('message', (answer: Answer) => {
        clearTimeout(timer);
        if ('tree' in answer) resolve(answer.tree);
        else reject(new Error(answer.failed));
      });
      const fail = (error: unknown): void => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      worker.once('error', fail);
      worker.once('exit', () => fail(new Error('the thread that read it ended')));
    }).finally(() => worker.terminate());
  },
};

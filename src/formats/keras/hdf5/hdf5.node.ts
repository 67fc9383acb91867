import { Worker } from 'node:worker_threads';
import type { Hdf5Host } from './hdf5Host.js';
import { readTree, type Hdf5Group } from './hdf5Tree.js';

/** What the thread sends back. */
type Answer = { readonly begun: true } | { readonly tree: Hdf5Group } | { readonly failed: string };

/** Time for any file, and how much more for each of its bytes, in seconds: a hundred times what sound files take. */
const patience = 10;
const patiencePerByte = 1e-7;

/** The thread's program; it imports nothing but the library, so that it runs wherever this file is compiled to. */
function program(): string {
  return `
    import { parentPort, workerData } from 'node:worker_threads';
    import * as library from ${JSON.stringify(import.meta.resolve('h5wasm'))};
    const readTree = ${readTree.toString()};
    try {
      await library.ready;
      parentPort.postMessage({ begun: true });
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
      let timer: NodeJS.Timeout | undefined;
      const fail = (error: unknown): void => {
        clearInterval(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      // From when the library is there, which takes long where others have the processor; counted second by second, so that
      // a machine that slept meanwhile is no reason.
      const begin = (): void => {
        let seconds = 0;
        timer = setInterval(() => {
          if (++seconds < limit) return;
          fail(new Error(`reading it did not come to an end in ${Math.ceil(limit)} s`));
        }, 1000);
      };
      worker.on('message', (answer: Answer) => {
        if ('begun' in answer) return begin();
        clearInterval(timer);
        if ('tree' in answer) resolve(answer.tree);
        else reject(new Error(answer.failed));
      });
      worker.once('error', fail);
      worker.once('exit', () => fail(new Error('the thread that read it ended')));
    }).finally(() => worker.terminate());
  },
};

import * as library from 'h5wasm';
import { parentPort, workerData } from 'node:worker_threads';
import type { Hdf5Answer, Hdf5Request } from './hdf5File.js';
import { readTree } from './hdf5Tree.js';

const { bytes, skipped } = workerData as Hdf5Request;
const answer = (message: Hdf5Answer): void => parentPort!.postMessage(message);
// The library prints what it throws as well.
process.stdout.write = process.stderr.write = () => true;
try {
  await library.ready;
  answer({ begun: true });
  answer({ tree: readTree(library, bytes, skipped) });
} catch (error) {
  answer({ failed: error instanceof Error ? error.message : String(error) });
}

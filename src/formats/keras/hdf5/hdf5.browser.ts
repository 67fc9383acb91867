import type { Hdf5Host } from './hdf5Host.js';
import { readTree } from './hdf5Tree.js';

/** Reads on the page's own thread: bundlers find h5wasm there. */
export const hdf5: Hdf5Host = {
  async read(bytes, skipped) {
    const library = await import('h5wasm');
    await library.ready;
    return readTree(library, bytes, skipped);
  },
};

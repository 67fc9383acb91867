import type { Hdf5Group } from './hdf5Tree.js';

/** How the platform reads HDF5. */
export interface Hdf5Host {
  /**
   * Everything in a file but the root's groups of the `skipped` names.
   *
   * @throws Error with the library's reason, where the file is damaged.
   */
  read(bytes: Uint8Array, skipped: readonly string[]): Promise<Hdf5Group>;
}

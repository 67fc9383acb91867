import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // From the sources, so that errors are of the class that the tests import.
  resolve: {
    alias: {
      '#hdf5': fileURLToPath(new URL('src/formats/keras/hdf5/hdf5.node.ts', import.meta.url)),
      '#data-files': fileURLToPath(new URL('src/platform/dataFiles.node.ts', import.meta.url)),
      '#weight-hub': fileURLToPath(new URL('src/zoo/weights/hub.node.ts', import.meta.url)),
      '#picture-source': fileURLToPath(new URL('src/classify/pictureSource.node.ts', import.meta.url)),
      '#files': fileURLToPath(new URL('src/platform/files.node.ts', import.meta.url)),
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests start worker threads and processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

/** Kernels and the programs of threads are built: sources find theirs in dist, where the package has them beside the code. */
const builtFiles: Plugin = {
  name: 'built-files',
  enforce: 'pre',
  transform(code, id) {
    const source = fileURLToPath(new URL('src/', import.meta.url));
    if (!id.startsWith(source) || !code.includes('import.meta.url')) return undefined;
    const built = new URL(`dist/${id.slice(source.length)}`, import.meta.url).href;
    return code.replace(/new URL\('(\.\/[\w.-]+\.(?:wasm|m?js))', import\.meta\.url\)/g, `new URL('$1', '${built}')`);
  },
};

/** `npm run test:speed`: tests that look at the clock, which a busy machine would fail. */
const speed = process.env.STRIATE_TESTS === 'speed';

export default defineConfig({
  plugins: [builtFiles],
  // From the sources, so that errors are of the class that the tests import.
  resolve: {
    alias: {
      '#kerasWriter': fileURLToPath(new URL('src/formats/keras/write/exportKeras.ts', import.meta.url)),
      'striate/explain': fileURLToPath(new URL('src/explain/index.ts', import.meta.url)),
      'striate/formats': fileURLToPath(new URL('src/formats/index.ts', import.meta.url)),
      'striate/zoo': fileURLToPath(new URL('src/zoo/index.ts', import.meta.url)),
      striate: fileURLToPath(new URL('src/index.ts', import.meta.url)),
      '#platform': fileURLToPath(new URL('src/platform/platform.node.ts', import.meta.url)),
    },
  },
  test: {
    include: speed ? ['test/speed/**/*.speed.ts'] : ['src/**/*.test.ts', 'studio/**/*.test.ts', 'test/**/*.test.ts'],
    // Only what hangs takes as long: two copies of the suite on a busy machine must pass. No test has a limit of its own below
    // this one (test/timeLimits.test.ts).
    testTimeout: 900_000,
    expect: { poll: { timeout: 900_000 } },
    hookTimeout: 900_000,
    // Tests start worker threads and processes of their own.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
  },
});

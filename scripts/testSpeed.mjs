// Runs the tests that look at the clock (test/speed): alone, on a machine that has nothing else to do.
import { spawnSync } from 'node:child_process';

const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url);
const { status } = spawnSync(process.execPath, [vitest.pathname, 'run', '--no-file-parallelism'], {
  stdio: 'inherit',
  env: { ...process.env, STRIATE_TESTS: 'speed' },
});
process.exitCode = status ?? 1;

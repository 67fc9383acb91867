// Builds everything into dist/: the kernels (AssemblyScript → WebAssembly) and the library (TypeScript → JavaScript),
// with the packages that are part of it; and of these the studio's pages (Vite).
// With --clean, what is left of deleted sources goes first.
import { spawnSync } from 'node:child_process';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const started = new Date();
if (process.argv.includes('--clean')) rmSync('dist', { recursive: true, force: true });

const steps = [
  ['scripts/build-kernels.mjs'],
  [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
  ['scripts/bundle-packages.mjs'],
  [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'studio', '--logLevel', 'warn'],
];
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
// setup.mjs compares this time with the sources': the build's start, so that a file changed meanwhile is not missed.
writeFileSync(join('dist', '.built'), `${started.toISOString()}\n`);
utimesSync(join('dist', '.built'), started, started);

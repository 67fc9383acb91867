#!/usr/bin/env node
// The executable: everything is in src/cli, built into dist/cli.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/cli/main.js', import.meta.url);
const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stderr.write(
    `striate: needs Node 20 or newer; this is Node ${process.versions.node}. See https://nodejs.org\n`,
  );
  process.exitCode = 1;
} else if (!existsSync(fileURLToPath(main))) {
  process.stderr.write(
    'striate: not built yet; run `npm ci` in the project folder (it installs and builds), then try again.\n',
  );
  process.exitCode = 1;
} else {
  const loaded = await import(main.href).catch((error) => {
    if (error?.code !== 'EMFILE' && error?.code !== 'ENFILE') throw error;
    process.stderr.write(
      'striate: too many files are open to load the program; allow more (ulimit -n 1024) and try again.\n',
    );
    process.exitCode = 1;
  });
  await loaded?.main(process.argv);
}

// Makes a fresh clone ready: installs what package-lock.json names and builds dist/, each only where it is missing or out
// of date. Runs before `npm start` and `npm test`; needs nothing but Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(`Striate needs Node 20 or newer; this is Node ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

/** When a file was last written; 0 where there is none. */
function timeOf(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** When the newest file below a folder was last written. */
function newestIn(folder) {
  return Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newestIn(path) : timeOf(path);
    }),
  );
}

function run(what, command, args, shell = false) {
  console.error(`${what} …`);
  // What is built must not mix with what the command itself prints.
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], shell });
  if (status !== 0) {
    console.error(`Setting up failed: ${[command, ...args].join(' ')} (exit code ${status ?? 'none'}).`);
    process.exit(1);
  }
}

// npm writes this file at the end of every install.
const installed = timeOf(join('node_modules', '.package-lock.json'));
if (installed < timeOf('package-lock.json')) {
  // npm is a .cmd file on Windows, hence the shell there.
  const npm = process.env.npm_execpath;
  if (npm) run('Installing', process.execPath, [npm, 'ci', '--no-audit', '--no-fund']);
  else run('Installing', 'npm', ['ci', '--no-audit', '--no-fund'], process.platform === 'win32');
}

const scripts = ['tsconfig.build.json', join('scripts', 'build-kernels.mjs'), join('scripts', 'bundle-packages.mjs')];
const sources = Math.max(newestIn('src'), newestIn('studio'), ...scripts.map(timeOf));
const built = existsSync(join('dist', 'cli', 'main.js')) ? timeOf(join('dist', '.built')) : 0;
if (built < sources) run('Building', process.execPath, [join('scripts', 'build.mjs')]);

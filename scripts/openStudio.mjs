import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));

/** CHROMIUM_PATH, or the first that the search path has. */
export function findChromium() {
  const places = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const all = [process.env.CHROMIUM_PATH ?? '', ...places.flatMap((folder) => names.map((name) => join(folder, name)))];
  return all.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return path !== '';
    } catch {
      return false;
    }
  });
}

/** Starts `striate studio`, as it is built, with further words, and Chromium; ends the program where there is none. */
export async function openStudio(words = [], env = process.env) {
  const executablePath = findChromium();
  if (!executablePath) {
    process.stderr.write('no chromium found; install it or set CHROMIUM_PATH\n');
    process.exit(1);
  }
  const server = spawn(process.execPath, ['bin/striate.js', 'studio', '--no-open', '--port', '0', ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise((resolve, reject) => {
    server.stdout.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0]));
    server.on('exit', () => reject(new Error('striate studio did not start')));
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return {
    address,
    browser,
    close: async () => {
      await browser.close();
      server.kill('SIGTERM');
    },
  };
}

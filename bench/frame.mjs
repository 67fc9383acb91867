// A camera's frame, 640×480, through mobilenet_v2 at 224×224 in the studio's page Architectures, in Chromium: scaled,
// normalized, predicted. The median of the rounds in milliseconds, of which preparing; the studio's aim is 60 ms.
//
//   npm run bench -- frame [--rounds 5] [--json]
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { median } from './peer.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** CHROMIUM_PATH, or the first that the search path has. */
function findChromium() {
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

const executablePath = findChromium();
if (!executablePath) {
  process.stderr.write('no chromium found; install it or set CHROMIUM_PATH\n');
  process.exit(1);
}
const server = spawn(process.execPath, ['bin/striate.js', 'studio', '--no-open', '--port', '0'], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const address = await new Promise((resolve, reject) => {
  server.stdout.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0]));
  server.on('exit', () => reject(new Error('striate studio did not start')));
});
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const [whole, preparing] = [[], []];
try {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.setDefaultTimeout(0);
  await page.goto(`${address}#/architectures?models=mobilenet_v2`);
  const test = page.getByRole('button', { name: 'Frame test' });
  for (let round = 0; round < Number(options.rounds); round++) {
    await test.click();
    // While it runs, the button rests.
    await page.getByRole('button', { name: 'Frame test', disabled: false }).waitFor();
    const said = await page.getByText(/a frame, .* of it preparing/).innerText();
    const [, frame, part] = /([\d.]+) ms a frame, ([\d.]+) ms of it preparing/.exec(said);
    whole.push(Number(frame));
    preparing.push(Number(part));
  }
} finally {
  await browser.close();
  server.kill('SIGTERM');
}
const result = { milliseconds: median(whole), preparing: median(preparing), rounds: whole };
process.stdout.write(
  options.json
    ? `${JSON.stringify(result)}\n`
    : `${result.milliseconds} ms a frame (${whole.join(', ')}), ${result.preparing} ms of it preparing\n`,
);

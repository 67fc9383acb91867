// Pictures of a training and of an explanation for the documentation: node scripts/explanation-pictures.mjs, into docs/images/
// (build first; needs Chromium, or CHROMIUM_PATH). Trains as `npm start` does, photographs the run's page (its head, its curves and
// the first mistakes), and explains a drawn 7 that the network has not seen.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { digits } from '../dist/index.js';
import { findChromium } from './openStudio.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = await mkdtemp(join(tmpdir(), 'striate-'));

function striate(...words) {
  const { status } = spawnSync(process.execPath, [join(root, 'bin/striate.js'), ...words], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`striate ${words[0]} ended with ${status}`);
}

/** Few colours are enough for drawings, and a quarter of the bytes. */
async function keep(picture, name) {
  const file = join(root, 'docs/images', name);
  const { size } = await sharp(picture)
    .png({ palette: true, colours: 224, effort: 10, compressionLevel: 9 })
    .toFile(file);
  process.stdout.write(`${name} ${Math.round(size / 1000)} kB\n`);
}

/** The page of a run: of each section that a reader would scroll through, the beginning. */
async function photograph(page) {
  await page.evaluate(() => {
    for (const section of document.querySelectorAll('section[aria-labelledby]')) {
      const title = section.querySelector('h2')?.textContent ?? '';
      if (!/^(How it learned|Its most confident mistakes)/.test(title)) section.remove();
      section.querySelectorAll('details').forEach((one) => one.remove());
    }
    [...document.querySelectorAll('.mistakes > *')].slice(4).forEach((one) => one.remove());
    document.querySelector('footer')?.remove();
  });
  return page.screenshot({ fullPage: true });
}

try {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [, , command, ...options] = scripts.start.split(' ');
  striate(command, ...options, '--out', 'run');

  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({
    viewport: { width: 1060, height: 700 },
    deviceScaleFactor: 1.5,
    locale: 'en-US',
  });
  await page.goto(String(pathToFileURL(join(folder, 'run/index.html'))));
  await keep(await photograph(page), 'run.png');
  await browser.close();

  const { test } = digits({ seed: 1, train: 12_000, test: 2000 });
  const labels = new Int32Array(test.size);
  const pictures = new Float32Array(test.size * 28 * 28);
  await test.fill([...labels.keys()], pictures, labels);
  // One that is easily told: a straight bar on a slanted stem.
  const seven = [...labels.keys()].filter((place) => labels[place] === 7)[13];
  const seen = pictures.subarray(seven * 28 * 28, (seven + 1) * 28 * 28);
  const pixels = Uint8Array.from(seen, (value) => Math.round(255 * value));
  await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).toFile(join(folder, 'digit-7.png'));
  const targets = ['--target', '7', '--target', '7-1'];
  striate('explain', 'run', 'digit-7.png', '--method', 'integrated-gradients', ...targets, '--output', 'why.png');
  await keep(join(folder, 'why.png'), 'why-seven.png');
} finally {
  await rm(folder, { recursive: true });
}

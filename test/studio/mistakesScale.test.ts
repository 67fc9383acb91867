import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers, PictureSet, sequential, Tensor } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { dropFiles } from './dropFiles.js';
import { startStudioInChromium, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable
  ? process.platform === 'linux'
    ? ''
    : ' (skipped: memory is measured as Linux tells it)'
  : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

const classes = 50;
const each = 200;
const side = 32;

/** A made photograph: stripes of a colour and a direction, which make its class, and chance. */
function stripes(label: number, chance: number, width: number, height: number): Uint8Array {
  const random = ((): (() => number) => {
    let state = (chance + 1) * 2654435761;
    return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  })();
  const hue = ((label % 10) + 0.4 * random()) / 10;
  const angle = (Math.PI * (Math.floor(label / 10) + 0.5 * random())) / 5;
  const phase = 6 * random();
  const bytes = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * 24) / width + phase);
      for (let c = 0; c < 3; c++) {
        const colour = 0.5 + 0.5 * Math.cos(2 * Math.PI * (hue + c / 3));
        bytes[3 * (y * width + x) + c] = 255 * (0.2 + 0.6 * colour * (0.6 + 0.4 * wave)) * (0.85 + 0.15 * random());
      }
    }
  }
  return bytes;
}

const classNames = Array.from({ length: classes }, (_, k) => `class${String(k).padStart(2, '0')}`);

/** A small network that has learned the classes for a moment, so that it mistakes many. */
async function writeModel(path: string): Promise<void> {
  const count = 20 * classes;
  const x = new Uint8Array(count * side * side * 3);
  const y = Int32Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) x.set(stripes(y[i], 100_000 + i, side, side), i * side * side * 3);
  const set = new PictureSet({
    name: 'stripes',
    x: new Tensor('uint8', [count, side, side, 3], x),
    y: new Tensor('int32', [count], y),
    classNames,
  });
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [side, side, 3] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
    seed: 1,
  });
  model.classNames = classNames;
  model.preprocessing = { size: [side, side] };
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(set, { epochs: 12, batchSize: 50, seed: 1, verbose: 0 });
  await model.save(path);
  await model.dispose();
}

/** 10,000 photographs to judge, and a few to have learned from, in folders. */
async function writePhotos(folder: string): Promise<void> {
  const write = async (part: string, label: number, n: number): Promise<void> => {
    const raw = { width: 96, height: 72, channels: 3 } as const;
    const chance = label * each + n + (part === 'train' ? 500_000 : 0);
    const jpeg = await sharp(stripes(label, chance, 96, 72), { raw })
      .jpeg({ quality: 80 })
      .toBuffer();
    await writeFile(join(folder, part, classNames[label], `${n}.jpg`), jpeg);
  };
  for (let label = 0; label < classes; label++) {
    for (const part of ['train', 'validation']) await mkdir(join(folder, part, classNames[label]), { recursive: true });
    await write('train', label, 0);
    await Promise.all(Array.from({ length: each }, (_, n) => write('validation', label, n)));
  }
}

/** The most memory that a page's process has had so far, in bytes, as Linux tells it. */
async function peakMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  const peaks = await Promise.all(
    pages.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
    }),
  );
  return Math.max(...peaks);
}

/** Memory is told by Linux. */
const isLinux = process.platform === 'linux';

describe.skipIf(!executable || !isLinux)(`10,000 photos in 50 classes${reason}`, () => {
  let folder: string;
  let studio: StudioInChromium;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-10000-'));
    await Promise.all([writeModel(join(folder, 'stripes.safetensors')), writePhotos(join(folder, 'stripes'))]);
    studio = await startStudioInChromium(executable!);
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('dropped with a model are judged, in less than a gigabyte; confused pairs open their pictures', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all');
    await page.locator('.mistakes-tile').first().waitFor();
    const started = performance.now();
    await dropFiles(page, page.locator('.thing'), [join(folder, 'stripes'), join(folder, 'stripes.safetensors')]);
    await page.waitForURL(/data=photos:/);
    await page.getByRole('heading', { name: '10000 pictures' }).waitFor();
    await page.getByText('components 2').waitFor();
    const seconds = (performance.now() - started) / 1000;
    await page.locator('.mistakes-tile .picture').first().waitFor();
    expect(await page.locator('.mistakes-tile').count()).toBeLessThan(150);

    // Beyond thirty classes the pairs are listed, the most frequent first.
    await page.getByRole('heading', { name: 'Most confused pairs' }).waitFor();
    const pairs = page.getByRole('button', { name: /^class\d\d taken for class\d\d: \d+$/ });
    const counts = (await pairs.allInnerTexts()).map((said) => Number(/\d+$/.exec(said)![0]));
    expect(counts.length).toBeGreaterThan(20);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    await pairs.first().click();
    await page.getByRole('heading', { name: new RegExp(` ${counts[0]} pictures?$`) }).waitFor();
    const [, truth, guess] = /class(\d\d) taken for class(\d\d)/.exec(await pairs.first().innerText())!;
    const names = await page.locator('.mistakes-tile').evaluateAll((all) => all.map((one) => one.ariaLabel));
    for (const name of names) expect(name).toContain(`class${truth} → class${guess}`);
    await page.getByRole('button', { name: '× all cells' }).click();
    await page.getByRole('heading', { name: '10000 pictures' }).waitFor();

    // From end to end, and pictures come wherever one is.
    const thing = page.locator('.thing');
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await thing.evaluate((element, at) => element.scrollTo(0, at * element.scrollHeight), share);
      await page.locator('.mistakes-tile .picture').first().waitFor();
    }
    await page.locator('.mistakes-wall li[aria-posinset="10000"] .picture').waitFor();
    expect(await page.locator('.mistakes-tile').count()).toBeLessThan(150);

    // The page, its worker, their threads: all that their process ever had at once, which a heap is only a part of.
    const bytes = await peakMemory(studio.browser);
    console.log(`10,000 photos: ${seconds.toFixed(1)} s to judge and place, at most ${Math.round(bytes / 1e6)} MB`);
    // All pictures small are in it.
    expect(bytes).toBeGreaterThan(60e6);
    expect(bytes).toBeLessThan(1e9);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

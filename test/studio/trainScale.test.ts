import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { Zip, ZipPassThrough } from 'fflate';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { dropFiles } from './dropFiles.js';
import { classNames, peakMemory, reasonWithoutMemory, writeModel, writePhotos } from './madePhotos.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = reasonWithoutMemory(executable);

/** From now on the page's worker counts the pictures that it decodes. */
async function countDecoded(page: Page): Promise<void> {
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  await page.workers()[0].evaluate(`{
    const decode = self.createImageBitmap;
    self.decoded = 0;
    self.createImageBitmap = (...given) => {
      // Pictures of files; those that are made of them are decoded already.
      if (given[0] instanceof Blob) self.decoded++;
      return decode(...given);
    };
  }`);
}

const decoded = (page: Page): Promise<number> => page.workers()[0].evaluate('self.decoded');

/** A zip of so many photographs of about a size, of two classes, written piece by piece. */
async function writeLargeZip(path: string, count: number, bytes: number): Promise<void> {
  const file = createWriteStream(path);
  const zip = new Zip((error, part) => {
    if (error) throw error;
    file.write(part);
  });
  for (let i = 0; i < count; i++) {
    const background = i % 2 === 0 ? '#2040c0' : '#c03020';
    const photo = await sharp({ create: { width: 64 + (i % 9), height: 48, channels: 3, background } })
      .jpeg()
      .toBuffer();
    const entry = new ZipPassThrough(`large/${i % 2 === 0 ? 'blue' : 'red'}/${i}.jpg`);
    zip.add(entry);
    entry.push(photo);
    // What follows the end of a picture is not looked at.
    entry.push(new Uint8Array(bytes).fill(i), true);
    if (file.writableNeedDrain) await once(file, 'drain');
  }
  zip.end();
  file.end();
  await finished(file);
}

describe.skipIf(reason)(`Train at scale${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let folder: string;
  let studio: StudioInChromium;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-train-10000-'));
    const others = classNames.map((name) => `pattern ${name}`);
    await Promise.all([
      writeModel(join(folder, 'stripes.safetensors'), others),
      writePhotos(join(folder, 'stripes')),
      writeLargeZip(join(folder, 'large.zip'), 160, 2.5e6),
    ]);
  });
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('learns 10,000 dropped photos of 50 classes in less than a gigabyte, each decoded once, when it is needed', async () => {
    const { page, problems } = await studio.open('#/train?data=digits');
    await page.getByText('to learn from').waitFor();
    await countDecoded(page);
    await dropFiles(page, page.locator('.thing'), [join(folder, 'stripes', 'validation')]);
    await page.waitForURL(/data=photos:[0-9a-f]{16}/);
    await page.getByText('8000 to learn from, 1000 held out').waitFor();
    // What is shown of them.
    expect(await decoded(page)).toBeLessThan(100);
    await page.locator('input[accept*=onnx]').setInputFiles(join(folder, 'stripes.safetensors'));
    await page.waitForURL(/model=file:[0-9a-f]{16}/);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const started = performance.now();
    await page.getByText(/^trained: /).waitFor();
    const seconds = (performance.now() - started) / 1000;
    const first = await decoded(page);
    expect(first).toBeGreaterThanOrEqual(9000);
    // And once more those whose guesses are shown.
    expect(first).toBeLessThan(9150);
    const accuracy = /([\d.]+) % on \d+ held-out pictures, the classifier solved/.exec(await whyOf(page).innerText());
    expect(Number(accuracy?.[1])).toBeGreaterThan(20);

    // Another training of them after a reload: what the network made of them is there.
    await page.reload();
    await page.getByText(/^trained: /).waitFor();
    await countDecoded(page);
    await page.keyboard.press('n');
    await page.waitForURL((url) => !url.href.includes('learn=on'));
    await page.getByText(/^trained: /).waitFor();
    expect(await decoded(page)).toBeLessThan(100);

    const bytes = await peakMemory(studio.browser);
    console.log(
      `10,000 photos: ${seconds.toFixed(1)} s to learn, ${first} decoded, at most ${Math.round(bytes / 1e6)} MB`,
    );
    expect(bytes).toBeGreaterThan(60e6);
    expect(bytes).toBeLessThan(1e9);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('takes a zip of 400 MB and never holds it', async () => {
    const { page, problems } = await studio.open('#/train?data=digits');
    await page.getByText('to learn from').waitFor();
    const before = await peakMemory(studio.browser);
    await dropFiles(page, page.locator('.thing'), [join(folder, 'large.zip')]);
    await page.waitForURL(/data=photos:[0-9a-f]{16}/);
    await page.getByText('128 to learn from, 32 held out').waitFor();
    await page.reload();
    await page.getByText('128 to learn from, 32 held out').waitFor();
    const bytes = (await peakMemory(studio.browser)) - before;
    console.log(`a zip of 400 MB: ${Math.round(bytes / 1e6)} MB more than before`);
    expect(bytes).toBeLessThan(200e6);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

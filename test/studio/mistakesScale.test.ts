import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { dropFiles } from './dropFiles.js';
import { peakMemory, reasonWithoutMemory, writeModel, writePhotos } from './madePhotos.js';
import { startStudioInChromium, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = reasonWithoutMemory(executable);

describe.skipIf(reason)(`10,000 photos in 50 classes${reason ? ` (skipped: ${reason})` : ''}`, () => {
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

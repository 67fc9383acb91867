import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layers, sequential } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { barriers } from './barriers.js';
import { dropFiles } from './dropFiles.js';
import { startStudioInChromium, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

const colours = { blue: '#2040c0', red: '#c03020' } as const;
const each = 6;

describe.skipIf(!executable)(`What the studio keeps${reason}`, () => {
  let studio: StudioInChromium;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-kept-'));
    const zipped: Record<string, Uint8Array> = {};
    for (const [name, background] of Object.entries(colours)) {
      await mkdir(join(folder, 'colours', name), { recursive: true });
      for (let i = 0; i < each; i++) {
        const photo = await sharp({ create: { width: 40 + i, height: 30, channels: 3, background } })
          .jpeg()
          .toBuffer();
        await writeFile(join(folder, 'colours', name, `${i}.jpg`), photo);
        zipped[`packed/${name}/${i}.jpg`] = photo;
      }
    }
    await writeFile(join(folder, 'packed.zip'), zipSync(zipped));
    const model = sequential({
      layers: [layers.flatten({ inputShape: [8, 8, 3] }), layers.dense({ units: 2, activation: 'softmax' })],
      seed: 1,
    });
    model.classNames = Object.keys(colours);
    model.preprocessing = { size: [8, 8] };
    await model.save(join(folder, 'colours.safetensors'));
    await model.dispose();
    studio = await startStudioInChromium(executable!);
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  const wall = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('region', { name: 'pictures, worst first' });

  it('Mistakes: a folder, a zip and a model are there after a reload, and so is what was decided about them', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all&part=train');
    await page.locator('.mistakes-tile').first().waitFor();
    await dropFiles(page, page.locator('.thing'), [join(folder, 'colours'), join(folder, 'colours.safetensors')]);
    await page.waitForURL(/data=photos:[0-9a-f]{16}/);
    await wall(page)
      .getByRole('heading', { name: /^\D*10 pictures/ })
      .waitFor();
    await page.getByRole('combobox', { name: 'relabel as' }).selectOption('red');
    await page.getByText('1 relabelled, 0 left out').waitFor();
    await page.reload();
    await wall(page)
      .getByRole('heading', { name: /^\D*10 pictures/ })
      .waitFor();
    await page.getByText('1 relabelled, 0 left out').waitFor();
    expect(await page.locator('.mistakes-again code').innerText()).toContain('--data colours');
    // A zip as well; the folder can be picked again.
    const { href } = new URL(page.url());
    await dropFiles(page, page.locator('.thing'), [join(folder, 'packed.zip')]);
    await page.waitForURL((url) => url.href !== href && url.href.includes('data=photos:'));
    await page.reload();
    await wall(page)
      .getByRole('heading', { name: /^\D*10 pictures/ })
      .waitFor();
    await page.getByRole('combobox', { name: 'of', exact: true }).selectOption('colours');
    await page.getByText('1 relabelled, 0 left out').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('Train: photos of a zip, a model, and what was drawn are there after a reload; photos can be removed', async () => {
    const { page, problems } = await studio.open('#/train?data=xo&pictures=200&held=20&epochs=1&learn=on');
    await page.getByText('trained: epoch 1 of 1').waitFor();
    const pad = page.getByRole('application', { name: /Draw here/ });
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.3 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.7 * box.width, box.y + 0.7 * box.height, { steps: 4 });
    await page.mouse.up();
    await page.locator('.train-answer li').first().waitFor();
    const drawn = await page.locator('.train-try canvas').evaluate((one) => (one as HTMLCanvasElement).toDataURL());
    await page.reload();
    await page.locator('.train-answer li').first().waitFor();
    const after = await page.locator('.train-try canvas').evaluate((one) => (one as HTMLCanvasElement).toDataURL());
    expect(after).toBe(drawn);
    // A picture that is tried has its place in the address.
    await page.locator('.train-try input[type=file]').setInputFiles(join(folder, 'colours', 'red', '1.jpg'));
    await page.waitForURL(/tried=file:[0-9a-f]{16}/);
    await page.locator('.train-answer li').first().waitFor();
    await page.reload();
    await page.locator('.train-answer li').first().waitFor();
    expect(page.url()).toMatch(/tried=file:/);

    await dropFiles(page, page.locator('.thing'), [join(folder, 'packed.zip')]);
    await page.waitForURL(/data=photos:[0-9a-f]{16}/);
    await page.getByText('10 to learn from, 2 held out').waitFor();
    await page.locator('input[accept*=onnx]').setInputFiles(join(folder, 'colours.safetensors'));
    await page.waitForURL(/model=file:[0-9a-f]{16}/);
    await page.reload();
    await page.getByText('10 to learn from, 2 held out').waitFor();
    await page.getByRole('radio', { name: 'packed', checked: true }).waitFor();
    await page
      .getByRole('combobox', { name: 'Network' })
      .getByText('colours.safetensors')
      .waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Remove these photos from this browser' }).click();
    await page.waitForURL((url) => !url.href.includes('photos:'));
    await expect.poll(() => page.getByRole('radio', { name: 'packed' }).count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('is listed with its size, and forgotten one by one or all at once', async () => {
    const { page, problems } = await studio.open('#/convolve');
    const dropped = join(folder, 'colours', 'red', '0.jpg');
    await dropFiles(page, page.locator('.thing'), [dropped]);
    await page.waitForURL(/picture=file:[0-9a-f]{16}/);
    await page.reload();
    await page.getByRole('radio', { name: '0.jpg', checked: true }).waitFor();
    await page.getByRole('link', { name: 'Mistakes' }).click();
    await page.locator('.mistakes-tile').first().waitFor();
    await page.keyboard.press('r');
    await dropFiles(page, page.locator('.thing'), [join(folder, 'colours'), join(folder, 'colours.safetensors')]);
    await page.waitForURL(/data=photos:/);
    await page.getByRole('button', { name: 'Kept here' }).click();
    const list = page.getByRole('dialog', { name: 'Kept here' });
    const bytes = (await readFile(dropped)).length;
    await list.getByText(/It takes [\d.]+ \w+ of the/).waitFor();
    await list.getByText('colours.safetensors').waitFor();
    expect(await barriers(page)).toEqual([]);
    const lines = await list.getByRole('listitem').allInnerTexts();
    const said = lines.map((line) => line.replace(/\s+/g, ' '));
    expect(said.some((line) => /^12 photos colours [\d.]+ k?B/.test(line))).toBe(true);
    expect(said.some((line) => line.startsWith(`picture 0.jpg ${bytes < 1000 ? `${bytes} B` : ''}`))).toBe(true);
    expect(said.some((line) => line.startsWith('model colours.safetensors'))).toBe(true);
    expect(said.some((line) => line.startsWith('decided digits, test'))).toBe(true);
    await list.getByRole('button', { name: 'Forget 0.jpg' }).click();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(lines.length - 1);
    await list.getByRole('button', { name: 'Forget all' }).click();
    await list.getByText('Nothing is kept.').waitFor();
    await list.getByRole('button', { name: 'Close' }).click();
    // What is gone says what to do.
    await page.reload();
    await page.getByRole('alert').getByText(/drop/).first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('where the browser has no room, photos are there until the page is left, and it says so and what to do', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all&part=train');
    await page.locator('.mistakes-tile').first().waitFor();
    await dropFiles(page, page.locator('.thing'), [join(folder, 'colours.safetensors')]);
    await page.waitForURL(/model=file:/);
    const [worker] = page.workers();
    await worker.evaluate('navigator.storage.estimate = async () => ({ quota: 6000, usage: 5000 })');
    await dropFiles(page, page.locator('.thing'), [join(folder, 'colours')]);
    await page.waitForURL(/data=photos:/);
    await wall(page)
      .getByRole('heading', { name: /^\D*10 pictures/ })
      .waitFor();
    await page
      .getByText(/forget something under «kept here».* They are here until the page is loaded again\./)
      .waitFor();
    await page.reload();
    await page
      .getByRole('alert')
      .getByText(/these photos are not in this browser; drop their folder/)
      .waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const data = process.env.STRIATE_DATA;

/** How far the training is: the step in the line below. */
async function stepOf(page: Page): Promise<number> {
  const text = await page.locator('.train-far').innerText();
  return Number(/step ([\d,]+) of/.exec(text)?.[1].replace(',', '') ?? 0);
}

describe.skipIf(!executable)(`Train${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!, data ? ['--data', data] : []);
  });
  afterAll(() => studio.close());

  it('opens on a small net that is learning X and O, and learns it', async () => {
    const { page, problems } = await studio.open('#/train');
    await page.waitForURL(/run=xo-/);
    await page.getByText('trained: epoch 3 of 3').waitFor();
    const accuracy = /([\d.]+) % on 400 held-out/.exec(await whyOf(page).innerText());
    expect(Number(accuracy?.[1])).toBeGreaterThan(95);
    await page.getByRole('img', { name: /^Accuracy over the steps, now (9|100)/ }).waitFor();
    expect(await page.locator('.train-guesses li').count()).toBe(12);
    expect(await page.locator('.train-guesses .right').count()).toBeGreaterThanOrEqual(11);
    await whyOf(page).getByText('Kernels of conv2d: 8, 3×3').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('pauses, goes on by one batch, and by itself', async () => {
    const { page, problems } = await studio.open('#/train?data=digits&epochs=20&learn=on');
    await page.getByText(/learning: epoch 1 of 20, step [1-9]/).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/paused: epoch/).waitFor();
    const before = await stepOf(page);
    await page.getByRole('button', { name: 'One batch' }).click();
    await page.getByText(new RegExp(`paused: .*step ${(before + 1).toLocaleString('en')} of`)).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText(/learning: epoch/).waitFor();
    await expect.poll(() => stepOf(page), { timeout: 900_000 }).toBeGreaterThan(before + 2);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('goes on after a reload in the middle, and ends where it would have ended', async () => {
    const { page, problems } = await studio.open('#/train?data=digits&pictures=2000&epochs=16&learn=on');
    await page.getByText(/learning: epoch ([6-9]|1\d) of 16/).waitFor();
    const { href } = new URL(page.url());
    const before = await stepOf(page);
    await page.reload();
    await page.getByText(/learning: epoch \d+ of 16/).waitFor();
    expect(page.url()).toBe(href);
    // What was kept last was a second old, or a bit more: it does not begin anew.
    expect(await stepOf(page)).toBeGreaterThan(before / 3);
    await page.getByText('trained: epoch 16 of 16').waitFor();
    const accuracy = /([\d.]+) % on 500 held-out pictures after epoch 16/.exec(await whyOf(page).innerText());
    expect(Number(accuracy?.[1])).toBeGreaterThan(96);
    await page.reload();
    await page.getByText('trained: epoch 16 of 16').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says what a drawing is, gives the model away, and writes the program', async () => {
    const { page, problems } = await studio.open('#/train');
    await page.getByText('trained: epoch 3 of 3').waitFor();
    const pad = page.getByRole('application', { name: /Draw here/ });
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    for (const [from, to] of [
      [
        [0.25, 0.25],
        [0.75, 0.75],
      ],
      [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
    ]) {
      await page.mouse.move(box.x + from[0] * box.width, box.y + from[1] * box.height);
      await page.mouse.down();
      await page.mouse.move(box.x + to[0] * box.width, box.y + to[1] * box.height, { steps: 8 });
      await page.mouse.up();
    }
    await expect.poll(() => page.locator('.train-answer li').first().innerText()).toMatch(/^X/);
    for (const [name, starts] of [
      ['safetensors', /\.safetensors$/],
      ['ONNX', /\.onnx$/],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name, exact: true }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(starts);
    }
    await page.getByText('The same in TypeScript').click();
    expect(await page.locator('.train-take code').innerText()).toContain('layers.conv2d({ filters: 8');
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('is built from blocks, which the address has, and says what does not fit', async () => {
    const { page, problems } = await studio.open('#/train?data=xo&blocks=conv8,pool2');
    await page.getByText('weights to learn').waitFor();
    await page.getByRole('combobox', { name: 'Add a block' }).selectOption('dense');
    await page.waitForURL(/blocks=conv8,pool2,dense64/);
    await page.getByRole('button', { name: 'Move dense up' }).click();
    await page.waitForURL(/blocks=conv8,dense64,pool2/);
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('button', { name: 'Remove max pooling' }).click();
    await page.waitForURL(/blocks=conv8,dense64/);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await page.goBack();
    await page.waitForURL(/blocks=conv8,dense64,pool2/);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.skipIf(!data)('learns MNIST of the server’s data: 98 % after one epoch on 10,000 pictures', async () => {
    const { page, problems } = await studio.open('#/train?data=digits');
    await page.getByRole('radio', { name: 'MNIST' }).click();
    await page.getByText('10000 to learn from, 2000 held out').waitFor();
    expect(new URL(page.url()).hash).toContain('epochs=1');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText('trained: epoch 1 of 1').waitFor();
    const accuracy = /([\d.]+) % on 2000 held-out pictures/.exec(await whyOf(page).innerText());
    expect(Number(accuracy?.[1])).toBeGreaterThanOrEqual(98);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

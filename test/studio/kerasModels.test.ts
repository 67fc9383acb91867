import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel, zoo } from 'striate';
import { kerasBytes } from 'striate/formats';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

describe.skipIf(!executable)(`Keras’s files in the studio${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'studio-keras-'));
  let studio: StudioInChromium;
  beforeAll(async () => {
    const model = zoo.create('mnist_cnn', { seed: 3 });
    for (const format of ['keras', 'h5'] as const) {
      writeFileSync(join(folder, `flowers.${format}`), await kerasBytes(model, format));
    }
    writeFileSync(join(folder, 'broken.keras'), 'no model');
    await model.dispose();
    studio = await startStudioInChromium(executable!, ['--model', join(folder, 'flowers.keras')]);
  });
  afterAll(async () => {
    await studio.close();
    rmSync(folder, { recursive: true });
  });

  it('are looked into: those that it was started with, and those that are dropped', async () => {
    const { page, problems } = await studio.open('#/inside?model=flowers&picture=digit&layer=conv2d');
    await page.getByText('flowers.safetensors').waitFor();
    await page.locator('input[type=file][accept*=".keras"]').setInputFiles(join(folder, 'flowers.h5'));
    await page.waitForURL(/model=file:[0-9a-f]{16}/);
    await whyOf(page).getByRole('heading').first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('say what is wrong with them', async () => {
    const { page } = await studio.open('#/architectures');
    await page.locator('input[type=file][accept*=".keras"]').setInputFiles(join(folder, 'broken.keras'));
    await page.getByRole('alert').filter({ hasText: 'broken.keras: is a text' }).waitFor();
    await page.context().close();
  });

  it('are what a trained network is taken away as', async () => {
    const { page } = await studio.open('#/train?data=xo&pictures=200&held=40&blocks=conv4,flatten&epochs=1&learn=on');
    const save = page.getByRole('button', { name: 'Keras', exact: true });
    await save.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
    expect(download.suggestedFilename()).toMatch(/\.keras$/);
    const { model, format } = await openModel(readFileSync(await download.path()), { name: 'xo.keras' });
    expect(format).toBe('Keras 3');
    expect(model.outputShape.at(-1)).toBe(2);
    await model.dispose();
    await page.context().close();
  });
});

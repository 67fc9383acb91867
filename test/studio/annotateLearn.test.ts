import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDetector } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { saved } from './annotating.js';
import { barriers } from './barriers.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

describe.skipIf(!executable)(`Annotate learns beside what is drawn${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!, [], { ...process.env, STRIATE_DATA: '' });
  });
  afterAll(() => studio.close());

  const foundOn = (page: Page): ReturnType<Page['locator']> => page.locator('svg.annotate-drawing .found .drawn');

  it('finds boxes on pictures it has not seen, keeps the model over a reload, and gives it away', async () => {
    const { page, problems } = await studio.open('#/annotate?passes=40&score=0.3');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    await page.getByRole('button', { name: 'Learn from 1 picture' }).click();
    await page.getByText(/step \d+ of 80/).waitFor();
    await page.getByText(/learned in 80 steps/).waitFor();
    // The third picture has one circle, around which nobody has drawn a box.
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await whyOf(page).getByText('No boxes yet').waitFor();
    await expect.poll(() => foundOn(page).count()).toBeGreaterThan(0);
    const boxes = await whyOf(page)
      .getByText(/^(circle|square): .*, 0\.\d+$/)
      .allTextContents();
    const [left, top, right, bottom] = /: (\d+), (\d+) to (\d+), (\d+)/.exec(boxes[0])!.slice(1).map(Number);
    // Around 60, 30 to 180, 150.
    const inner =
      Math.max(0, Math.min(right, 180) - Math.max(left, 60)) * Math.max(0, Math.min(bottom, 150) - Math.max(top, 30));
    expect(inner / ((right - left) * (bottom - top) + 120 * 120 - inner)).toBeGreaterThan(0.5);
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await page.getByText(/learned in 80 steps/).waitFor();
    await expect.poll(() => foundOn(page).count()).toBeGreaterThan(0);
    const detector = await loadDetector(await saved(page, 'safetensors'));
    expect(detector.classNames.slice(-2)).toEqual(['circle', 'square']);
    expect(Buffer.from(await saved(page, 'ONNX')).includes('NonMaxSuppression')).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('is stopped, says that there is nothing to learn from, and looks through the camera', async () => {
    const { page } = await studio.open('#/annotate?passes=500');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    await page.getByRole('button', { name: 'Learn from 1 picture' }).click();
    await page.getByText(/step [1-9]\d* of 1000/).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/learned in \d+ steps/).waitFor();
    await page.getByRole('button', { name: 'Live' }).click();
    await page
      .locator('.annotate-live [role=status]')
      .getByText(/\d+ ms/)
      .waitFor();
    await page.getByText('Masks', { exact: true }).click();
    await page.getByRole('button', { name: 'Learn from 0 pictures' }).click();
    await page.getByText(/there is nothing to learn from; .*paint/i).waitFor();
    await page.context().close();
  });
});

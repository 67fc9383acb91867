import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKeypointDetector, loadSegmenter, RunLengthMask } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { click, drag, drawing, saved } from './annotating.js';
import { barriers } from './barriers.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** What of COCO's file is looked at. */
interface Coco {
  readonly categories: readonly { readonly name: string; readonly keypoints?: readonly string[] }[];
  readonly annotations: readonly {
    readonly bbox: readonly number[];
    readonly segmentation?: { readonly size: readonly [number, number]; readonly counts: string };
    readonly keypoints?: readonly number[];
  }[];
}

describe.skipIf(!executable)(`Annotate paints${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!, [], { ...process.env, STRIATE_DATA: '' });
  });
  afterAll(() => studio.close());

  const coco = async (page: Page): Promise<Coco> =>
    JSON.parse(Buffer.from(await saved(page, 'COCO JSON')).toString()) as Coco;
  const areaOf = async (page: Page): Promise<number> => {
    const { annotations } = await coco(page);
    return RunLengthMask.fromCoco(annotations.at(-1)!.segmentation!).area;
  };

  it('masks with brush, eraser and polygon, which are kept, undone and exported as run lengths', async () => {
    const { page, problems } = await studio.open('#/annotate?tool=brush&size=20');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    await page.keyboard.press(']');
    await whyOf(page).getByText('No boxes yet').waitFor();
    // A line of 60 with round ends of 20 across.
    await drag(page, [40, 60], [100, 60]);
    await whyOf(page)
      .getByText(/circle: 30, 50 to 110, 70, \d+ pixels painted/)
      .waitFor();
    const line = 60 * 20 + Math.PI * 10 * 10;
    expect(Math.abs((await areaOf(page)) - line)).toBeLessThan(line * 0.02);
    // It is the chosen thing's; the eraser takes a bar out of its middle, and a step back brings it again.
    await page.keyboard.press('e');
    await drag(page, [70, 45], [70, 75]);
    await expect.poll(() => areaOf(page)).toBeLessThan(line * 0.8);
    const cut = await areaOf(page);
    expect(Math.abs(cut - (line - 20 * 20))).toBeLessThan(line * 0.02);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => areaOf(page)).toBeGreaterThan(line * 0.95);
    await page.getByRole('button', { name: 'Redo' }).click();
    // Moved as a whole, its pixels go along.
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await whyOf(page).getByText(`circle: 30, 51 to 110, 71, ${cut} pixels painted`).waitFor();
    // Another thing, with corners; Enter closes it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await page.keyboard.press('p');
    for (const at of [
      [120, 100],
      [180, 100],
      [180, 160],
      [120, 160],
    ]) {
      await click(page, at);
    }
    await page.keyboard.press('Enter');
    await whyOf(page)
      .getByText(/square: 120, 100 to 180, 160, 3\d\d\d pixels painted/)
      .waitFor();
    expect(Math.abs((await areaOf(page)) - 3600)).toBeLessThan(130);
    await page.getByText('2 of 3 pictures have boxes').waitFor();
    await page.reload();
    await whyOf(page).getByText(`circle: 30, 51 to 110, 71, ${cut} pixels painted`).waitFor();
    expect(Math.abs((await areaOf(page)) - 3600)).toBeLessThan(130);
    await drawing(page).locator('image.pixels').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('points by their names, hidden ones with Shift, which are moved and exported', async () => {
    const { page, problems } = await studio.open('#/annotate?tool=point');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    // The first example's circle, which is there already: what is clicked in is meant.
    await click(page, [70, 40]);
    await whyOf(page).getByText('circle: 30, 30 to 110, 110, 1 of 2 points').waitFor();
    await page.keyboard.down('Shift');
    await click(page, [70, 100]);
    await page.keyboard.up('Shift');
    await whyOf(page).getByText('circle: 30, 30 to 110, 110, 2 of 2 points').waitFor();
    await drag(page, [70, 40], [80, 50]);
    await page.getByLabel('Name of point 1').fill('head');
    await page.getByLabel('Name of point 1').press('Tab');
    await page.reload();
    await whyOf(page).getByText('2 of 2 points').waitFor();
    const { annotations, categories } = await coco(page);
    expect(categories[0].keypoints).toEqual(['head', 'bottom']);
    const [x, y, seen, otherX, otherY, hidden] = annotations[0].keypoints!;
    expect([seen, hidden]).toEqual([2, 1]);
    for (const [value, wanted] of [
      [x, 80],
      [y, 50],
      [otherX, 70],
      [otherY, 100],
    ]) {
      expect(Math.abs(value - wanted)).toBeLessThan(1);
    }
    // Without a thing around it a point begins one of its own.
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await click(page, [120, 40]);
    await click(page, [120, 140]);
    await whyOf(page).getByText('circle: 116, 36 to 124, 144, 2 of 2 points').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('what masks and points are learned from, in a picture that was not painted', async () => {
    const { page, problems } = await studio.open('#/annotate?tool=brush&size=72&learn=masks&passes=60');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    // The first example's circle and square, each with one stroke, as wide as the brush.
    await page
      .getByRole('button', { name: /^circle: / })
      .last()
      .click();
    await click(page, [70, 70]);
    await page
      .getByRole('button', { name: /^square: / })
      .last()
      .click();
    await drag(page, [170, 109], [170, 111]);
    await page.getByRole('button', { name: 'Learn from 1 picture' }).click();
    await page.getByText(/learned in \d+ steps/).waitFor();
    // The third example is a circle of 60 around 120, 90.
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    const said = whyOf(page).getByText(/^circle: [\d.]+ ?%$/);
    await said.waitFor();
    const share = parseFloat((await said.textContent())!.split(': ')[1]) / 100;
    const real = (Math.PI * 60 * 60) / (240 * 180);
    expect(share).toBeGreaterThan(real * 0.3);
    expect(share).toBeLessThan(real * 1.7);
    const segmenter = await loadSegmenter(await saved(page, 'safetensors'));
    expect(segmenter.classNames.slice(-2)).toEqual(['circle', 'square']);
    // Points of two pictures' circles; the middle one keeps what it has.
    await page.getByText('Points', { exact: true }).first().click();
    await page.keyboard.press('k');
    await click(page, [120, 31]);
    await click(page, [120, 149]);
    await page.getByRole('button', { name: 'Learn from 1 picture' }).click();
    await page.getByText(/learned in \d+ steps/).waitFor();
    await expect.poll(() => drawing(page).locator('.found circle').count()).toBe(2);
    const detector = await loadKeypointDetector(await saved(page, 'safetensors'));
    expect(detector.pointNames).toEqual(['top', 'bottom']);
    const top = await whyOf(page)
      .getByText(/^top: \d+, \d+, /)
      .textContent();
    const [x, y] = /: (\d+), (\d+)/.exec(top!)!.slice(1).map(Number);
    expect(Math.hypot(x - 120, y - 31)).toBeLessThan(25);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

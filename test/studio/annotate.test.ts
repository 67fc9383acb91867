import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotatedFolder } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { drag, drawing, saved } from './annotating.js';
import { barriers } from './barriers.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

describe.skipIf(!executable)(`Annotate${reason}`, () => {
  let studio: StudioInChromium;
  let folder: string;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
    folder = await mkdtemp(join(tmpdir(), 'striate-annotate-'));
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  const drawn = (page: Page): ReturnType<Page['getByRole']> => drawing(page).getByRole('button');

  it('boxes are drawn, moved, resized, undone and kept when the page is loaded again', async () => {
    const { page, problems } = await studio.open('#/annotate');
    // It opens on examples, the first of which has its boxes.
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    expect(await drawn(page).count()).toBe(2);
    await page.keyboard.press(']');
    await page.getByText('No boxes yet').waitFor();
    await drag(page, [30, 30], [90, 90]);
    await page.getByText('2 of 3 pictures have boxes').waitFor();
    await whyOf(page).getByText('circle: 30, 30 to 90, 90').waitFor();
    // The chosen one is taken along from its inside, and resized by a corner.
    await drag(page, [60, 60], [70, 65]);
    await whyOf(page).getByText('circle: 40, 35 to 100, 95').waitFor();
    await drag(page, [100, 95], [110, 115]);
    await whyOf(page).getByText('circle: 40, 35 to 110, 115').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await whyOf(page).getByText('circle: 40, 35 to 100, 95').waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.keyboard.press('2');
    await whyOf(page).getByText('square: 40, 35 to 110, 115').waitFor();
    await page.waitForURL(/picture=[0-9a-f]{16}.*box=1.*class=2/);
    await page.reload();
    await whyOf(page).getByText('square: 40, 35 to 110, 115').waitFor();
    await page.getByText('2 of 3 pictures have boxes').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('all of it goes by keys', async () => {
    const { page } = await studio.open('#/annotate');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    await page.keyboard.press(']');
    await page.getByText('No boxes yet').waitFor();
    await page.keyboard.press('b');
    await whyOf(page).getByText('circle: 60, 45 to 180, 135').waitFor();
    await page.keyboard.press('ArrowRight');
    await whyOf(page).getByText('circle: 61, 45 to 181, 135').waitFor();
    await page.keyboard.press('Shift+ArrowUp');
    await whyOf(page).getByText('circle: 61, 45 to 181, 134').waitFor();
    await page.keyboard.press('b');
    // Tab goes between the boxes, and what has the focus is chosen.
    await drawn(page).first().focus();
    await page.keyboard.press('Tab');
    await page.waitForURL(/box=2/);
    await page.keyboard.press('Delete');
    await expect.poll(() => drawn(page).count()).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => drawn(page).count()).toBe(2);
    await page.context().close();
  });

  it('what is exported is read by annotatedFolder, and brought in again', async () => {
    const { page } = await studio.open('#/annotate');
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    const files = unzipSync(new Uint8Array(await saved(page, 'YOLO (zip)')));
    for (const part of ['yolo/images', 'yolo/labels', 'coco']) await mkdir(join(folder, part), { recursive: true });
    for (const [path, bytes] of Object.entries(files)) {
      await writeFile(join(folder, 'yolo', path), bytes);
      if (path.startsWith('images/')) await writeFile(join(folder, 'coco', path.slice('images/'.length)), bytes);
    }
    await writeFile(join(folder, 'coco', 'annotations.json'), await saved(page, 'COCO JSON'));
    const things = [
      { label: 0, box: [30, 30, 110, 110] },
      { label: 1, box: [134, 74, 206, 146] },
    ];
    for (const [part, format] of [
      ['yolo', 'YOLO'],
      ['coco', 'COCO'],
    ]) {
      const { train, ...read } = await annotatedFolder(join(folder, part), { size: [90, 120], validationSplit: 0 });
      expect(read.format).toBe(format);
      expect(train.classNames).toEqual(['circle', 'square']);
      const all = Array.from({ length: train.size }, (_, i) => train.annotations(i));
      expect(all.map((own) => own.length).toSorted()).toEqual([0, 0, 2]);
      const boxed = all.find((own) => own.length > 0)!;
      expect(boxed.map(({ label, box }) => ({ label, box: box.map((one) => Math.round(one * 1000) / 1000) }))).toEqual(
        things,
      );
    }
    // The zip, and pictures with COCO's file, are the same work in a browser that has drawn nothing yet.
    await writeFile(join(folder, 'set.zip'), zipSync(files));
    const coco = ['shapes-1.png', 'shapes-2.png', 'annotations.json'].map((name) => join(folder, 'coco', name));
    for (const [paths, count] of [
      [[join(folder, 'set.zip')], 3],
      [coco, 2],
    ] as const) {
      const { page: other, problems } = await studio.open('#/annotate');
      await other.getByText('1 of 3 pictures have boxes').waitFor();
      await other.locator('input[type=file]').setInputFiles([...paths]);
      await other.getByText(`1 of ${count} pictures have boxes`).waitFor();
      await whyOf(other).getByText('square: 134, 74 to 206, 146').waitFor();
      expect(problems).toEqual([]);
      await other.context().close();
    }
    await page.context().close();
  });

  it('says what it cannot read, takes pictures of the camera, and puts up no barriers', async () => {
    const { page } = await studio.open('#/annotate', { colorScheme: 'dark' });
    await page.getByText('1 of 3 pictures have boxes').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('no zip') }]);
    await page.getByText(/broken\.zip: is no zip that can be read/).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Camera', exact: true }).click();
    await page.getByRole('button', { name: /take/i }).first().click();
    await page.getByText('0 of 1 pictures have boxes').waitFor();
    await page.context().close();
  });
});

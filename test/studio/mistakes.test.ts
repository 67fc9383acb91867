import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const root = fileURLToPath(new URL('../../', import.meta.url));

describe.skipIf(!executable)(`Mistakes${reason}`, () => {
  let studio: StudioInChromium;
  let folder: string;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
    folder = await mkdtemp(join(tmpdir(), 'striate-mistakes-'));
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  const wall = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('region', { name: 'pictures, worst first' });
  const tiles = (page: Page): ReturnType<Page['getByRole']> =>
    wall(page).getByRole('button', { name: /^Picture \d+:/ });
  const pictures = async (page: Page): Promise<number> =>
    Number(/(\d+) pictures?$/.exec(await wall(page).getByRole('heading').innerText())![1]);

  /** Draws around a part of the projection, given in shares of it. */
  async function lasso(page: Page, low: number, high: number, steps = 6): Promise<void> {
    const canvas = page.getByRole('application', { name: /^Projection of/ });
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    const corners = [
      [low, low],
      [high, low],
      [high, high],
      [low, high],
    ] as const;
    const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...at(corners[0]));
    await page.mouse.down();
    for (const corner of corners.slice(1)) await page.mouse.move(...at(corner), { steps });
    await page.mouse.up();
  }

  it('a cell opens its pictures, and the address keeps it', async () => {
    const { page, problems } = await studio.open('#/mistakes');
    await tiles(page).first().waitFor();
    const cell = page.getByRole('button', { name: /^3 taken for 8: \d+$/ });
    const count = Number(/\d+$/.exec((await cell.getAttribute('aria-label'))!)![0]);
    await cell.click();
    await page.waitForURL(/cell=3,8/);
    expect(await pictures(page)).toBe(count);
    const names = await tiles(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(names).toHaveLength(count);
    for (const name of names) expect(name).toMatch(/: 3 → 8 \d+ %$/);
    await page.reload();
    await tiles(page).first().waitFor();
    expect(await pictures(page)).toBe(count);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('what is relabelled and left out is in the difference file, is undone, and train --labels takes it', async () => {
    const { page, problems } = await studio.open('#/mistakes');
    await tiles(page).first().waitFor();
    const [first, second] = await Promise.all(
      [0, 1].map(async (n) => Number(/\d+/.exec((await tiles(page).nth(n).getAttribute('aria-label'))!)![0])),
    );
    await page.getByRole('combobox', { name: 'relabel as' }).selectOption('5');
    await page.getByText('1 relabelled, 0 left out, 0 right as they are').waitFor();
    // The next picture is looked at then.
    await whyOf(page).getByText(`Picture ${second}`, { exact: true }).waitFor();
    await page.keyboard.press('x');
    await page.getByText('1 relabelled, 1 left out, 0 right as they are').waitFor();
    await page.keyboard.press('r');
    await page.getByText('1 relabelled, 1 left out, 1 right as they are').waitFor();
    await page.keyboard.press('u');
    await page.getByText('1 relabelled, 1 left out, 0 right as they are').waitFor();
    await page.reload();
    await page.getByText('1 relabelled, 1 left out, 0 right as they are').waitFor();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = join(folder, 'labels.csv');
    await (await downloading).saveAs(file);
    // Picture i shows the digit i modulo 10.
    expect(await readFile(file, 'utf8')).toBe(
      `part,index,file,decision,label,was\ntest,${first},,relabel,5,${first % 10}\ntest,${second},,leave out,,${second % 10}\n`,
    );
    expect(problems).toEqual([]);
    await page.context().close();
    const words = [
      'train',
      '--data',
      'digits',
      '--model',
      'mnist_dense',
      '--epochs',
      '1',
      '--batch',
      '500',
      '--threads',
      '1',
    ];
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['bin/striate.js', ...words, '--labels', file, '--out', join(folder, 'run')],
      { cwd: root },
    );
    expect(stdout + stderr).toContain('1 changed, 1 left out, 0 right as they are.');
  });

  it('a lasso filters the wall, and a picture’s like are found', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all');
    await tiles(page).first().waitFor();
    await page.getByText('components 2').waitFor();
    expect(await pictures(page)).toBe(2000);
    await lasso(page, 0.3, 0.6);
    await page.waitForURL(/lasso=\d+_\d+/);
    const inside = await pictures(page);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(2000);
    await wall(page).getByRole('button', { name: 'no lasso' }).click();
    await page.getByRole('heading', { name: '2000 pictures' }).waitFor();
    await page.keyboard.press('/');
    await page.getByRole('heading', { name: '48 pictures' }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('12,000 points are drawn around smoothly', async () => {
    const { page, problems } = await studio.open('#/mistakes?part=train&show=all');
    await page.getByRole('heading', { name: '12000 pictures' }).waitFor();
    await page.getByText('components 2').waitFor();
    // Frames while a lasso is drawn.
    await page.evaluate(`window.frames_ = []; window.going_ = true; requestAnimationFrame(function next(now) {
      window.frames_.push(now); if (window.going_) requestAnimationFrame(next); })`);
    await lasso(page, 0.2, 0.8, 40);
    const times = await page.evaluate<number[]>('window.going_ = false; window.frames_');
    const gaps = times
      .slice(1)
      .map((time, i) => time - times[i])
      .sort((a, b) => a - b);
    const median = gaps[Math.floor(gaps.length / 2)];
    console.log(`frames: ${gaps.length}, median ${median.toFixed(1)} ms, longest ${gaps.at(-1)!.toFixed(1)} ms`);
    expect(gaps.length).toBeGreaterThan(20);
    expect(median).toBeLessThan(20);
    await page.waitForURL(/lasso=/);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

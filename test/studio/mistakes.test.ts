import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { barriers } from './barriers.js';
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

  const projection = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('application', { name: /^Projection of/ });

  /** The median of the milliseconds between frames while something is done. */
  async function framesWhile(page: Page, act: () => Promise<unknown>): Promise<number> {
    await page.evaluate(`{ const frames = window.frames_ = []; requestAnimationFrame(function next(now) {
      if (window.frames_ !== frames) return; frames.push(now); requestAnimationFrame(next); }) }`);
    await act();
    const times = await page.evaluate<number[]>(
      '{ const frames = window.frames_; window.frames_ = undefined; frames }',
    );
    const gaps = times
      .slice(1)
      .map((time, i) => time - times[i])
      .sort((a, b) => a - b);
    expect(gaps.length).toBeGreaterThan(10);
    return gaps[Math.floor(gaps.length / 2)];
  }

  /** Draws around a part of the projection, given in shares of it. */
  async function lasso(page: Page, low: number, high: number, steps = 6): Promise<void> {
    const canvas = projection(page);
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

  it('a mistake shows what speaks for its guess, for its label, for one rather than the other, and against', async () => {
    const { page, problems } = await studio.open('#/mistakes');
    const why = whyOf(page);
    const tile = tiles(page).nth(1);
    await tile.waitFor();
    const [, truth, guess] = /: (\d) → (\d) /.exec((await tile.getAttribute('aria-label'))!)!;
    await tile.click();
    for (const said of [`for ${guess}`, `for ${truth}`, `${truth} rather than ${guess}`, `against ${guess}`]) {
      await why.locator('figure[aria-busy="false"]').getByRole('img', { name: said, exact: true }).waitFor();
    }
    await why.getByText('(grad-cam)').waitFor();
    // Each is another picture than the one without a map, and than the others.
    const drawn = await why
      .locator('.mistakes-maps canvas')
      .evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).toDataURL()));
    expect(new Set(drawn).size).toBe(5);
    // On the wall, the one under the pointer has its map, and the others have not.
    const pictureOf = (n: number): Promise<string> =>
      tiles(page)
        .nth(n)
        .locator('canvas')
        .evaluate((one) => (one as HTMLCanvasElement).toDataURL());
    const plain = await pictureOf(4);
    await tiles(page).nth(4).hover();
    await expect.poll(() => pictureOf(4)).not.toBe(plain);
    await tiles(page).nth(5).hover();
    await expect.poll(() => pictureOf(4)).toBe(plain);
    // The reliability diagram, and the error that follows from it.
    await why.getByRole('img', { name: /^Reliability/ }).waitFor();
    await why.getByText(/expected calibration error \d+\.\d %/).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('suspected labels come first by suspicion, and pictures by distance from their class', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=suspected&sort=suspicion');
    const why = whyOf(page);
    await tiles(page).first().waitFor();
    await why.getByText(/^the label may be wrong: \d\?$/).waitFor();
    const numberOf = async (name: string): Promise<number> => {
      const row = why.locator('dl > div').filter({ hasText: name });
      return parseFloat(await row.locator('dd').innerText());
    };
    const read = async (name: string): Promise<number[]> => {
      const numbers: number[] = [];
      for (const n of [0, 3, 6]) {
        await tiles(page).nth(n).click();
        const title = `Picture ${/\d+/.exec((await tiles(page).nth(n).getAttribute('aria-label'))!)![0]}`;
        await why.getByRole('heading', { name: title, exact: true }).waitFor();
        numbers.push(await numberOf(name));
      }
      return numbers;
    };
    for (const [sort, name] of [
      ['suspicion', 'suspicion of a wrong label'],
      ['distance', 'distance from its class'],
    ] as const) {
      await page.getByRole('combobox', { name: 'worst first by' }).selectOption(sort);
      const numbers = await read(name);
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      expect(numbers[0]).toBeGreaterThan(numbers[2] - 1e-9);
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('like are found by pixels and as the model sees them, and vote', async () => {
    const { page, problems } = await studio.open('#/mistakes?like=1313&alike=pixels');
    await page.getByText(/^By pixels alone: \d+ of the 10 nearest are \d; its label is 3\.$/).waitFor();
    const byPixels = await tiles(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(byPixels[0]).toMatch(/^Picture 1313:/);
    await page.getByRole('button', { name: 'compare as the model sees them' }).click();
    await page.getByText(/^By what the model sees: \d+ of the 10/).waitFor();
    await expect
      .poll(() => tiles(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))))
      .not.toEqual(byPixels);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('the wall draws only what is near the eye, and goes to the end', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all&sort=loss');
    await page.getByRole('heading', { name: '2000 pictures' }).waitFor();
    await tiles(page).first().waitFor();
    expect(await tiles(page).count()).toBeLessThan(150);
    const thing = page.locator('.thing');
    await thing.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    const last = page.locator('.mistakes-wall li[aria-posinset="2000"]');
    await last.waitFor();
    await last.locator('canvas').waitFor();
    expect(await last.getAttribute('aria-setsize')).toBe('2000');
    expect(await tiles(page).count()).toBeLessThan(150);
    // Keys go on from the picture that was chosen, and the wall follows.
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/at=\d+/);
    const { at } = /at=(?<at>\d+)/.exec(page.url())!.groups!;
    await wall(page)
      .getByRole('button', { name: new RegExp(`^Picture ${at}:`) })
      .waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['tsne', 't-SNE', ['perplexity', 'iterations', 'early exaggeration', 'angle', 'first reduced to', 'seed']],
    ['umap', 'UMAP', ['neighbours', 'least distance', 'spread', 'epochs', 'first reduced to', 'seed']],
  ])(
    'places pictures by %s, with every parameter beside, the same again for a seed',
    async (name, said, parameters) => {
      const few = '&iterations=250&epochs=60&dimensions=20';
      const { page, problems } = await studio.open('#/mistakes?show=all');
      await page.getByText('components 2').waitFor();
      const before = await projection(page).screenshot();
      await page.evaluate((state) => (location.hash = state), `#/mistakes?show=all&projection=${name}${few}`);
      await page.getByRole('radio', { name: said, checked: true }).waitFor();
      for (const parameter of parameters) await page.getByRole('slider', { name: parameter, exact: true }).waitFor();
      const used = page.getByText(name === 'tsne' ? /perplexity 30 ·.*iterations 250/ : /nNeighbors 15 ·.*nEpochs 60/);
      await used.waitFor();
      const placed = await projection(page).screenshot();
      expect(placed.equals(before)).toBe(false);
      await page.reload();
      await used.waitFor();
      await expect.poll(async () => (await projection(page).screenshot()).equals(placed)).toBe(true);
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it.each<[string, BrowserContextOptions]>([
    ['wide and dark', { colorScheme: 'dark' }],
    ['a phone, light and in Korean', { colorScheme: 'light', locale: 'ko-KR', viewport: { width: 390, height: 844 } }],
  ])('keeps nobody out where all of it is there, %s', async (_, screen) => {
    const { page, problems } = await studio.open('#/mistakes?at=1313&like=1313&projection=umap&epochs=20', screen);
    await page.locator('.mistakes-tile .picture').first().waitFor();
    await page.locator('.mistakes-maps figure[aria-busy="false"]').nth(3).waitFor();
    await page.getByText(/nEpochs 20/).waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('a lasso is drawn with keys alone', async () => {
    const { page, problems } = await studio.open('#/mistakes?show=all');
    await page.getByText('components 2').waitFor();
    await projection(page).focus();
    const press = async (key: string, times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await page.keyboard.press(key);
    };
    // A square around the middle, by its corners.
    await press('ArrowLeft', 4);
    for (const key of ['ArrowUp', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      await press(key, key === 'ArrowUp' ? 4 : 8);
      await page.keyboard.press(' ');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/lasso=340_340;660_340;660_660;340_660/);
    const inside = await pictures(page);
    expect(inside).toBeGreaterThan(0);
    expect(inside).toBeLessThan(2000);
    // Without corners, Enter opens the picture at the cursor; plus enlarges there, and the address keeps it.
    await press('ArrowUp', 1);
    await page.keyboard.press('Enter');
    await page.waitForURL(/at=\d+/);
    await press('+', 6);
    const zoom = (): number => Number(/look=[\d.]+_[\d.]+_(?<zoom>[\d.]+)/.exec(page.url())?.groups?.zoom);
    await expect.poll(zoom).toBeCloseTo(1.25 ** 6, 1);
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.href.includes('look='));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('12,000 points are drawn around, moved and enlarged smoothly', async () => {
    const { page, problems } = await studio.open('#/mistakes?part=train&show=all');
    await page.getByRole('heading', { name: '12000 pictures' }).waitFor();
    await page.getByText('components 2').waitFor();
    const box = (await projection(page).boundingBox())!;
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    // What the machine gives a page that draws nothing is the measure.
    const idle = await framesWhile(page, () => page.waitForTimeout(1200));
    const drawing = await framesWhile(page, () => lasso(page, 0.2, 0.8, 40));
    await page.waitForURL(/lasso=/);
    const enlarging = await framesWhile(page, async () => {
      await page.mouse.move(...middle);
      for (let i = 0; i < 40; i++) {
        await page.mouse.wheel(0, i < 20 ? -40 : 40);
        await page.waitForTimeout(16);
      }
    });
    await page.getByText('moves', { exact: true }).click();
    await page.mouse.move(...middle);
    await page.mouse.wheel(0, -300);
    await page.waitForURL(/look=/);
    const moving = await framesWhile(page, async () => {
      await page.mouse.move(...middle);
      await page.mouse.down();
      for (let i = 0; i < 40; i++) {
        await page.mouse.move(middle[0] + 3 * (i % 20), middle[1] + 2 * (i % 10));
        await page.waitForTimeout(16);
      }
      await page.mouse.up();
    });
    console.log(`milliseconds a frame: ${JSON.stringify({ idle, drawing, enlarging, moving })}`);
    // 50 frames a second, or what a busy machine has.
    for (const median of [drawing, enlarging, moving]) expect(median).toBeLessThan(Math.max(20, 1.25 * idle));
    await page.waitForURL(/look=/);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

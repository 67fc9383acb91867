import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { digits, layers, sequential } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, wanderOver, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const data = process.env.STRIATE_DATA;

/** A number as the page writes it. */
function read(text: string): number {
  return Number(text.replace('−', '-').replace('+', ''));
}

/** Drawn digits as MNIST's files have them. */
async function writeDigits(folder: string, count: number): Promise<void> {
  const { x } = digits({ train: count, test: 1, seed: 3 }).train.arrays;
  const head = (...bytes: number[]): Buffer => Buffer.from([0, 0, 8, ...bytes]);
  const images = Buffer.concat([head(3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28), Buffer.from(x.data)]);
  const labels = Buffer.concat([head(1, 0, 0, 0, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 10))]);
  await mkdir(folder, { recursive: true });
  for (const part of ['train', 't10k']) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte.gz`), gzipSync(images));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(labels));
  }
}

/** The sum in the panel: what speaks for the number, what against, the bias, and what they make. */
async function sumOf(page: Page): Promise<readonly number[]> {
  return (await whyOf(page).locator('.inside-sum dd').allInnerTexts()).map(read);
}

describe.skipIf(!executable)(`Inside${reason}`, () => {
  let studio: StudioInChromium;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-inside-'));
    await writeDigits(join(folder, 'mnist'), 200);
    studio = await startStudioInChromium(executable!, ['--data', folder]);
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes out a number of the digit network: evidence for and against and the bias are the engine’s number', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&layer=conv2&map=3&at=5,5');
    await whyOf(page).getByText('Conv2D: a sum of products').waitFor();
    const [positive, negative, bias, sum] = await sumOf(page);
    expect(positive + negative + bias).toBeCloseTo(sum, 3);
    expect(read(await whyOf(page).locator('.inside-value').innerText())).toBeCloseTo(sum, 3);
    expect(await page.getByRole('columnheader', { name: 'from pool1' }).count()).toBe(2);
    await whyOf(page).getByText('3', { exact: true }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('goes forward: what a number brings to each of the next layer’s, and on along what it counts most for', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&layer=pool1&map=1&at=6,6');
    const feeds = page.getByRole('region', { name: 'What it feeds' });
    const row = feeds.getByRole('row').nth(1);
    await row.waitFor();
    const value = read(await whyOf(page).locator('.inside-value').innerText());
    const [to, weight, brought] = await row.getByRole('cell').allInnerTexts();
    expect(value * read(weight.replace('× ', ''))).toBeCloseTo(read(brought.replace('= ', '')), 1);
    await row.getByRole('button').click();
    await whyOf(page).getByText(`conv2 ${to}`).waitFor();
    // Where it came from is among what made it, with the same product.
    const products = page.locator('.inside-products').first();
    await products.getByRole('row').filter({ hasText: 'map 2 (7, 7)' }).getByText(brought).waitFor();
    // By keys, along what reaches an answer.
    await page.goto(`${studio.address}#/inside?model=digits&picture=digit&layer=pool1&map=1&at=6,6`);
    const path = page.getByRole('navigation', { name: /Path from the answer/ });
    await path.getByText('pool1', { exact: true }).and(page.locator('[aria-current]')).waitFor();
    await path.getByRole('link', { name: 'digit', exact: true }).waitFor();
    await page.keyboard.press('f');
    await whyOf(page)
      .getByText(/conv2 map/)
      .waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('answers for the number under the pointer, and keeps the one that was clicked', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&layer=conv2&map=3&at=5,5');
    await whyOf(page).getByText('conv2 map 4 (6, 6)').waitFor();
    await wanderOver(page, 'conv2, map 4', [
      [2, 3],
      [9, 8],
      [0, 10],
    ]);
    await page.mouse.move(5, 5);
    await whyOf(page).getByText('conv2 map 4 (6, 6)').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('shows what a map looks for: the pattern, the pictures that raise it most, and one of them opened there', async () => {
    const { page, problems } = await studio.open(
      '#/inside?model=digits&picture=digit&layer=conv2&map=9&at=5,6&show=looks&from=digits',
    );
    await page.getByRole('img', { name: 'What map 10 looks for' }).waitFor();
    const raising = page.locator('.inside-raising li');
    await raising.nth(11).waitFor();
    const values = (await raising.locator('.number').allInnerTexts()).map(read);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    await raising.first().getByRole('button').click();
    await page.waitForURL(/picture=file:[0-9a-f]{16}/);
    // It opens at the number that it raised.
    await page.waitForURL((url) => !url.hash.includes('show='));
    await whyOf(page).getByText('conv2 map 10').waitFor();
    await page.locator('.inside-value').getByText(values[0].toFixed(2).slice(0, 4)).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('looks through pictures that are dropped together', async () => {
    const { page, problems } = await studio.open(
      '#/inside?model=digits&picture=digit&layer=conv2&map=9&at=5,6&show=looks&from=photos:0123456789abcdef',
    );
    await page.getByRole('alert').getByText('these photos are not in this browser').waitFor();
    const files = await Promise.all(
      [40, 120, 255].map(async (grey) => ({
        name: `${grey}.png`,
        mimeType: 'image/png',
        buffer: await sharp({
          create: { width: 28, height: 28, channels: 3, background: { r: grey, g: grey, b: grey } },
        })
          .png()
          .toBuffer(),
      })),
    );
    await page.locator('input[multiple]').setInputFiles(files);
    await page.locator('.inside-raising li').nth(2).waitFor();
    expect(await page.locator('.inside-raising li').count()).toBe(3);
    // They are kept.
    await page.reload();
    await page.locator('.inside-raising li').nth(2).waitFor();
    await page.getByRole('combobox', { name: 'among' }).getByText('3 pictures').waitFor({ state: 'attached' });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('opens a model that was compiled with metrics that pages do not count', async () => {
    const net = sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, name: 'strokes', inputShape: [28, 28, 1] }),
        layers.flatten(),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['auc', 'f1Score', 'accuracy'] });
    const file = join(folder, 'measured.safetensors');
    await writeFile(file, await net.toBytes());
    await net.dispose();
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit');
    await whyOf(page).getByRole('listitem').first().waitFor();
    await page.locator('input[accept*=onnx]').setInputFiles(file);
    await page.waitForURL(/model=file:[0-9a-f]{16}/);
    await page.getByRole('link', { name: /^strokes / }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('looks through the pictures of a data set of the server that are no files, and opens one', async () => {
    const { page, problems } = await studio.open(
      '#/inside?model=digits&picture=digit&layer=conv2&map=9&at=5,6&show=looks&from=data:mnist',
    );
    const raising = page.locator('.inside-raising li');
    await raising.nth(11).waitFor();
    const numbers = (await raising.locator('.number').allInnerTexts()).map(read);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    await raising.first().getByRole('button').click();
    await page.waitForURL(/picture=file:[0-9a-f]{16}/);
    await expect.poll(async () => read(await page.locator('.inside-value').innerText())).toBeCloseTo(numbers[0], 1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('measures every method on the picture, best first, and keeps it in the address', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&method=saliency');
    const why = whyOf(page);
    await why.getByRole('button', { name: 'Measure every method' }).click();
    await page.waitForURL(/compare=on/);
    const table = why.getByRole('table');
    await why.locator('section[aria-busy="false"]').getByRole('table').waitFor();
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.title || cell.textContent)),
      );
    expect(rows).toHaveLength(16);
    const measured = rows.filter((row) => row.length === 4);
    expect(measured.length).toBeGreaterThan(12);
    const merits = measured.map(([, insertion, deletion]) => Number(insertion) - Number(deletion));
    expect(merits).toEqual(merits.toSorted((a, b) => b - a));
    expect(Number(measured[0][1])).toBeGreaterThan(Number(measured[0][2]));
    // Those that the model does not allow stand last, with the reason.
    expect(rows.slice(measured.length).every((row) => row[1] === 'not for this model')).toBe(true);
    await table.getByRole('button').first().click();
    await page.waitForURL(new RegExp(`method=${measured[0][0]}|inside\\?(?!.*method=)`));
    await why.getByRole('heading', { name: `${measured[0][0]} for` }).waitFor();
    await page.reload();
    await why.locator('section[aria-busy="false"]').getByRole('table').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('says what a number can see of the picture, and what it does see', async () => {
    const { page, problems } = await studio.open(
      '#/inside?model=digits&picture=digit&layer=conv2&map=3&at=5,5&show=field',
    );
    // Two 3×3 kernels with a pooling between them: 3 + 1 + 2 · 2.
    const said = await page.getByText(/By the layers’ windows it can see 8×8 pixels/).innerText();
    const [, side] = /about (\d+)×\1 of them count/.exec(said)!;
    expect(Number(side)).toBeGreaterThan(1);
    expect(Number(side)).toBeLessThanOrEqual(8);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('puts two pictures, or two classes, side by side', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&beside=picture');
    await whyOf(page).getByRole('heading', { name: 'grad-cam for 3' }).waitFor();
    await whyOf(page).getByRole('heading', { name: 'grad-cam for 8' }).waitFor();
    await whyOf(page).getByRole('heading', { name: 'Top five of the second' }).waitFor();
    expect(await page.locator('.inside-opened figure canvas').count()).toBe(2);
    // The same map of both.
    await page.getByRole('link', { name: /^conv2 / }).click();
    await page.getByRole('img', { name: 'second: conv2, map 1' }).waitFor();
    await page.goto(`${studio.address}#/inside?model=digits&picture=digit&beside=class`);
    await whyOf(page).getByRole('heading', { name: 'grad-cam for 8' }).waitFor();
    const second = page.getByRole('combobox', { name: 'second' });
    await second.fill('5');
    await second.press('Enter');
    await page.waitForURL(/target2=5/);
    await whyOf(page).getByRole('heading', { name: 'grad-cam for 5' }).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('changes layers and pixels by keys, and keeps them in the address', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=digit&layer=conv1&map=1&at=5,5');
    await whyOf(page).getByText('conv1 map 2 (6, 6)').waitFor();
    await page.keyboard.press('ArrowRight');
    await whyOf(page).getByText('conv1 map 2 (6, 7)').waitFor();
    await page.waitForURL(/at=5,6/);
    await page.keyboard.press(']');
    await whyOf(page).getByText('relu1 map').waitFor();
    await whyOf(page).getByText('ReLU: a function of one number').waitFor();
    await page.reload();
    await whyOf(page).getByText('relu1 map').waitFor();
    await page.keyboard.press('[');
    await whyOf(page).getByText('conv1 map').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(!executable || !data)(`Inside SqueezeNet${reason || ' (needs STRIATE_DATA)'}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  it('T15: the elephants are elephants', async () => {
    const { page, problems } = await studio.open('#/inside?model=squeezenet1_1&picture=elephants&method=grad-cam');
    const first = whyOf(page).getByRole('listitem').first();
    await first.waitFor();
    expect((await first.innerText()).replace(/\s+/g, ' ')).toBe('African elephant 0.68');
    const said = await whyOf(page)
      .getByText(/of the map lies on the boxes/)
      .innerText();
    expect(Number(/^(\d+) %/.exec(said)![1])).toBeGreaterThanOrEqual(65);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('a dropped ONNX file is explained: its classes, a heat map, and a number down to the picture', async () => {
    const { page, problems } = await studio.open('#/inside?model=digits&picture=elephants');
    await whyOf(page).getByRole('listitem').first().waitFor();
    const file = join(data!, 'pretrained/squeezenet1_1-imagenet.onnx');
    await page.locator('input[accept*=onnx]').setInputFiles(file);
    await page.waitForURL(/model=file:[0-9a-f]{16}/);
    await whyOf(page).getByText('African elephant', { exact: true }).waitFor();
    await whyOf(page).getByText('grad-cam for African elephant').waitFor();
    await page.getByRole('link', { name: /^features\.3\.expand3x3 / }).click();
    await whyOf(page).getByText('Conv2D: a sum of products').waitFor();
    const path = page.getByRole('navigation', { name: 'Path from the answer down to the picture' });
    await path.getByText('picture').waitFor();
    // Down along the strongest product, and back up.
    await page.keyboard.press('d');
    await whyOf(page).getByText('features.3.squeeze_activation.relu map').waitFor();
    await page.keyboard.press('u');
    await whyOf(page).getByText('features.3.expand3x3 map').waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('every method makes a map', async () => {
    const { page, problems } = await studio.open('#/inside?model=squeezenet1_1&picture=elephants&method=none');
    await whyOf(page).getByRole('listitem').first().waitFor();
    const methods = page.getByRole('combobox', { name: 'method' });
    // Those that look at hundreds of changed pictures are the library's, and tested there.
    const slow = ['none', 'score-cam', 'ablation-cam', 'occlusion', 'rise', 'cam'];
    for (const name of await methods.locator('option').allInnerTexts()) {
      if (slow.includes(name)) continue;
      await methods.selectOption(name);
      await whyOf(page)
        .getByRole('heading', { name: `${name} for African elephant` })
        .waitFor();
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

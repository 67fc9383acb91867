import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { exportOnnx, layers, sequential, type ModelSummary } from 'striate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { counted } from './counted.js';
import { startStudioInChromium, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What `striate summary` says of a model. */
async function summaryOf(name: string): Promise<ModelSummary> {
  const words = ['bin/striate.js', 'summary', name, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, maxBuffer: 1e8 });
  return JSON.parse(stdout) as ModelSummary;
}

const count = (value: number): string => value.toLocaleString('en-US');

/** The models of the table from its top. */
const order = (page: Page): Promise<string[]> =>
  page.locator('tr[data-model]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-model')!));

describe.skipIf(!executable)(`Architectures${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  it('says of models what `striate summary` says of them', async () => {
    const { page, problems } = await studio.open('#/architectures');
    for (const name of ['resnet50', 'squeezenet1_1', 'mobilenet_v2', 'googlenet', 'mnist_cnn']) {
      const summary = await summaryOf(name);
      await page.goto(`${studio.address}#/architectures?models=${name}&at=${name}`);
      const fact = (said: string): Promise<string> =>
        whyOf(page).locator('dl > div').filter({ hasText: said }).locator('dd.number').innerText();
      await whyOf(page).getByRole('heading', { name, exact: true }).waitFor();
      await whyOf(page).getByText(count(summary.flops)).waitFor();
      expect(await fact('parameters')).toBe(count(summary.parameters));
      expect(await fact('multiply-adds')).toBe(count(summary.multiplyAdds));
      expect(await fact('FLOPs')).toBe(count(summary.flops));
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('opens a block: its layers with shapes, parameters and receptive fields, as the summary has them', async () => {
    const { page } = await studio.open('#/architectures?models=resnet50,mobilenet_v2');
    const summary = await summaryOf('resnet50');
    const blocks = page.locator('.blocks[data-model=resnet50] .block');
    await blocks.first().waitFor();
    await blocks.first().click();
    await page.waitForURL(/block=resnet50\/0/);
    await whyOf(page).getByRole('heading', { name: 'A block of resnet50' }).waitFor();
    const [first] = summary.layers;
    const shown = whyOf(page).locator('li').filter({ hasText: first.name }).first();
    const text = await shown.innerText();
    expect(text).toContain(first.type);
    expect(text).toContain(first.output.join('×'));
    expect(text).toContain(count(first.parameters));
    expect(text).toContain(first.receptiveField!.join('×'));
    // Blocks by the keyboard; the address alone opens the same.
    await page.keyboard.press(']');
    await page.waitForURL(/block=resnet50\/1/);
    await page.reload();
    await whyOf(page).getByText('pooling').first().waitFor();
    await page.keyboard.press('Escape');
    await whyOf(page).getByRole('heading', { name: 'resnet50', exact: true }).waitFor();
    await page.context().close();
  });

  it('puts parts whose maps are of one size in one line', async () => {
    const { page } = await studio.open('#/architectures?models=resnet50,mobilenet_v2,vgg16');
    await page.locator('.blocks[data-model=vgg16] .block').first().waitFor();
    const tops = (model: string): Promise<Record<string, number>> =>
      page.locator(`.blocks[data-model=${model}] .block`).evaluateAll((blocks) => {
        const found: Record<string, number> = {};
        for (const block of blocks) {
          const [rows] = block.querySelector('.shape')!.textContent.split('×');
          found[rows] ??= Math.round(block.parentElement!.getBoundingClientRect().top);
        }
        return found;
      });
    await page.locator('.blocks[data-model=resnet50] .block').first().waitFor();
    await page.locator('.blocks[data-model=mobilenet_v2] .block').first().waitFor();
    const [one, two, three] = [await tops('resnet50'), await tops('mobilenet_v2'), await tops('vgg16')];
    for (const rows of ['112', '56', '28', '14', '7']) expect([two[rows], three[rows]]).toEqual([one[rows], one[rows]]);
    await page.context().close();
  });

  it('sorts by any column, either way, and keeps it in the address', async () => {
    const { page } = await studio.open('#/architectures');
    await counted(page);
    expect((await order(page)).slice(0, 2)).toEqual(['efficientnet_b7', 'efficientnet_b6']);
    await page.getByRole('columnheader', { name: 'multiply-adds' }).getByRole('button').click();
    await page.waitForURL(/sort=multiply-adds&order=up/);
    expect((await order(page))[0]).toBe('mnist_dense');
    await page.getByRole('columnheader', { name: 'multiply-adds' }).getByRole('button').click();
    await page.waitForURL((url) => !url.hash.includes('order=up'));
    expect((await order(page))[0]).toBe('efficientnet_b7');
    expect(await page.getByRole('columnheader', { name: 'multiply-adds' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    for (const [sort, first] of [
      ['year', 'lenet5'],
      ['depth', 'mnist_dense'],
      ['parameters', 'lenet5'],
      ['name', 'alexnet'],
    ]) {
      await page.goto(`${studio.address}#/architectures?sort=${sort}&order=up`);
      await page.locator(`tbody tr:first-child[data-model=${first}]`).waitFor();
    }
    await page.context().close();
  });

  it('chooses by the table, the plot and the keyboard; a fourth takes the place of the first', async () => {
    const { page } = await studio.open('#/architectures?models=resnet50,mobilenet_v2,vgg16&sort=name&order=up');
    await counted(page);
    await page.getByRole('button', { name: 'densenet121: side by side' }).click();
    await page.waitForURL(/models=mobilenet_v2,vgg16,densenet121/);
    await page.locator('.blocks[data-model=densenet121] .block').first().waitFor();
    await page.locator('.point').filter({ hasText: 'vgg19: ' }).locator('circle').click();
    await page.waitForURL(/models=vgg16,densenet121,vgg19/);
    await page.keyboard.press('ArrowUp');
    await whyOf(page).getByRole('heading', { name: 'vgg16_bn' }).waitFor();
    await page.keyboard.press('c');
    await page.waitForURL(/models=densenet121,vgg19,vgg16_bn/);
    await page.goBack();
    await page.waitForURL(/models=vgg16,densenet121,vgg19/);
    await page.getByRole('combobox', { name: 'Against' }).selectOption('year');
    await page.getByRole('img', { name: /accuracy against year/ }).waitFor();
    expect(
      await page
        .getByRole('img', { name: /accuracy against year/ })
        .locator('.point')
        .count(),
    ).toBeGreaterThan(35);
    await page.context().close();
  });

  it('shows a dropped ONNX file beside the zoo, and keeps it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'striate-architectures-'));
    try {
      const net = sequential([
        layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [20, 20, 3], activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 4 }),
      ]);
      const file = join(folder, 'mine.onnx');
      await writeFile(file, await exportOnnx(net));
      const { page, problems } = await studio.open('#/architectures?models=mnist_cnn');
      await page.locator('input[type=file]').setInputFiles(file);
      await page.waitForURL(/models=mnist_cnn,file:[0-9a-f]{16}/);
      await whyOf(page).getByRole('heading', { name: 'mine.onnx' }).waitFor();
      await whyOf(page).getByText(count(net.summarize().parameters)).waitFor();
      await whyOf(page).getByText(count(net.summarize().multiplyAdds)).waitFor();
      await page.locator('.blocks[data-model^=file] .block').first().waitFor();
      await page.reload();
      await whyOf(page).getByRole('heading', { name: 'mine.onnx' }).waitFor();
      await page
        .locator('tr[data-model^=file]')
        .getByText(/mine\.onnx/)
        .waitFor();
      expect(problems).toEqual([]);
      // Elsewhere the link says what to drop.
      const other = await studio.open(new URL(page.url()).hash);
      await other.page.getByText('This browser does not have this file; drop it here.').waitFor();
      await other.page.context().close();
      // What is no model says so.
      await writeFile(join(folder, 'broken.onnx'), 'no model');
      await page.locator('input[type=file]').setInputFiles(join(folder, 'broken.onnx'));
      await whyOf(page).getByRole('alert').getByText('broken.onnx').waitFor();
      await page.context().close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('measures on this device: the time goes into the table and the plot, and outlives a reload', async () => {
    const { page, problems } = await studio.open('#/architectures?models=mobilenet_v2,squeezenet1_1&by=time');
    await page.getByText('No time is measured yet').waitFor();
    await page.getByRole('button', { name: 'Measure these' }).click();
    await page.locator('.point').nth(1).waitFor();
    const cell = page.locator('tr[data-model=mobilenet_v2] td.time');
    expect(await cell.innerText()).toMatch(/^\d+(\.\d)? ms$/);
    const before = await cell.innerText();
    await page.reload();
    await cell.getByText(before).waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('passes a camera’s frame through mobilenet_v2 and says how long it took', async () => {
    const { page, problems } = await studio.open('#/architectures');
    await counted(page);
    await page.getByRole('button', { name: 'Frame test' }).click();
    const result = page.getByText(/ms a frame/);
    await result.waitFor();
    expect(await result.innerText()).toMatch(/^[\d.]+ ms/);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

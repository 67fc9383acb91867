import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits, type PictureSet } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { startStudioInChromium, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the command line. */
async function striate(words: readonly string[], cwd = root): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'bin/striate.js'), ...words], { cwd });
  return stdout;
}

/** Bytes in the format of MNIST's files: https://yann.lecun.org/exdb/mnist/ */
function idx(sizes: readonly number[], bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  head.setUint32(0, 0x0800 + sizes.length);
  sizes.forEach((size, i) => head.setUint32(4 + 4 * i, size));
  return Buffer.concat([new Uint8Array(head.buffer), bytes]);
}

/** MNIST's four files, of drawn digits. */
async function writeMnist(
  folder: string,
  parts: { readonly train: PictureSet; readonly test: PictureSet },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, set] of [
    ['train', parts.train],
    ['t10k', parts.test],
  ] as const) {
    const { x, y } = set.arrays;
    await writeFile(join(folder, `${name}-images-idx3-ubyte.gz`), idx([set.size, 28, 28], x.data as Uint8Array));
    await writeFile(join(folder, `${name}-labels-idx1-ubyte.gz`), idx([set.size], Uint8Array.from(y.data)));
  }
}

/** CIFAR-10's files: pictures of a colour each, some of which lie. */
async function writeCifar(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, count: number): Promise<void> => {
    const bytes = new Uint8Array(count * 3073);
    for (let i = 0; i < count; i++) {
      const label = i % 10;
      bytes[i * 3073] = label;
      const shown = i % 7 === 0 ? (label + 3) % 10 : label;
      for (let p = 0; p < 1024; p++) {
        bytes[i * 3073 + 1 + p] = 25 * shown;
        bytes[i * 3073 + 1025 + p] = 255 - 25 * shown;
        bytes[i * 3073 + 2049 + p] = (p * (shown + 1)) % 256;
      }
    }
    return writeFile(join(folder, name), bytes);
  };
  await Promise.all([write('data_batch_1.bin', 300), write('test_batch.bin', 110)]);
}

/** A folder of pictures in its parts: drawn digits, of which three classes are kept. */
async function writeFolder(
  folder: string,
  parts: { readonly train: PictureSet; readonly test: PictureSet },
): Promise<void> {
  const write = async (part: string, set: PictureSet): Promise<void> => {
    const { x, y } = set.arrays;
    for (let i = 0; i < set.size; i++) {
      if (y.data[i] > 2) continue;
      const place = join(folder, part, ['zero', 'one', 'two'][y.data[i]]);
      await mkdir(place, { recursive: true });
      const raw = { width: 28, height: 28, channels: 1 } as const;
      await sharp(x.data.slice(784 * i, 784 * (i + 1)) as Uint8Array, { raw })
        .png()
        .toFile(join(place, `${i}.png`));
    }
  };
  await write('train', parts.train);
  await write('validation', parts.test);
}

describe.skipIf(!executable)(`Runs in Mistakes${reason}`, () => {
  let folder: string;
  let studio: StudioInChromium;
  /** What a run is right of, of 100, as \`striate evaluate\` says. */
  const accuracies = new Map<string, number>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'striate-runs-'));
    const at = (...names: string[]): string => join(folder, ...names);
    const drawn = digits({ seed: 5, train: 400, test: 120 });
    await Promise.all([
      writeMnist(at('data', 'letters'), drawn),
      writeCifar(at('data', 'colours')),
      writeFolder(at('data', 'photos', 'few'), drawn),
      writeFolder(at('elsewhere'), drawn),
    ]);
    const runs = {
      digits: 'digits',
      letters: at('data', 'letters'),
      colours: at('data', 'colours'),
      few: at('data', 'photos', 'few'),
      elsewhere: at('elsewhere'),
    };
    for (const [name, data] of Object.entries(runs)) {
      const words = ['--data', data, '--model', 'mnist_dense', '--epochs', '1', '--batch', '50', '--threads', '1'];
      await striate(['train', ...words, '--out', at('runs', name)]);
      const said = await striate(['evaluate', at('runs', name, 'best.safetensors'), '--data', data, '--json']);
      accuracies.set(name, (JSON.parse(said) as { test: { accuracy: number } }).test.accuracy);
    }
    studio = await startStudioInChromium(executable!, ['--runs', at('runs'), '--data', at('data')]);
  });
  afterAll(async () => {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  });

  const heading = (page: Page): ReturnType<Page['getByRole']> =>
    page.getByRole('region', { name: 'pictures, worst first' }).getByRole('heading');
  const pictures = async (page: Page): Promise<number> => {
    await heading(page).waitFor();
    return Number(/(\d+) pictures?$/.exec(await heading(page).innerText())![1]);
  };

  it.each([
    ['digits', 2000],
    ['letters', 120],
    ['colours', 110],
    ['few', 36],
  ])('a run on %s is judged on the pictures it was tested on, by its name alone', async (name, size) => {
    const { page, problems } = await studio.open('#/mistakes?show=all');
    await page.getByRole('combobox', { name: 'Model' }).selectOption(name);
    await page.waitForURL(/run=/);
    await page.getByRole('heading', { name: `${size} pictures` }).waitFor();
    await page.getByRole('combobox', { name: 'show' }).selectOption('mistakes');
    await page.waitForURL((url) => !url.href.includes('show=all'));
    const wrong = await pictures(page);
    expect(1 - wrong / size).toBeCloseTo(accuracies.get(name)!, 6);
    // Something is wrong in each, so that there is something to look at.
    expect(wrong).toBeGreaterThan(0);
    await page.locator('.mistakes-tile .picture').first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('what a folder’s pictures are called is in the difference file, which the run’s own call takes', async () => {
    const { page, problems } = await studio.open('#/mistakes?run=few&data=run&show=all');
    expect(await pictures(page)).toBe(36);
    await page.locator('.mistakes-tile').first().click();
    await page.getByRole('combobox', { name: 'relabel as' }).selectOption('two');
    const command = await page.locator('.mistakes-again code').innerText();
    expect(command).toMatch(/^striate train --data \S+few --model mnist_dense --epochs 1 --labels labels.csv$/);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const place = join(folder, 'again');
    await mkdir(place);
    await (await downloading).saveAs(join(place, 'labels.csv'));
    expect(await readFile(join(place, 'labels.csv'), 'utf8')).toMatch(
      /^part,index,file,decision,label,was\nvalidation,\d+,validation\/\w+\/\d+\.png,relabel,two,\w+\n$/,
    );
    await striate(command.split(' ').slice(1).concat('--out', 'run'), place);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it('of a run whose data lie elsewhere it says what to do, and judges it on a folder that is opened', async () => {
    const { page } = await studio.open('#/mistakes?run=elsewhere&data=run');
    await page.getByText(/elsewhere: learned from .*elsewhere', which does not lie in the folder/).waitFor();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open a folder of photos …' }).click();
    await (await choosing).setFiles(join(folder, 'elsewhere'));
    await page.waitForURL(/data=photos:/);
    await heading(page).waitFor();
    expect(1 - (await pictures(page)) / 36).toBeCloseTo(accuracies.get('elsewhere')!, 6);
    await page.context().close();
  });

  it('a model that is opened is judged on a folder of the server', async () => {
    const { page, problems } = await studio.open('#/mistakes');
    await heading(page).waitFor();
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open a model …' }).click();
    await (await choosing).setFiles(join(folder, 'runs', 'colours', 'best.safetensors'));
    await page.waitForURL(/model=file/);
    await page.getByRole('combobox', { name: 'of', exact: true }).selectOption('colours');
    await page.waitForURL(/data=data/);
    await page.getByRole('button', { name: /^airplane taken for airplane/ }).waitFor();
    expect(1 - (await pictures(page)) / 110).toBeCloseTo(accuracies.get('colours')!, 6);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

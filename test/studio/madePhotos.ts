import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { layers, PictureSet, sequential, Tensor } from '../../src/index.node.js';

/** Why tests that measure Chromium's memory, as Linux alone tells it, are left out; undefined where they are not. */
export function reasonWithoutMemory(executable: string | undefined): string | undefined {
  if (!executable) return 'no chromium found; install it or set CHROMIUM_PATH';
  return process.platform === 'linux' ? undefined : 'memory is measured as Linux tells it';
}

const classes = 50;
/** Photographs of a class, but those to have learned from. */
const each = 200;
const side = 32;

/** A made photograph: stripes of a colour and a direction, which make its class, and chance. */
function stripes(label: number, chance: number, width: number, height: number): Uint8Array {
  const random = ((): (() => number) => {
    let state = (chance + 1) * 2654435761;
    return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  })();
  const hue = ((label % 10) + 0.4 * random()) / 10;
  const angle = (Math.PI * (Math.floor(label / 10) + 0.5 * random())) / 5;
  const phase = 6 * random();
  const bytes = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * 24) / width + phase);
      for (let c = 0; c < 3; c++) {
        const colour = 0.5 + 0.5 * Math.cos(2 * Math.PI * (hue + c / 3));
        bytes[3 * (y * width + x) + c] = 255 * (0.2 + 0.6 * colour * (0.6 + 0.4 * wave)) * (0.85 + 0.15 * random());
      }
    }
  }
  return bytes;
}

export const classNames = Array.from({ length: classes }, (_, k) => `class${String(k).padStart(2, '0')}`);

/**
 * A small network that has learned the classes for a moment, so that it mistakes many.
 *
 * @param names what it calls the classes
 */
export async function writeModel(path: string, names: readonly string[] = classNames): Promise<void> {
  const count = 20 * classes;
  const x = new Uint8Array(count * side * side * 3);
  const y = Int32Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) x.set(stripes(y[i], 100_000 + i, side, side), i * side * side * 3);
  const set = new PictureSet({
    name: 'stripes',
    x: new Tensor('uint8', [count, side, side, 3], x),
    y: new Tensor('int32', [count], y),
    classNames: names,
  });
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, activation: 'relu', inputShape: [side, side, 3] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 64, activation: 'relu' }),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
    seed: 1,
  });
  model.classNames = names;
  model.preprocessing = { size: [side, side] };
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(set, { epochs: 12, batchSize: 50, seed: 1, verbose: 0 });
  await model.save(path);
  await model.dispose();
}

/** 10,000 photographs to judge, and a few to have learned from, in folders. */
export async function writePhotos(folder: string): Promise<void> {
  const write = async (part: string, label: number, n: number): Promise<void> => {
    const raw = { width: 96, height: 72, channels: 3 } as const;
    const chance = label * each + n + (part === 'train' ? 500_000 : 0);
    const jpeg = await sharp(stripes(label, chance, 96, 72), { raw })
      .jpeg({ quality: 80 })
      .toBuffer();
    await writeFile(join(folder, part, classNames[label], `${n}.jpg`), jpeg);
  };
  for (let label = 0; label < classes; label++) {
    for (const part of ['train', 'validation']) await mkdir(join(folder, part, classNames[label]), { recursive: true });
    await write('train', label, 0);
    await Promise.all(Array.from({ length: each }, (_, n) => write('validation', label, n)));
  }
}

/** The most memory that a page's process has had so far, in bytes, as Linux tells it. */
export async function peakMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  const peaks = await Promise.all(
    pages.map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]);
    }),
  );
  return Math.max(...peaks);
}

import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/pictures/decodePicture.js';
import { pictureLimits } from '../../../src/pictures/pictureHeader.js';
import type { PictureGeometry } from '../../../src/pictures/pictureGeometry.js';
import { Random } from '../../../src/index.js';
import { findChromium, launchChromium, openPage, servePackage, type StaticServer } from './chromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

const side = 40;
const geometry: PictureGeometry = {
  height: side,
  width: side,
  channels: 3,
  fit: 'crop',
  margin: 1,
  interpolation: 'bilinear',
};

/** Waves with some noise, and opacity where there are four channels. */
function picture(width: number, height: number, channels: 3 | 4): Sharp {
  const random = new Random(width);
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
    if (c === 3) return x < width / 2 ? 255 : 0;
    return 128 + 90 * Math.sin(x / (9 + c)) * Math.cos(y / (7 + c)) + random.uniform(-30, 30);
  });
  return sharp(data, { raw: { width, height, channels } });
}

const wide = readFile(new URL('../../fixtures/pictures/icc_p3.png', import.meta.url));

/** Files of two classes, and by how much a browser's pixels may differ from Node's: on average, and at most. */
const files = {
  'one/colours.png': { bytes: picture(150, 111, 3).png().toBuffer(), mean: 0, most: 0 },
  'one/transparent.png': { bytes: picture(90, 130, 4).png().toBuffer(), mean: 0, most: 0 },
  // Decoders of JPEG may round differently.
  'two/photo.jpg': { bytes: picture(200, 150, 3).jpeg({ quality: 92 }).toBuffer(), mean: 1, most: 6 },
  'two/turned.jpg': {
    bytes: picture(180, 120, 3).withMetadata({ orientation: 6 }).jpeg({ quality: 92 }).toBuffer(),
    mean: 1,
    most: 6,
  },
  // Six times as large as what is wanted: halved first, by the browser's own rule.
  // A profile, which a browser would apply unless told otherwise.
  'two/wide.png': { bytes: wide, mean: 0, most: 0 },
  'two/large.png': { bytes: picture(520, 400, 3).png().toBuffer(), mean: 2, most: 16 },
} as const;

describe.skipIf(!executable)(`pictures in Chromium${reason}`, () => {
  let browser: Browser;
  let server: StaticServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(executable!), servePackage(true)]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('have the numbers that they have in Node', async () => {
    const page = await openPage(browser);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${server.origin}/index.html`);
    const given = await Promise.all(
      Object.entries(files).map(async ([path, { bytes }]) => [path, (await bytes).toString('base64')] as const),
    );
    const seen = await page.evaluate<Record<string, number[]>>(`(async () => {
      const { imageFiles } = await import('/dist/index.js');
      const files = await Promise.all(${JSON.stringify(given)}.map(async ([path, base64]) => ({
        path: 'photos/' + path,
        file: await (await fetch('data:application/octet-stream;base64,' + base64)).blob(),
      })));
      const { train } = await imageFiles(files, { size: [${side}, ${side}], validationSplit: 0 });
      const seen = {};
      for (let i = 0; i < train.size; i++) {
        const x = new Float32Array(${side * side * 3});
        await train.fill(Int32Array.of(i), x, new Int32Array(1));
        seen[train.path(i)] = Array.from(x, (value) => Math.round(value * 255));
      }
      return seen;
    })()`);
    expect(problems).toEqual([]);
    expect(Object.keys(seen).sort()).toEqual(Object.keys(files).sort());
    for (const [path, { bytes, mean, most }] of Object.entries(files)) {
      const { data } = await decodePicture(await bytes, geometry, pictureLimits);
      const differences = Array.from(data, (byte, i) => Math.abs(byte - seen[path][i]));
      const average = differences.reduce((a, b) => a + b, 0) / differences.length;
      expect(average, path).toBeLessThanOrEqual(mean);
      expect(Math.max(...differences), path).toBeLessThanOrEqual(most);
    }
  });
});

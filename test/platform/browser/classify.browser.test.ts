import sharp from 'sharp';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify, layers, sequential } from '../../../src/index.js';
import { findChromium, launchChromium, servePackage, type StaticServer } from './chromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** Whatever a page has a picture in, as an expression over `blob`. */
const sources = {
  address: 'URL.createObjectURL(blob)',
  blob: 'blob',
  bytes: 'new Uint8Array(await blob.arrayBuffer())',
  bitmap: 'await createImageBitmap(blob)',
  canvas: 'await canvas(blob)',
  'image data': '(await canvas(blob)).getContext("2d").getImageData(0, 0, 20, 12)',
  image: 'Object.assign(new Image(), { src: URL.createObjectURL(blob) })',
} as const;

describe.skipIf(!executable)(`classify in Chromium${reason}`, () => {
  let browser: Browser;
  let server: StaticServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(executable!), servePackage(true)]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('opens a model, and gives every kind of picture the answer that Node gives', async () => {
    const model = sequential({
      seed: 4,
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
        layers.globalAveragePooling2d(),
        layers.dense({ units: 3 }),
      ],
    });
    model.classNames = ['ant', 'bee', 'cat'];
    const picture = await sharp({ create: { width: 20, height: 12, channels: 3, background: '#c84' } })
      .png()
      .toBuffer();
    const expected = await classify(model, picture, { preprocessing: 'torch' });
    const saved = Buffer.from(await model.toBytes()).toString('base64');
    await model.dispose();
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${server.origin}/index.html`);
    const seen = await page.evaluate<Record<string, typeof expected>>(`(async () => {
      const { openModel, classify } = await import('/dist/index.js');
      const decoded = async (base64) => (await fetch('data:application/octet-stream;base64,' + base64)).blob();
      const canvas = async (picture) => {
        const drawn = new OffscreenCanvas(20, 12);
        drawn.getContext('2d').drawImage(await createImageBitmap(picture), 0, 0);
        return drawn;
      };
      const blob = await decoded('${picture.toString('base64')}');
      const opened = await openModel(await decoded('${saved}'), { preprocessing: 'torch' });
      const classified = {};
      ${Object.entries(sources)
        .map(([name, source]) => `classified['${name}'] = await classify(opened, ${source});`)
        .join('\n')}
      const many = await classify(opened, [blob, new Blob(['no picture'])]);
      classified.many = many[0].classes;
      classified.problem = many[1].problem;
      return classified;
    })()`);
    expect(problems).toEqual([]);
    const { problem, ...answers } = seen;
    expect(problem).toMatch(/not a picture/);
    expect(Object.keys(answers)).toEqual([...Object.keys(sources), 'many']);
    for (const classes of Object.values(answers)) {
      expect(classes.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
      classes.forEach(({ probability }, i) => expect(probability).toBeCloseTo(expected[i].probability, 4));
    }
  });
});

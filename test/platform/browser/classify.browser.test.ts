import sharp from 'sharp';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classify, layers, namedPreprocessing, preparePicture, sequential } from '../../../src/index.js';
import { findChromium, launchChromium, openPage, servePackage, type StaticServer } from './chromium.js';

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
  'canvas of the page': 'await pageCanvas(blob)',
  response: 'await fetch(URL.createObjectURL(blob))',
  video: 'await video(blob)',
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
    const page = await openPage(browser);
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
      const pageCanvas = async (picture) => {
        const drawn = Object.assign(document.createElement('canvas'), { width: 20, height: 12 });
        drawn.getContext('2d').drawImage(await createImageBitmap(picture), 0, 0);
        return drawn;
      };
      const video = async (picture) => {
        const shown = document.createElement('video');
        shown.muted = true;
        shown.srcObject = (await pageCanvas(picture)).captureStream(10);
        const first = new Promise((resolve) => shown.requestVideoFrameCallback(resolve));
        await shown.play();
        shown.srcObject.getVideoTracks()[0].requestFrame?.();
        await first;
        return shown;
      };
      const blob = await decoded('${picture.toString('base64')}');
      const opened = await openModel(await decoded('${saved}'), { preprocessing: 'torch' });
      const classified = {};
      ${Object.entries(sources)
        .map(([name, source]) => `classified['${name}'] = await classify(opened, ${source});`)
        .join('\n')}
      const { preparePicture } = await import('/dist/index.js');
      const prepared = {};
      const { preprocessing } = opened.preparation;
      ${Object.entries(sources)
        .map(([name, source]) => `prepared['${name}'] = [...(await preparePicture(${source}, preprocessing)).data];`)
        .join('\n')}
      classified.prepared = prepared;
      classified.refused = await preparePicture(document.body, preprocessing).catch((error) => error.message);
      const many = await classify(opened, [blob, new Blob(['no picture'])]);
      classified.many = many[0].classes;
      classified.problem = many[1].problem;
      return classified;
    })()`);
    expect(problems).toEqual([]);
    const { problem, prepared, refused, ...answers } = seen as typeof seen & { prepared: Record<string, number[]> };
    expect(refused).toMatch(/something that can be drawn on a canvas/);
    const { data } = await preparePicture(picture, namedPreprocessing('torch', [8, 8, 3]));
    expect(Object.keys(prepared)).toEqual(Object.keys(sources));
    for (const [name, numbers] of Object.entries(prepared)) {
      // A video has been through a format of its own.
      numbers.forEach((number, i) =>
        expect(Math.abs(number - data[i]), name).toBeLessThan(name === 'video' ? 0.2 : 1e-5),
      );
    }
    expect(problem).toMatch(/not a picture/);
    expect(Object.keys(answers)).toEqual([...Object.keys(sources), 'many']);
    for (const [name, classes] of Object.entries(answers)) {
      expect(classes.map((one) => one.name)).toEqual(expected.map((one) => one.name));
      classes.forEach(({ probability }, i) =>
        expect(probability).toBeCloseTo(expected[i].probability, name === 'video' ? 2 : 4),
      );
    }
  });
});

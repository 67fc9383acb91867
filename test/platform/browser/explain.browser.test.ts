import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activationsOf, explain, filterPatterns, layers, sequential, tensor } from '../../../src/index.js';
import { findChromium, launchChromium, servePackage, type StaticServer } from './chromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** What a map's numbers may differ by between a page and Node, as a share of the largest: the kernels are the same, threads are not. */
const tolerance = 1e-5;

const methods = [
  'grad-cam',
  'layer-cam',
  'saliency',
  'integrated-gradients',
  'smooth-grad',
  'occlusion',
  'rise',
] as const;

/** A picture without chance: the same numbers in the page and here. */
const numbers = Array.from({ length: 16 * 16 * 3 }, (_, i) => 0.5 + 0.5 * Math.sin(i * 0.37));

describe.skipIf(!executable)(`explanations in Chromium${reason}`, () => {
  let browser: Browser;
  let server: StaticServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(executable!), servePackage(true)]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('give the maps, patterns and activations that Node gives', async () => {
    const model = sequential({
      seed: 4,
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [16, 16, 3], name: 'first' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'last' }),
        layers.globalAveragePooling2d(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    const picture = tensor(numbers).reshape([16, 16, 3]);
    const expected: Record<string, readonly number[]> = {};
    for (const method of methods)
      expected[method] = [...(await explain(model, picture, { method, target: 1 })).map.data];
    const [pattern] = await filterPatterns(model, 'last', { filters: [2], steps: 8, seed: 3 });
    expected.pattern = [pattern.activation, pattern.noise];
    for (const [name, { data }] of await activationsOf(model, picture)) expected[`activation ${name}`] = [...data];
    const saved = Buffer.from(await model.toBytes()).toString('base64');
    await model.dispose();

    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${server.origin}/index.html`);
    const seen = await page.evaluate<typeof expected>(`(async () => {
      const { openModel, explain, filterPatterns, activationsOf, tensor } = await import('/dist/index.js');
      const saved = await (await fetch('data:application/octet-stream;base64,${saved}')).blob();
      const { model } = await openModel(saved);
      const numbers = Array.from({ length: 16 * 16 * 3 }, (_, i) => 0.5 + 0.5 * Math.sin(i * 0.37));
      const picture = tensor(numbers).reshape([16, 16, 3]);
      const found = {};
      for (const method of ${JSON.stringify(methods)}) {
        found[method] = [...(await explain(model, picture, { method, target: 1 })).map.data];
      }
      const [pattern] = await filterPatterns(model, 'last', { filters: [2], steps: 8, seed: 3 });
      found.pattern = [pattern.activation, pattern.noise];
      for (const [name, { data }] of await activationsOf(model, picture)) found['activation ' + name] = [...data];
      return found;
    })()`);
    expect(problems).toEqual([]);
    expect(Object.keys(seen)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest, name).toBeGreaterThan(0);
      expect(seen[name]).toHaveLength(values.length);
      // What an ascent of eight steps ends in carries the differences of all of them.
      const allowed = (name === 'pattern' ? 100 : 1) * tolerance * largest;
      values.forEach((value, i) => expect(Math.abs(seen[name][i] - value), name).toBeLessThan(allowed));
    }
  });
});

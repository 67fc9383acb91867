import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as striate from '../../../src/index.js';
import { besideIdleTimer } from '../idleTimer.js';
import { spread, trainDigits, type DigitsTraining } from '../trainDigits.js';
import { findChromium, launchChromium, openPage, servePackage, type StaticServer } from './chromium.js';

const steps = 20;
const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** Runs JavaScript in a page; given as text so that nothing translates its imports. */
function inPage<T>(page: Page, script: string): Promise<T> {
  return page.evaluate<T>(`(async () => { ${script} })()`);
}

const train = `
  const { trainDigits } = await import('/test/platform/trainDigits.ts');
  return trainDigits(await import('/dist/index.js'), { steps: ${steps} });`;

describe.skipIf(!executable)(`in Chromium${reason}`, () => {
  let browser: Browser;
  let node: DigitsTraining;
  beforeAll(async () => {
    browser = await launchChromium(executable!);
    node = await trainDigits(striate, { steps });
  });
  afterAll(() => browser?.close());

  const hosts = [
    { name: 'a cross-origin isolated page', isolated: true },
    { name: 'a page without shared memory', isolated: false },
  ];
  describe.each(hosts)('$name', ({ isolated }) => {
    let server: StaticServer;
    let page: Page;
    const problems: string[] = [];
    let training: DigitsTraining;
    beforeAll(async () => {
      server = await servePackage(isolated);
      page = await openPage(browser);
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      await page.goto(`${server.origin}/index.html`);
      training = await inPage(page, train);
    });
    afterAll(async () => {
      await page?.close();
      await server?.close();
    });

    it('uses what the page allows', async () => {
      expect(await inPage(page, 'return crossOriginIsolated;')).toBe(isolated);
      expect(training.engine).toMatchObject({ name: 'wasm', sharedMemory: isolated });
      if (isolated) expect(training.engine.threads).toBe(await inPage(page, 'return navigator.hardwareConcurrency;'));
      else expect(training.engine.threads).toBe(1);
    });

    it('trains the digit CNN with the losses that Node gets', () => {
      expect(training.losses).toHaveLength(steps);
      // The kernels are the same; a host that has no relaxed SIMD rounds products once more (1e-4 is the promise).
      for (const [step, loss] of training.losses.entries())
        expect(loss, `step ${step}`).toBeCloseTo(node.losses[step], 4);
      // And it learned: ten classes cost ln 10 = 2.3 before the first step.
      expect(training.losses[0]).toBeGreaterThan(2.1);
      expect(training.losses[steps - 1]).toBeLessThan(1.5);
    });

    it('predicts what Node predicts, also after saving to bytes and loading', () => {
      expect(training.predictions).toHaveLength(100);
      for (const [i, probability] of training.predictions.entries()) {
        expect(probability).toBeCloseTo(node.predictions[i], 3);
      }
      expect(training.reloaded).toEqual(training.predictions);
    });

    // Other programs may keep the machine from serving the page: an idle thread's timer is then late as well, and one of
    // six tries must do.
    it('keeps a 10 ms timer firing during fit', { retry: 5 }, async () => {
      const { result, idle } = await besideIdleTimer(() => inPage<DigitsTraining>(page, train));
      const { median, max } = spread(result.gaps);
      const late = spread(idle);
      expect(result.gaps.length).toBeGreaterThan(10);
      expect(median).toBeLessThan(2.5 * late.median);
      expect(max).toBeLessThan(90 + late.max);
    });

    it('reports no error of its own', () => {
      expect(problems).toEqual([]);
    });
  });

  it("says so when a worker's script cannot be loaded, instead of waiting for it", async () => {
    const server = await servePackage(true);
    const page = await openPage(browser);
    await page.route('**/worker.browser.js', (route) => route.abort());
    await page.goto(`${server.origin}/index.html`);
    await expect(inPage(page, train)).rejects.toThrow(/wasm engine: a worker failed: .*worker\.browser\.js/);
    await page.close();
    await server.close();
  });
});

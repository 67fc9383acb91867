import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOnnx, layers, sequential } from '../../src/index.node.js';
import { findChromium } from '../platform/browser/chromium.js';
import { barriers } from './barriers.js';
import { startStudioInChromium, watchProblems, whyOf, type StudioInChromium } from './studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';
const pages = fileURLToPath(new URL('../../dist/studio/pages/', import.meta.url));

const screens: Readonly<Record<string, BrowserContextOptions>> = {
  'wide, dark': { colorScheme: 'dark' },
  'wide, light, in Korean': { colorScheme: 'light', locale: 'ko-KR' },
  'a phone, dark, in Korean': { colorScheme: 'dark', locale: 'ko-KR', viewport: { width: 390, height: 844 } },
  'a phone, light': { colorScheme: 'light', viewport: { width: 390, height: 844 } },
};

describe.skipIf(!executable)(`the studio${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  it.each(Object.entries(screens))(
    'every page on a screen that is %s: nothing keeps anybody out, nothing fails',
    async (_, screen) => {
      const { page, problems } = await studio.open('', screen);
      const names = await page
        .locator('header nav a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
      expect(names).toContain('#/convolve');
      for (const name of names) {
        await page.goto(studio.address + name);
        await page.locator('main h1').waitFor();
        await page.locator('aside.why').getByRole('heading').first().waitFor();
        expect(await barriers(page)).toEqual([]);
        // Nothing is wider than the screen, and no page's name is cut off.
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        expect(
          await page
            .locator('header nav')
            .evaluate((nav) => nav.scrollWidth <= nav.clientWidth && nav.getBoundingClientRect().right <= innerWidth),
        ).toBe(true);
      }
      expect(problems).toEqual([]);
      await page.context().close();
    },
  );

  it('computes in threads on the isolated pages that it serves', async () => {
    const { page } = await studio.open('#/convolve');
    await page.getByText(/engine: \d+ threads?, wasm/).waitFor();
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.context().close();
  });

  it('is small: 1.5 MB unpacked, 620 kB as it travels, and 400 kB of compressed JavaScript at first load, the engine’s own among it', async () => {
    const { page } = await studio.open('icon.svg');
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body());
    });
    await page.goto(studio.address);
    await page.getByText(/engine: \d+ threads?, wasm/).waitFor();
    const bytes = (await Promise.all(scripts)).reduce((sum, script) => sum + gzipSync(script).length, 0);
    expect(scripts.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(400_000);
    const files = readdirSync(pages, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const whole = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(whole).toBeLessThan(1_500_000);
    const travelling = files.reduce(
      (sum, { parentPath, name }) => sum + gzipSync(readFileSync(join(parentPath, name))).length,
      0,
    );
    expect(travelling).toBeLessThan(620_000);
    await page.context().close();
  });

  it('changes its language and its ground, and keeps them when it is loaded again', async () => {
    const { page } = await studio.open('#/convolve', { colorScheme: 'light' });
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '합성곱' }).waitFor();
    await page.getByRole('button', { name: '어두운 화면' }).click();
    await page.reload();
    await page.getByRole('heading', { name: '합성곱' }).waitFor();
    expect(await page.evaluate('document.documentElement.dataset.theme + document.documentElement.lang')).toBe(
      'darkko',
    );
    await page.context().close();
  });

  it('lists its keys at a key, and says what there is where an address names no page', async () => {
    const { page } = await studio.open('#/convolve');
    await page.getByRole('heading', { name: 'Convolve' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('play or pause').waitFor();
    await page.keyboard.press('Escape');
    // The skip link comes first, and leads to the page; / leads to what can be chosen.
    await page.reload();
    await page.getByRole('heading', { name: 'Convolve' }).waitFor();
    await page.keyboard.press('Tab');
    const focused = (): Promise<string> =>
      page.evaluate(`document.activeElement.closest('aside')?.className ?? document.activeElement.textContent`);
    expect(await focused()).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('page');
    await page.keyboard.press('/');
    await expect.poll(focused).toMatch(/^what/);
    await page.goto(`${studio.address}#/<img src=x onerror=alert(1)>`);
    await page.getByText('There is no page').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await page.context().close();
  });

  it('says in Korean what it says itself and what the library says most, and marks as English what else that says', async () => {
    const { page } = await studio.open('#/architectures', { locale: 'ko-KR' });
    const picker = page.locator('input[type=file][accept*=".onnx"]');
    await picker.setInputFiles({ name: 'flowers.onnx', mimeType: '', buffer: Buffer.from('no model') });
    await page
      .getByText(/flowers\.onnx'?: 텍스트 파일입니다\. 어느 파일인지 확인하세요\./)
      .first()
      .waitFor();
    // What nobody meets often: an operator that is no layer.
    const net = sequential({ layers: [layers.dense({ units: 2, activation: 'relu', inputShape: [3] })], seed: 1 });
    const text = Buffer.from(await exportOnnx(net)).toString('latin1');
    const sorting = Buffer.from(text.replaceAll('Relu', 'TopK'), 'latin1');
    await picker.setInputFiles({ name: 'sorting.onnx', mimeType: '', buffer: sorting });
    const foreign = page.locator('[lang=en]').filter({ hasText: 'sorting.onnx' }).first();
    await foreign.waitFor();
    expect(await foreign.locator('xpath=..').innerText()).toMatch(/^이대로는 되지 않습니다/);
    await page.context().close();
  });

  it('keeps a dropped picture in the browser, under a name that outlives a reload', async () => {
    const { page } = await studio.open('#/convolve');
    await page
      .locator('input[type=file]')
      .setInputFiles(fileURLToPath(new URL('../fixtures/pictures/icc_p3.png', import.meta.url)));
    await page.waitForURL(/picture=file:[0-9a-f]{16}/);
    const said = await whyOf(page)
      .getByText(/positions, /)
      .innerText();
    await page.reload();
    await whyOf(page).getByText(said).waitFor();
    // Elsewhere the link says what to drop.
    const other = await studio.open(new URL(page.url()).hash);
    await other.page.getByText('this picture is not kept in this browser; drop its file here').waitFor();
    await other.page.context().close();
    await page.context().close();
  });
});

describe.skipIf(!executable)(`the studio as a folder of any web server${reason}`, () => {
  let studio: StudioInChromium;
  let server: Server;
  const types: Readonly<Record<string, string>> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
    '.gz': 'application/gzip',
  };
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
    server = createServer((request, response) => {
      const path = new URL(request.url!, 'http://localhost').pathname.replace(/^\/lectures\//, '') || 'index.html';
      try {
        const bytes = readFileSync(join(pages, path));
        response.writeHead(200, { 'content-type': types[extname(path)] }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await studio.close();
  });

  it('computes in one thread, in a folder below the root, and says quietly what is not there', async () => {
    const page = await (await studio.browser.newContext({ locale: 'en-US' })).newPage();
    const problems = watchProblems(page);
    await page.goto(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/lectures/#/convolve?picture=x&kernel=diagonal&mode=match`,
    );
    await whyOf(page).getByText('0.77 −0.11 0.11 0.33 0.55 −0.11 0.33').waitFor();
    await page.getByText('engine: 1 thread, wasm').waitFor();
    await page.getByText('without striate studio: your runs and data folders are not listed').waitFor();
    // Keras's files are read by the server of `striate studio` alone.
    const keras = { name: 'flowers.keras', mimeType: '', buffer: Buffer.from('…') };
    await page.goto(`${new URL(page.url()).origin}/lectures/#/architectures`);
    await page.locator('input[type=file][accept*=".keras"]').setInputFiles(keras);
    await page.getByText('npx striate import flowers.keras --output model.safetensors').waitFor();
    // The question whether there is a server is the one that fails.
    expect(problems.filter((problem) => !/api\/studio|404 \(Not Found\)|frame-ancestors/.test(problem))).toEqual([]);
    await page.context().close();
  });
});

import { cpSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, openPage } from '../platform/browser/chromium.js';
import { bundlers, root, run, serveWith, workplace, type Served, type Workplace } from './workplace.js';

const executable = findChromium();
const place = executable ? await workplace(bundlers) : 'no chromium found; install it or set CHROMIUM_PATH';
const reason = typeof place === 'string' ? ` (skipped: ${place})` : '';
const { folder, remove } = (typeof place === 'string' ? {} : place) as Workplace;

describe.skipIf(reason)(`examples/first-day/next-page, built by Next${reason}`, () => {
  const project = join(folder ?? '', 'next-page');
  const next = join(folder ?? '', '..', 'node_modules', '.bin', 'next');
  const threads = `(${availableParallelism()} threads)`;
  let served: Served;
  let picture: Buffer;

  beforeAll(async () => {
    cpSync(join(root, 'examples', 'first-day', 'next-page'), project, { recursive: true });
    const { code, output } = await run(project, next, ['build']);
    expect(code, output).toBe(0);
    expect(output).not.toMatch(/warn|can't resolve/i);
    served = await serveWith(project, next, ['start'], /Ready/);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="56" height="56">
      <rect width="56" height="56" fill="white"/><path d="M28 10V46" stroke="black" stroke-width="5"/></svg>`;
    picture = await sharp(Buffer.from(svg)).png().toBuffer();
  });
  afterAll(async () => {
    await served?.close();
    remove();
  });

  it('its route on the server names a picture, and says what is none', async () => {
    const ask = async (body: Uint8Array): Promise<{ status: number; said: unknown }> => {
      const answer = await fetch(`${served.origin}/api/classify`, { method: 'POST', body: new Uint8Array(body) });
      return { status: answer.status, said: await answer.json() };
    };
    const named = { name: '1', probability: expect.any(Number) as number, threads: availableParallelism() };
    expect(await ask(picture)).toEqual({ status: 200, said: named });
    const refused = { error: expect.stringMatching(/it is not a picture/) as string };
    expect(await ask(Buffer.from('hello'))).toEqual({ status: 400, said: refused });
  });

  it('its page names the picture, too, in Chromium', async () => {
    const browser = await launchChromium(executable!);
    try {
      const tab = await openPage(browser);
      const problems: string[] = [];
      tab.on('pageerror', (error) => problems.push(error.message));
      tab.on('response', (response) => {
        if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
      });
      await tab.goto(served.origin, { waitUntil: 'networkidle' });
      await tab.setInputFiles('input', { name: 'one.png', mimeType: 'image/png', buffer: picture });
      await tab.waitForFunction(`/threads?\\)/.test(document.querySelector('#page').textContent)`, null);
      expect(problems).toEqual([]);
      expect(await tab.textContent('#server')).toBe(`1 ${threads}`);
      expect(await tab.textContent('#page')).toBe(`1 ${threads}`);
      expect(await tab.evaluate('crossOriginIsolated')).toBe(true);
    } finally {
      await browser.close();
    }
  });
});

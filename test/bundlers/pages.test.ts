import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium, openPage } from '../platform/browser/chromium.js';
import { bundlers, root, run, serveFolder, serveWith, workplace, type Served, type Workplace } from './workplace.js';

const executable = findChromium();
const place = executable ? await workplace(bundlers) : 'no chromium found; install it or set CHROMIUM_PATH';
const reason = typeof place === 'string' ? ` (skipped: ${place})` : '';
const { folder, remove } = (typeof place === 'string' ? {} : place) as Workplace;

/** A program of the bundlers' folder. */
const tool = (name: string): string => join(folder, '..', 'node_modules', '.bin', name);

/** What the example's page came to. */
interface Seen {
  readonly isolated: boolean;
  readonly status: string | null;
  readonly answer: string | null;
  /** Errors of the page, and requests that were refused. */
  readonly problems: readonly string[];
}

describe.skipIf(reason)(`examples/first-day/vite-page in Chromium${reason}`, () => {
  let browser: Browser;
  const servers: Served[] = [];
  const page = join(folder ?? '', 'vite-page');
  /** Files that bundlers that do not follow `new URL(…, import.meta.url)` leave to be copied. */
  const engine = join(folder ?? '', 'node_modules', 'striate', 'dist', 'engine', 'wasm');

  beforeAll(async () => {
    browser = await launchChromium(executable!);
    cpSync(join(root, 'examples', 'first-day', 'vite-page'), page, { recursive: true });
    // For bundlers that read JavaScript alone.
    await run(page, tool('esbuild'), ['main.ts', '--outfile=main.js', '--log-level=error']);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all(servers.map((server) => server.close()));
    remove();
  });

  async function served(server: Promise<Served>): Promise<string> {
    const started = await server;
    servers.push(started);
    return started.origin;
  }

  /** Waits until the page has learnt, draws a 1, and reads the answer. */
  async function use(address: string): Promise<Seen> {
    const tab = await openPage(browser);
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(error.message));
    tab.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
    });
    const until = (id: string, begins: string): Promise<unknown> =>
      tab.waitForFunction(`document.querySelector('${id}').textContent.startsWith('${begins}')`, null, { timeout: 0 });
    await tab.goto(address);
    await until('#status', 'Ready').catch((error: unknown) => problems.push(String(error)));
    const paper = (await tab.locator('#paper').boundingBox())!;
    await tab.mouse.move(paper.x + 112, paper.y + 40);
    await tab.mouse.down();
    await tab.mouse.move(paper.x + 112, paper.y + 184, { steps: 16 });
    await tab.mouse.up();
    await until('#answer', 'It is').catch((error: unknown) => problems.push(String(error)));
    const seen = {
      isolated: await tab.evaluate<boolean>('crossOriginIsolated'),
      status: await tab.textContent('#status'),
      answer: await tab.textContent('#answer'),
      problems,
    };
    await tab.close();
    return seen;
  }

  const threads = availableParallelism() === 1 ? '1 thread' : `${availableParallelism()} threads`;
  const inThreads = {
    isolated: true,
    status: `Ready: computes with ${threads}.`,
    answer: expect.stringMatching(/^It is a 1 /) as string,
    problems: [],
  };
  const inOne = {
    ...inThreads,
    isolated: false,
    status: 'Ready: computes with 1 thread, as the page is not isolated.',
  };

  /** Writes the page of a bundle beside it, and uses it isolated and not. */
  async function useBundle(out: string, script: string): Promise<void> {
    const html = readFileSync(join(page, 'index.html'), 'utf8');
    writeFileSync(join(out, 'index.html'), html.replace('./main.ts', script));
    expect(await use(await served(serveFolder(out, { isolated: true })))).toEqual(inThreads);
    expect(await use(await served(serveFolder(out, { isolated: false })))).toEqual(inOne);
  }

  /** For esbuild and Rollup. */
  function copyEngine(to: string): void {
    for (const file of readdirSync(engine)) {
      if (/\.wasm$|^worker\.browser\.js$/.test(file)) cpSync(join(engine, file), join(to, file));
    }
  }

  it('is served by Vite’s development server', async () => {
    const origin = await served(serveWith(page, tool('vite'), [], /Local:/));
    expect(await use(origin)).toEqual(inThreads);
  });

  it('is built by Vite', async () => {
    const { code, output } = await run(page, tool('vite'), ['build']);
    expect(output).not.toMatch(/warn|didn't resolve|externalized/i);
    expect(code).toBe(0);
    expect(await use(await served(serveFolder(join(page, 'dist'), { isolated: true })))).toEqual(inThreads);
    expect(await use(await served(serveFolder(join(page, 'dist'), { isolated: false })))).toEqual(inOne);
  });

  it('is built by webpack', async () => {
    const config = `
      import webpack from 'webpack';
      const output = { path: new URL('webpack', import.meta.url).pathname, filename: 'bundle.js' };
      webpack({ mode: 'production', entry: './main.js', output, performance: { hints: false } }, (error, stats) => {
        if (error) throw error;
        const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
        console.log(JSON.stringify([...errors, ...warnings].map(({ message }) => message)));
      });`;
    writeFileSync(join(page, 'webpack.mjs'), config);
    const { output } = await run(page, process.execPath, ['webpack.mjs']);
    expect(JSON.parse(output)).toEqual([]);
    await useBundle(join(page, 'webpack'), './bundle.js');
  });

  it('is built by esbuild, with the engine’s files copied beside', async () => {
    const out = join(page, 'esbuild');
    const options = ['--bundle', '--minify', '--format=esm', '--splitting', `--outdir=${out}`];
    const { code, output } = await run(page, tool('esbuild'), ['main.ts', ...options, '--log-level=warning']);
    expect([code, output]).toEqual([0, '']);
    copyEngine(out);
    await useBundle(out, './main.js');
  });

  it('is built by Rollup, with the engine’s files copied beside', async () => {
    const out = join(page, 'rollup');
    const args = ['main.js', '--dir', out, '--plugin', 'node-resolve={browser:true}', '--failAfterWarnings'];
    const { code, output } = await run(page, tool('rollup'), args);
    expect(code, output).toBe(0);
    copyEngine(out);
    await useBundle(out, './main.js');
  });

  describe('where the engine’s files are not beside the script', () => {
    const out = join(page, 'elsewhere');
    const probe = `
      import { openEngine } from 'striate';
      globalThis.probe = async (assets) => {
        const engine = await openEngine('wasm', { threads: 2, assets });
        const { threads, sharedMemory } = engine.describe();
        await engine.close();
        return { threads, sharedMemory };
      };`;
    beforeAll(async () => {
      mkdirSync(join(out, 'engine'), { recursive: true });
      writeFileSync(join(page, 'probe.js'), probe);
      await run(page, tool('esbuild'), [
        'probe.js',
        '--bundle',
        '--format=esm',
        `--outdir=${out}`,
        '--log-level=error',
      ]);
      writeFileSync(
        join(out, 'index.html'),
        '<!doctype html><title>App</title><script type="module" src="/probe.js"></script>',
      );
      copyEngine(join(out, 'engine'));
    });

    it('the page says what was found there, and the option assets says where they are: a folder, or another server', async () => {
      const origin = await served(serveFolder(out, { isolated: true, pageForAll: true }));
      const other = await served(serveFolder(join(out, 'engine'), { isolated: true }));
      const tab = await openPage(browser);
      await tab.goto(origin);
      await tab.waitForFunction('globalThis.probe');
      const said = await tab.evaluate<string>('probe().then(String, (error) => error.message)');
      expect(said).toContain(`${origin}/kernels-relaxed.wasm: what was found there is not WebAssembly; received `);
      expect(said).toMatch(
        /of type text\/html that begin with '<!doctype html><title>App<\/title'; copy .*docs\/browser\.md/,
      );
      const missing = await tab.evaluate<string>(`probe('${other}/none').then(String, (error) => error.message)`);
      expect(missing).toContain(`${other}/none/kernels-relaxed.wasm: the server answered 404; copy `);
      for (const assets of ['/engine/', 'engine', `${origin}/engine`, `${other}/`]) {
        const opened = await tab.evaluate(`probe('${assets}')`);
        expect(opened, assets).toEqual({ threads: 2, sharedMemory: true });
      }
      await tab.close();
    });
  });
});

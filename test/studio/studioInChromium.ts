import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from '../platform/browser/chromium.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A studio that runs, as users start it, and a browser. */
export interface StudioInChromium {
  readonly address: string;
  readonly browser: Browser;
  /** Opens a state: `#/convolve?picture=x`. What goes wrong in the page is collected in `problems`. */
  open(state: string, options?: BrowserContextOptions): Promise<OpenedState>;
  close(): Promise<void>;
}

/** A page of the studio. */
export interface OpenedState {
  readonly page: Page;
  /** Errors, refused requests and violations of the policy, so far. */
  readonly problems: readonly string[];
}

/** Starts `striate studio` with options, in an environment, and Chromium. */
export async function startStudioInChromium(
  executable: string,
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<StudioInChromium> {
  const words = ['bin/striate.js', 'studio', '--no-open', '--port', '0', ...options];
  const child = spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      const found = /http:\S+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    child.on('exit', () => reject(new Error(said)));
  });
  // A camera that shows a test picture, for pages that ask for one.
  const browser = await launchChromium(executable, [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ]);
  return {
    address,
    browser,
    open: async (state, contextOptions) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-US',
        ...contextOptions,
      });
      const page = await context.newPage();
      // As long as a test may take.
      page.setDefaultTimeout(0);
      const problems = watchProblems(page);
      await page.goto(address + state);
      return { page, problems };
    },
    close: async () => {
      await browser.close();
      child.kill('SIGTERM');
    },
  };
}

/** Collects what goes wrong in a page. */
export function watchProblems(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  return problems;
}

/** The panel that says why, as text: found by its accessible name. */
export function whyOf(page: Page): ReturnType<Page['locator']> {
  return page.getByRole('complementary', { name: 'why' });
}

/** Moves the pointer over places of a map, one after another, and waits for the answer about each. */
export async function wanderOver(
  page: Page,
  map: string,
  places: readonly (readonly [number, number])[],
): Promise<void> {
  const canvas = page.getByRole('application', { name: map });
  const [, rows, columns] = /, (\d+) × (\d+)/.exec((await canvas.getAttribute('aria-label'))!)!.map(Number);
  const box = (await canvas.boundingBox())!;
  for (const [row, column] of places) {
    await page.mouse.move(box.x + ((column + 0.5) * box.width) / columns, box.y + ((row + 0.5) * box.height) / rows);
    await whyOf(page)
      .getByText(`(${row + 1}, ${column + 1})`)
      .waitFor();
  }
}

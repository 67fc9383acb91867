import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The Chromium to drive: CHROMIUM_PATH, or the first that the search path has; undefined where there is none. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return PATH.split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts Chromium with a profile of its own, and nothing that talks to the network by itself. */
export function launchChromium(executablePath: string, args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    timeout: 0,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/** Opens a page that waits as long as the test may take: on a busy machine, Playwright's half minute is too short. */
export async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  return page;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.ts': 'text/javascript',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
};

/** A page that may import the built library: the host's own files are chosen as a bundler would choose them. */
async function pageHtml(): Promise<string> {
  const { imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, { default: string }>;
  };
  const chosen = Object.entries(imports).map(([name, variants]) => [name, variants.default.replace(/^\./, '')]);
  const map = JSON.stringify({ imports: Object.fromEntries(chosen) as Record<string, string> });
  return `<!doctype html><title>Striate</title><link rel="icon" href="data:,"><script type="importmap">${map}</script>`;
}

/** What the server gives for an address: the page, dist/, or the tests' own modules, translated; undefined for others. */
async function contentOf(path: string): Promise<string | Uint8Array | undefined> {
  if (path === '/index.html') return pageHtml();
  const file = join(root, path);
  if (path.startsWith('/dist/')) return readFile(file).catch(() => undefined);
  if (!/^\/test\/platform\/\w+\.ts$/.test(path)) return undefined;
  const { outputText } = ts.transpileModule(await readFile(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  return outputText;
}

/** A static server on this machine. */
export interface StaticServer {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves what a page needs to import the library.
 *
 * @param isolated whether pages are cross-origin isolated, which is what shared memory needs
 */
export async function servePackage(isolated: boolean): Promise<StaticServer> {
  const headers: Readonly<Record<string, string>> = isolated
    ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
    : {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    contentOf(pathname).then(
      (content) => {
        const type = contentTypes[extname(pathname)] ?? 'application/octet-stream';
        response.writeHead(content === undefined ? 404 : 200, { 'content-type': type, ...headers }).end(content);
      },
      (error: unknown) => response.writeHead(500, headers).end(String(error)),
    );
  });
  await listen(server);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

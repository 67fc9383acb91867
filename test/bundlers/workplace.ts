import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundlers, as packages of a workplace. */
export const bundlers = new URL('package.json', import.meta.url);

/** What a finished program printed. */
export interface Printed {
  readonly code: number;
  readonly output: string;
}

/** The environment of whoever runs a bundler by hand: without what vitest and npm have set. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|npm_|FORCE_COLOR)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };
}

/** Runs a program to its end, with some variables of its environment changed. */
export function run(
  folder: string,
  command: string,
  args: readonly string[],
  changed: NodeJS.ProcessEnv = {},
): Promise<Printed> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...plainEnvironment(), ...changed }, maxBuffer: 2 ** 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

async function succeed(folder: string, command: string, args: readonly string[]): Promise<string> {
  const { code, output } = await run(folder, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

const npmOptions = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent'];

/**
 * The folder outside the repository that has the packages of a package.json; installed when it is first asked for, and put
 * in its place whole, as several runs may ask at once.
 */
async function packagesFolder(packages: URL): Promise<string> {
  const wanted = readFileSync(packages, 'utf8');
  const { name } = JSON.parse(wanted) as { name: string };
  const folder = join(tmpdir(), `${name}-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  if (existsSync(join(folder, 'node_modules'))) return folder;
  const making = mkdtempSync(`${folder}-`);
  writeFileSync(join(making, 'package.json'), wanted);
  try {
    await succeed(making, 'npm', ['install', ...npmOptions]);
  } catch (error) {
    rmSync(making, { recursive: true });
    throw error;
  }
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true });
  }
  return folder;
}

/** A folder in which the packed package is installed as users do, with other packages in the folder above. */
export interface Workplace {
  readonly folder: string;
  readonly remove: () => void;
}

/**
 * Packs the package and installs it into an empty folder.
 *
 * @param packages the package.json of what is used beside it, in the folder above
 * @returns the folder, or the reason why there is none: no network, say. In CI that is an error.
 */
export async function workplace(packages?: URL): Promise<Workplace | string> {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(packages ? await packagesFolder(packages) : tmpdir(), 'striate-run-'));
    await succeed(root, 'npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    // Next takes the folder of the lockfile for the project's root, and warns where there are two.
    await succeed(folder, 'npm', ['install', '--no-package-lock', ...npmOptions, './striate-0.1.0.tgz']);
  } catch (error) {
    if (folder) rmSync(folder, { recursive: true });
    if (process.env.CI) throw error;
    return `the package cannot be installed here: ${(error as Error).message.split('\n')[0]}`;
  }
  const made = folder;
  return { folder: made, remove: () => rmSync(made, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A server under way. */
export interface Served {
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts a program that serves pages, on a port of its own, and waits until it says that it does. */
export async function serveWith(
  folder: string,
  command: string,
  args: readonly string[],
  ready: RegExp,
): Promise<Served> {
  const port = await freePort();
  const child = spawn(command, [...args, '--port', `${port}`], {
    cwd: folder,
    env: plainEnvironment(),
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (ready.test(output)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`${command} ended:\n${output}`)));
  });
  return {
    origin: `http://localhost:${port}`,
    close: () => {
      // The programs that it has started, too.
      process.kill(-child.pid!);
      return ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** How files are served. */
export interface ServeOptions {
  /** Whether pages are cross-origin isolated. */
  readonly isolated: boolean;
  /** Whether the page is the answer to whatever there is not, as development servers have it. */
  readonly pageForAll?: boolean;
}

/** Serves the files of a folder. */
export async function serveFolder(folder: string, { isolated, pageForAll = false }: ServeOptions): Promise<Served> {
  const headers = {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    ...(isolated
      ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
      : {}),
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    const page = join(folder, 'index.html');
    const file = pageForAll && !existsSync(join(folder, path)) ? page : join(folder, path);
    readFile(file).then(
      (bytes) => response.writeHead(200, { 'content-type': types[extname(file)] ?? '', ...headers }).end(bytes),
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { startStudio } from '../studio/startStudio.js';
import { StriateError } from '../tensor/index.js';
import { wholeNumber } from './commandOptions.js';
import type { Output } from './output.js';
import { version } from './version.js';

interface StudioCommandOptions {
  readonly runs: string;
  readonly data?: string;
  readonly model?: string;
  readonly port?: number;
  readonly host: string;
  readonly open: boolean;
}

/** `striate studio`: serves the studio's pages and opens them. */
export function studioCommand(output: Output): Command {
  return new Command('studio')
    .description('open the studio: watch, train and look inside in the browser')
    .option('--runs <dir>', 'the folder of your runs, which are listed and followed', 'runs')
    .option('--data <dir>', 'a folder of pictures and data sets (default: $STRIATE_DATA)')
    .option('--model <file>', 'a model to open: .onnx, .keras, .h5, .safetensors')
    .option('--port <n>', 'the port (default: 7878, or a free one where it is taken)', wholeNumber(0, 65_535))
    .option('--host <address>', 'the address to listen on; others than this machine’s own let others read', '127.0.0.1')
    .option('--no-open', 'do not open the browser')
    .action(async ({ runs, data = process.env.STRIATE_DATA, model, port, host, open }: StudioCommandOptions) => {
      if (data) expectPlace(data, 'folder');
      if (model !== undefined) expectPlace(model, 'file');
      const pages = fileURLToPath(new URL('../studio/pages', import.meta.url));
      const folders = {
        pages,
        runs: resolve(runs),
        data: data ? resolve(data) : undefined,
        model: model && resolve(model),
      };
      const ended = new Promise<void>((end) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
      });
      const studio = await startStudio({ ...folders, version: version(), host, port });
      output.data(`Studio: ${studio.address}`);
      if (!isLoopback(host)) output.progress('Whoever reaches this machine can read these folders.');
      output.progress('Ctrl-C ends it.');
      if (open) openBrowser(studio.address);
      await ended;
      await studio.close();
    });
}

/** Whether an address is this machine's own, which nobody else reaches. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function expectPlace(path: string, kind: 'file' | 'folder'): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (kind === 'folder' ? stats?.isDirectory() : stats?.isFile()) return;
  const rule = stats ? `is not a ${kind}` : `there is no such ${kind}`;
  throw new StriateError({
    where: path,
    rule,
    advice: `check the path after --${kind === 'folder' ? 'data' : 'model'}`,
  });
}

/** Opens the user's browser; where there is none, the printed address has to do. */
function openBrowser(address: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  };
  const [program, ...words] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

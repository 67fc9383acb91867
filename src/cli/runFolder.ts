import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '#files';
import { StriateError } from '../tensor/index.js';
import { version } from './version.js';

/** What a run is of; `--resume` goes on with the same. */
export interface RunArguments {
  readonly data: string;
  /** A model of the zoo, or a file of weights to start from. */
  readonly model: string;
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: string;
  /** Undefined: the optimizer's own. */
  readonly lr: number | undefined;
  readonly seed: number;
  readonly engine: string;
  /** Undefined: one per core. */
  readonly threads: number | undefined;
}

/** The files of a run. */
export function runFiles(folder: string): Record<'arguments' | 'results' | 'best' | 'last' | 'page', string> {
  return {
    arguments: join(folder, 'run.json'),
    results: join(folder, 'results.csv'),
    best: join(folder, 'best.safetensors'),
    last: join(folder, 'last.safetensors'),
    page: join(folder, 'index.html'),
  };
}

/**
 * Makes a folder for a new run and writes its arguments.
 *
 * @param out where; by default the next free `runs/MODEL-DATA-N`
 * @throws StriateError when `out` already holds a run.
 */
export async function createRun(out: string | undefined, run: RunArguments): Promise<string> {
  const folder = out ?? freeFolder(run);
  if (existsSync(runFiles(folder).arguments)) {
    throw new StriateError(
      `--out ${folder}: already holds a run; choose another folder, or go on with that run: striate train --resume ${folder}`,
    );
  }
  await mkdir(folder, { recursive: true });
  const content = { striate: version(), command: 'train', arguments: run };
  await files.writeWhole(runFiles(folder).arguments, new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
  return folder;
}

/**
 * The arguments of a run made earlier.
 *
 * @throws StriateError when the folder holds no run that can be resumed.
 */
export function readRun(folder: string): RunArguments {
  const { arguments: path, last } = runFiles(folder);
  if (!existsSync(path) || !existsSync(last)) {
    const missing = existsSync(path) ? 'last.safetensors' : 'run.json';
    throw new StriateError(
      `--resume ${folder}: is no run's folder, it holds no ${missing}; name the folder that train made`,
    );
  }
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as { arguments?: RunArguments };
    if (typeof content.arguments?.data === 'string' && typeof content.arguments.model === 'string')
      return content.arguments;
  } catch {
    // Told below.
  }
  throw new StriateError(`${path}: is damaged; start the run again`);
}

function freeFolder({ model, data }: RunArguments): string {
  const stem = [model, data].map((name) => name.replace(/\.safetensors$/, '').replace(/^.*[\\/]/, '')).join('-');
  for (let number = 1; ; number++) {
    const folder = join('runs', `${stem}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

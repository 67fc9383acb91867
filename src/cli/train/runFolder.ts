import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '#platform';
import { makeFolder } from '../../report/writeInto.js';
import { StriateError } from '../../tensor/index.js';
import { invocation } from '../invocation.js';
import { systemCode } from '../../platform/systemErrors.js';
import { modelName } from '../modelArgument.js';
import { version } from '../version.js';
import type { AskedRun, RunArguments } from './runArguments.js';
import { lockRun } from './runLock.js';

type RunFile = 'arguments' | 'head' | 'penalties' | 'results' | 'best' | 'last' | 'page';

/** The files of a run. */
export function runFiles(folder: string): Record<RunFile, string> {
  return {
    arguments: join(folder, 'run.json'),
    head: join(folder, 'head.json'),
    penalties: join(folder, 'penalties.csv'),
    results: join(folder, 'results.csv'),
    best: join(folder, 'best.safetensors'),
    last: join(folder, 'last.safetensors'),
    page: join(folder, 'index.html'),
  };
}

/** A run's folder, kept for this process until it is disposed of. */
export interface KeptRun extends Disposable {
  readonly folder: string;
}

/**
 * Makes a folder for a new run and writes its arguments.
 *
 * @param out where; by default the next free `runs/MODEL-DATA-N`
 * @throws StriateError when `out` already holds a run, or another process is writing one.
 */
export async function createRun(out: string | undefined, run: AskedRun): Promise<KeptRun> {
  const folder = out ?? (await freeFolder(run));
  await makeFolder(folder);
  const lock = await lockRun(folder);
  try {
    // A run that could not write even its first weights left nothing to keep or to go on from.
    if (existsSync(runFiles(folder).last)) {
      throw new StriateError({
        where: `--out ${folder}`,
        rule: 'already holds a run',
        advice: `choose another folder, or go on with that run: ${invocation()} train --resume ${folder}`,
      });
    }
    const content = { striate: version(), command: 'train', arguments: run };
    const bytes = new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`);
    await files.writeWhole(runFiles(folder).arguments, bytes);
    return { folder, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/**
 * A run's folder to go on in, without what a killed process left of files it was writing.
 *
 * @throws StriateError when another process is writing into it.
 */
export async function continueRun(folder: string): Promise<KeptRun> {
  const lock = await lockRun(folder);
  await clearUnfinished(folder);
  return { folder, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/**
 * The arguments of a run made earlier.
 *
 * @throws StriateError when the folder holds no run that can be resumed.
 */
export function readRun(folder: string): RunArguments {
  const { arguments: path, last } = runFiles(folder);
  if (!existsSync(path)) {
    throw new StriateError({
      where: `--resume ${folder}`,
      rule: "is no run's folder, it holds no run.json",
      advice: 'name the folder that train made',
    });
  }
  if (!existsSync(last)) {
    throw new StriateError({
      where: `--resume ${folder}`,
      rule: 'the run ended before it saved any weights',
      advice: `start it again with --out ${folder}`,
    });
  }
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as { arguments?: RunArguments };
    if (typeof content.arguments?.data === 'string' && typeof content.arguments.model === 'string')
      return content.arguments;
  } catch {
    // Told below.
  }
  throw new StriateError({ where: path, rule: 'is damaged', advice: 'start the run again' });
}

async function clearUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\..+\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

/** A folder that was not there: made at once, as another run may be looking for one. */
async function freeFolder({ model, data }: AskedRun): Promise<string> {
  const stem = `${modelName(model)}-${data.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '')}`;
  for (let number = 1; ; number++) {
    const folder = join('runs', `${stem}-${number}`);
    if (existsSync(folder)) continue;
    await makeFolder('runs');
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

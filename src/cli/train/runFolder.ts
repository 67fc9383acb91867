import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { files } from '#platform';
import type { AugmentationName } from '../../data/index.js';
import { makeFolder } from '../../report/writeInto.js';
import { StriateError } from '../../tensor/index.js';
import { invocation } from '../invocation.js';
import { systemCode } from '../../platform/systemErrors.js';
import { modelName } from '../modelArgument.js';
import { version } from '../version.js';
import { lockRun } from './runLock.js';

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
  /** How training pictures are changed; undefined: not at all. */
  readonly augment?: AugmentationName;
  /** Weights for a model of the zoo. */
  readonly weights?: string | undefined;
  /** Which of a checkpoint's dictionaries holds them; undefined: the one that fits. */
  readonly weightsKey?: string | undefined;
  /** 'none', 'features', or the last layer that is not trained; undefined: follows from model and data. */
  readonly freeze?: string | undefined;
  /**
   * 'solved': the classifier is solved on frozen features before any epochs, which are then those of `fineTune`; undefined: it is
   * trained by steps as everything else.
   */
  readonly head?: 'solved' | undefined;
  /** Epochs in which everything is trained, after `epochs` with the classifier alone. */
  readonly fineTune?: number | undefined;
  /** How pictures are prepared; undefined: as model and weights say. */
  readonly preprocessing?: string | undefined;
  /** A file with the names of the trained model's classes; undefined: those that it has. */
  readonly classes?: string | undefined;
  /** Values of an ONNX file that become its outputs; undefined: its own. */
  readonly outputs?: readonly string[] | undefined;
  /** [H, W, C] of the pictures that the model takes; undefined: the model's own. */
  readonly input?: readonly number[] | undefined;
  /** What is measured beside loss and accuracy, by the names of metrics; undefined: nothing. */
  readonly metrics?: readonly string[] | undefined;
  /** Epochs without a lower validation loss after which training stops; undefined: never. */
  readonly earlyStopping?: number | undefined;
  /** Epochs without a lower validation loss after which the learning rate falls to a tenth; undefined: never. */
  readonly reduceLr?: number | undefined;
  /** A file in the run's folder that every epoch is saved in, such as `epoch-{epoch:02d}.safetensors`. */
  readonly checkpoint?: string | undefined;
  /** Whether training labels that may be wrong are looked for in the end; undefined: they are not. */
  readonly suspects?: boolean;
  /** Whether a broken picture is an error. */
  readonly strict?: boolean;
}

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
export async function createRun(out: string | undefined, run: RunArguments): Promise<KeptRun> {
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
async function freeFolder({ model, data }: RunArguments): Promise<string> {
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

/** In how many epochs, the first ones, a run trains the classifier alone; undefined where all of it is one phase. */
export const frozenEpochs = ({ fineTune, epochs }: RunArguments): number | undefined =>
  fineTune === undefined ? undefined : epochs;

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CompileOptions } from '../fit/index.js';
import type { Model } from '../models/index.js';
import type { MetricChoice } from '../training/index.js';
import { zoo } from '../zoo/index.js';
import { UsageError } from './failure.js';
import { isTaskNetwork, otherCommands } from './notClassifier.js';
import { unknownName } from './unknownName.js';

/** Whether the zoo has a model of this name. */
export function isKnown(name: string): boolean {
  return (zoo.list() as readonly string[]).includes(name);
}

/** Whether a model argument means a file and not a model of the zoo. */
export function isFile(argument: string): boolean {
  return /[\\/]|\.safetensors$/.test(argument) || (!isKnown(argument) && existsSync(argument));
}

/**
 * The file that a model argument means: of a run's folder its best model, and everything else as it is.
 *
 * @throws UsageError where the run has not saved any.
 */
export function modelFile(argument: string): string {
  if (isKnown(argument) || !existsSync(join(argument, 'run.json'))) return argument;
  const found = ['best.safetensors', 'last.safetensors'].find((name) => existsSync(join(argument, name)));
  if (found !== undefined) return join(argument, found);
  throw new UsageError({
    where: argument,
    rule: 'the run in this folder ended before it saved any weights',
    advice: 'train again, or name another run',
  });
}

/**
 * Throws unless a model argument can mean a file, a run's folder or a model of the zoo.
 *
 * @param where what the argument is called: `model`, `--model`
 */
export function expectModel(argument: string, where = 'model'): void {
  if (isFile(argument) || isKnown(argument) || /\.\w+$|^https?:/.test(argument)) return;
  if (isTaskNetwork(argument)) throw new UsageError(otherCommands(argument));
  throw unknownName({
    where,
    name: argument,
    known: zoo.list(),
    nothing: 'no file, run or model of the zoo called',
    advice: (nearest) => {
      const family = nearest === undefined ? undefined : zoo.describe(nearest).family;
      const kin = family === undefined ? '' : `${family}: ${zoo.list({ family }).join(', ')}; `;
      return `${kin}striate models lists all`;
    },
  });
}

/**
 * How a classifier of pictures is trained and tried: one that ends in a single number says how likely the second of two
 * classes is; any other has a number for each class.
 */
export function classifierObjective(
  model: Model,
): Pick<CompileOptions, 'loss'> & { readonly metrics: readonly MetricChoice[] } {
  const single = model.outputShape.at(-1) === 1;
  return { loss: single ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy', metrics: ['accuracy'] };
}

/** What ends the names of model files. */
const extension = /\.(safetensors|onnx|h5|hdf5|keras|json|pth|pt|th)$/i;

/**
 * What tables, pages and folders call a model: the zoo's name, or its file's without the extension; TensorFlow.js's
 * `model.json` by the folder that it lies in.
 */
export function modelName(argument: string): string {
  const parts = argument.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const [folder, file] = [parts.at(-2), parts.at(-1) ?? argument];
  const isNameless = /^model\.json$/i.test(file) && folder !== undefined && folder !== '..';
  return isNameless ? folder : file.replace(extension, '');
}

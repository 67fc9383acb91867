import { existsSync } from 'node:fs';
import type { CompileOptions } from '../fit/index.js';
import type { Model } from '../models/index.js';
import { zoo } from '../zoo/index.js';

/** Whether the zoo has a model of this name. */
export function isKnown(name: string): boolean {
  return (zoo.list() as readonly string[]).includes(name);
}

/** Whether a model argument means a file and not a model of the zoo. */
export function isFile(argument: string): boolean {
  return /[\\/]|\.safetensors$/.test(argument) || (!isKnown(argument) && existsSync(argument));
}

/**
 * How a classifier of pictures is trained and tried: one that ends in a single number says how likely the second of two
 * classes is; any other has a number for each class.
 */
export function classifierObjective(model: Model): Pick<CompileOptions, 'loss' | 'metrics'> {
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

import { existsSync } from 'node:fs';
import type { CompileOptions } from '../fit/index.js';
import { loadModel, resized, type Model } from '../models/index.js';
import { sameShape, StriateError } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { invocation } from './invocation.js';

/** Whether the zoo has a model of this name. */
export function isKnown(name: string): boolean {
  return (zoo.list() as readonly string[]).includes(name);
}

/** Whether a model argument means a file and not a model of the zoo. */
export function isFile(argument: string): boolean {
  return /[\\/]|\.safetensors$/.test(argument) || (!isKnown(argument) && existsSync(argument));
}

/**
 * A model with weights from a file.
 *
 * @throws StriateError when the argument names no file, with what to do.
 */
export async function loadTrained(argument: string): Promise<Model> {
  if (!isFile(argument)) {
    throw new StriateError(
      isKnown(argument)
        ? {
            rule: `'${argument}' is a model without weights`,
            advice:
              `train it first (${invocation()} train --data digits --model ${argument}), then give the best.safetensors of ` +
              'its run, or give its weights with --weights',
          }
        : {
            where: `'${argument}'`,
            rule: 'there is no such file',
            advice: 'give a .safetensors file that train or model.save wrote',
          },
    );
  }
  return loadModel(argument);
}

/**
 * A model to look at: a file's, or the zoo's with fresh weights.
 *
 * @param inputShape [H, W, C], where the model's own is not wanted: a file's is then made anew at that size
 */
export async function modelToLookAt(argument: string, inputShape?: readonly number[]): Promise<Model> {
  if (!isFile(argument)) return zoo.create(argument, inputShape ? { inputShape } : {});
  const model = await loadModel(argument);
  return inputShape && !sameShape(inputShape, model.inputs[0].shape) ? resized(model, inputShape) : model;
}

/** How many classes a classifier tells apart: one number is enough for two. */
export function classesOf({ outputShape }: Model): number {
  const outputs = outputShape.at(-1) ?? 0;
  return outputs === 1 ? 2 : outputs;
}

/**
 * How a classifier of pictures is trained and tried: one that ends in a single number says how likely the second of two
 * classes is; any other has a number for each class.
 */
export function classifierObjective(model: Model): Pick<CompileOptions, 'loss' | 'metrics'> {
  const single = model.outputShape.at(-1) === 1;
  return { loss: single ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy', metrics: ['accuracy'] };
}

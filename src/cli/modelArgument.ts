import { existsSync } from 'node:fs';
import type { DataSplits } from '../data/dataSet.js';
import type { Engine } from '../engine/index.js';
import { loadModel, type Model } from '../models/index.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';
import { optimizers, type OptimizerName } from '../training/index.js';
import { zoo } from '../zoo/index.js';
import { invocation } from './invocation.js';
import type { RunArguments } from './runFolder.js';

/** Whether the zoo has a model of this name. */
function isKnown(name: string): boolean {
  return (zoo.list() as readonly string[]).includes(name);
}

/** Whether a model argument means a file and not a model of the zoo. */
function isFile(argument: string): boolean {
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
        ? `'${argument}' is a model without weights; train it first (${invocation()} train --data digits --model ${argument}), then ` +
            'give the best.safetensors of its run'
        : `'${argument}': there is no such file; give a .safetensors file that train or model.save wrote`,
    );
  }
  return loadModel(argument);
}

/**
 * A model to look at: a file's, or the zoo's with fresh weights.
 *
 * @param inputShape [H, W, C], where the zoo's own is not wanted
 */
export async function modelToLookAt(argument: string, inputShape?: readonly number[]): Promise<Model> {
  if (!isFile(argument)) return zoo.create(argument, inputShape ? { inputShape } : {});
  const model = await loadModel(argument);
  const own = model.inputs[0].shape;
  if (inputShape && !sameShape(inputShape, own)) {
    throw new StriateError(
      `--input: the model in ${argument} takes ${formatShape(own)}; received ${formatShape(inputShape)}`,
    );
  }
  return model;
}

/** A compiled model for a run: made anew for the data's pictures and classes, or started from a file's weights. */
export async function modelForTraining(run: RunArguments, data: DataSplits, engine: Engine): Promise<Model> {
  const { inputShape, classNames } = data.train;
  const model = isFile(run.model)
    ? await loadModel(run.model)
    : zoo.create(run.model, { inputShape, classes: classNames.length, seed: run.seed });
  const own = model.inputs[0].shape;
  if (!sameShape(own, inputShape)) {
    throw new StriateError(
      `the model '${run.model}' takes pictures of ${formatShape(own)}, '${data.train.name}' has ${formatShape(inputShape)}; ` +
        'choose other data or another model',
    );
  }
  const options = run.lr === undefined ? {} : { learningRate: run.lr };
  model.compile({
    optimizer: optimizers[run.optimizer as OptimizerName](options),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    engine,
  });
  return model;
}

import { loadModel, classesInWeights, contentOf, pytorchShapes, type Model } from '../models/index.js';
import type { SafeTensors } from '../tensor/index.js';
import { zoo, type ArchitectureOptions } from '../zoo/index.js';
import { isFile } from './modelArgument.js';

/** What a model that is used as it stands is made of. */
export interface WeightedModelOptions {
  /** A weights file's path and content. */
  readonly weights?: { readonly path: string; readonly content: SafeTensors } | undefined;
  /** [H, W, C] that a model of the zoo is made for; its own size by default. */
  readonly inputShape?: readonly number[];
}

/** Reads a weights file, once for all that it tells: names, shapes, metadata. */
export async function readWeights(path: string): Promise<{ path: string; content: SafeTensors }> {
  return { path, content: await contentOf(path) };
}

/**
 * A model with a file's weights: a saved model, or one of the zoo, made for the classes and parts that the weights have.
 *
 * @throws StriateError when there is no such model, or the weights are another's.
 */
export async function weightedModel(argument: string, { weights, inputShape }: WeightedModelOptions): Promise<Model> {
  const model = isFile(argument)
    ? await loadModel(argument)
    : zoo.create(argument, { ...(inputShape && { inputShape }), ...partsIn(argument, inputShape, weights?.content) });
  if (weights) await model.loadWeights(weights.content, { name: weights.path });
  return model;
}

/** What weights say of the model of the zoo that they belong to. */
function partsIn(
  name: string,
  inputShape: readonly number[] | undefined,
  content: SafeTensors | undefined,
): ArchitectureOptions {
  if (!content) return {};
  const { tensors, metadata } = content;
  const { shortcut } = metadata;
  const whole = zoo.create(name, inputShape ? { inputShape } : {});
  const classes = classesInWeights(whole, tensors);
  // Files for use alone often leave out what only training needs.
  const lacksAuxiliary = [...pytorchShapes(whole).keys()].some((key) => /^aux/i.test(key) && !tensors.has(key));
  return {
    ...(classes !== undefined && { classes }),
    ...(lacksAuxiliary && { auxiliary: false }),
    ...((shortcut === 'A' || shortcut === 'B') && { shortcut }),
  };
}

import { contentOf } from '../weights/index.js';
import { loadModel, type Model } from '../models/index.js';
import { StriateError, type SafeTensors } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { withWeights } from '../zoo/weights/pretrained.js';
import { isHubName } from '../zoo/weights/published.js';
import { weightsOf } from '../zoo/weights/weightsOf.js';
import { isFile } from './modelArgument.js';

/** What a model that is used as it stands is made of. */
export interface WeightedModelOptions {
  /** A weights file's path and content. */
  readonly weights?: { readonly path: string; readonly content: SafeTensors } | undefined;
  /** [H, W, C] that a model of the zoo is made for; its own size by default. */
  readonly inputShape?: readonly number[];
}

/**
 * Reads weights, once for all that they tell: names, shapes, metadata.
 *
 * @param weights a file, or the name of published weights ('imagenet'), which are fetched
 * @param architecture the model of the zoo that published weights are for
 */
export async function readWeights(
  weights: string,
  architecture?: string,
): Promise<{ path: string; content: SafeTensors }> {
  if (!isHubName(weights)) return { path: weights, content: await contentOf(weights) };
  if (architecture === undefined || isFile(architecture)) {
    throw new StriateError({
      where: `--weights ${weights}`,
      rule: 'goes with a model of the zoo, such as resnet18',
      advice: 'a file has weights',
    });
  }
  const { content, file } = await weightsOf(architecture, zoo.describe(architecture), weights);
  return { path: file, content };
}

/**
 * A model with a file's weights: a saved model, or one of the zoo, made for the classes and parts that the weights have.
 *
 * @throws StriateError when there is no such model, or the weights are another's.
 */
export async function weightedModel(argument: string, { weights, inputShape }: WeightedModelOptions): Promise<Model> {
  if (isFile(argument)) {
    const model = await loadModel(argument);
    if (weights) await model.loadWeights(weights.content, { name: weights.path });
    return model;
  }
  const options = inputShape ? { inputShape } : {};
  if (!weights) return zoo.create(argument, options);
  const { path: file, content } = weights;
  return withWeights(argument, zoo.describe(argument), options, { file, content });
}

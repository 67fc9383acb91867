import type { DataSet } from '../data/dataSet.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';
import { distinguishes } from './classLabels.js';
import type { Model } from './model.js';
import { newHead, type NewHeadOptions } from './newHead.js';
import { resizedWithWeights } from './resized.js';

/** Options of `adapted`: what a new classifier is like, and how the old one's classes are known. */
export interface AdaptOptions extends Pick<NewHeadOptions, 'dropout' | 'seed'> {
  /** The names of the model's classes, where it has none of its own: ImageNet's, for one. */
  readonly classNames?: readonly string[] | undefined;
  /** What each of the model's classes is called besides: by WordNet's number, for one. */
  readonly otherNames?: readonly (string | undefined)[];
}

const accepts = {
  where: 'adapted',
  kinds: { dropout: 'number', seed: 'number', classNames: 'list', otherNames: 'list' },
} as const satisfies AcceptedOptions<AdaptOptions>;

/** A trained model, made ready for a data set. */
export interface AdaptedModel {
  readonly model: Model;
  /** Whether the data's classes are its own (`distinguishes`); otherwise its classifier is a new one. */
  readonly keepsClassifier: boolean;
}

/**
 * Makes a trained classifier ready to learn from a data set: at the size of its pictures, and with a new classifier in the
 * place of its last layer where its classes are others. All other weights stay, and nothing is frozen yet.
 *
 * @throws StriateError when names of classes differ in their form alone (`matchClassNames`), the pictures have other channels, or weights that are to stay are for the model's own size alone.
 *
 * @example
 * const { train } = await imageFolder('photos', { size: [96, 96] });
 * const { model, keepsClassifier } = await adapted(await importOnnx('squeezenet.onnx'), train);
 * if (!keepsClassifier) model.embedding.freeze();
 */
export async function adapted(model: Model, data: DataSet, given: AdaptOptions = {}): Promise<AdaptedModel> {
  const { classNames = model.classNames, otherNames, ...options } = expectOptions(accepts, given);
  const keepsClassifier = distinguishes(model, data.classNames, { classNames, otherNames });
  const base = await atSizeOf(model, data, keepsClassifier);
  return { model: keepsClassifier ? base : newHead(base, { ...options, classes: data.classNames }), keepsClassifier };
}

/** The same model for pictures of the data's size. */
async function atSizeOf(model: Model, { name, inputShape }: DataSet, keepsClassifier: boolean): Promise<Model> {
  const own = model.inputs[0].shape;
  if (sameShape(own, inputShape)) return model;
  const misfit = `the model '${model.name}' takes pictures of ${formatShape(own)}, '${name}' has ${formatShape(inputShape)}`;
  if (own.at(-1) !== inputShape.at(-1)) {
    throw new StriateError({ rule: misfit, advice: 'choose other data or another model' });
  }
  // A new classifier takes the place of what lies behind the embedding.
  const kept = new Set((keepsClassifier ? model : model.embedding).layers.map((layer) => layer.name));
  const made = await resizedWithWeights(model, inputShape).catch((error: unknown) => {
    throw error instanceof StriateError ? error.within(`${misfit}, and cannot be made for it`) : error;
  });
  const lost = made.anew.find((layer) => kept.has(layer));
  if (lost === undefined) return made.model;
  throw new StriateError({
    rule: `${misfit}, and the weights of its layer '${lost}' are for its own size alone`,
    advice: 'choose other data or another model',
  });
}

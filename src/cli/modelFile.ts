import { files } from '#platform';
import { formatOf, loadKerasWeights, type ModelFormat } from '../formats/index.js';
import { loadModel, resizedWithWeights, type Model } from '../models/index.js';
import { decodeSafetensors, formatShape, sameShape, StriateError } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { readWeights, weightedModel } from './weightedModel.js';

/** A model that a file holds, and what kind of file it was. */
export interface FoundModel {
  readonly model: Model;
  readonly format: string;
}

/** What a file does not say by itself. */
export interface FileOptions {
  /** The architecture of the zoo that the file's weights belong to. */
  readonly architecture?: string | undefined;
  /** [H, W, C], where the file leaves sizes open; a model of another size is made anew at this one. */
  readonly inputShape?: readonly number[] | undefined;
}

/**
 * The model of a file in any format: whole models, or weights of an architecture of the zoo.
 *
 * @throws StriateError when the file is in no known format, and when it holds weights alone and no architecture is given.
 */
export async function modelOfFile(path: string, options: FileOptions = {}): Promise<FoundModel> {
  const found = await readModel(path, options);
  const { inputShape } = options;
  const { inputs } = found.model;
  if (!inputShape || inputs.length !== 1 || sameShape(inputShape, inputs[0].shape)) return found;
  return { ...found, model: await atShape(found.model, inputShape) };
}

async function readModel(path: string, { architecture, inputShape }: FileOptions): Promise<FoundModel> {
  const bytes = await files.read(path);
  const shape = inputShape ? { inputShape } : {};
  const format = formatOf(path, bytes);
  if (format && architecture === undefined) return { model: await format.read(path, shape), format: format.name };
  if (architecture === undefined && isWholeModel(path, bytes)) {
    return { model: await loadModel(path), format: 'Striate' };
  }
  if (architecture === undefined) {
    throw new StriateError({
      where: path,
      rule: 'holds weights and no model',
      advice: 'say with --model which architecture of the zoo they belong to, such as --model resnet18',
    });
  }
  return format
    ? { model: await kerasWeighted(path, format, architecture, shape), format: format.name }
    : { model: await weightedModel(architecture, { weights: await readWeights(path), ...shape }), format: 'weights' };
}

/** The same model with the same weights for pictures of another size. */
async function atShape(found: Model, inputShape: readonly number[]): Promise<Model> {
  const { model, anew } = await resizedWithWeights(found, inputShape);
  await found.dispose();
  if (anew.length === 0) return model;
  throw new StriateError({
    where: `model '${found.name}'`,
    rule: `the weights of '${anew[0]}' are for pictures of ${formatShape(found.inputs[0].shape)} alone`,
    advice: 'leave --input out',
  });
}

/** Whether a safetensors file has a model's configuration beside its weights. */
function isWholeModel(path: string, bytes: Uint8Array): boolean {
  if (!/\.safetensors$/i.test(path)) return false;
  return decodeSafetensors(bytes, path).metadata.model !== undefined;
}

async function kerasWeighted(
  path: string,
  { name }: ModelFormat,
  architecture: string,
  shape: { readonly inputShape?: readonly number[] },
): Promise<Model> {
  if (!name.startsWith('Keras')) {
    throw new StriateError({
      where: path,
      rule: `a file in ${name}'s format holds its own model`,
      advice: 'leave --model out',
    });
  }
  const model = zoo.create(architecture, shape);
  await loadKerasWeights(model, path);
  return model;
}

import { files } from '#files';
import { formatOf, loadKerasWeights, type ModelFormat } from '../formats/index.js';
import { loadModel, type Model } from '../models/index.js';
import { decodeSafetensors, StriateError } from '../tensor/index.js';
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
  /** [H, W, C], where the file leaves sizes open. */
  readonly inputShape?: readonly number[] | undefined;
}

/**
 * The model of a file in any format: whole models, or weights of an architecture of the zoo.
 *
 * @throws StriateError when the file is in no known format, and when it holds weights alone and no architecture is given.
 */
export async function modelOfFile(path: string, { architecture, inputShape }: FileOptions = {}): Promise<FoundModel> {
  const bytes = await files.read(path);
  const shape = inputShape ? { inputShape } : {};
  const format = formatOf(path, bytes);
  if (format && architecture === undefined) return { model: await format.read(path, shape), format: format.name };
  if (architecture === undefined && isWholeModel(path, bytes)) {
    return { model: await loadModel(path), format: 'Striate' };
  }
  if (architecture === undefined) {
    throw new StriateError(
      `${path}: holds weights and no model; say with --model which architecture of the zoo they belong to, such as ` +
        '--model resnet18',
    );
  }
  return format
    ? { model: await kerasWeighted(path, format, architecture, shape), format: format.name }
    : {
        model: await weightedModel(architecture, { weights: await readWeights(path), ...shape }),
        format: 'weights',
      };
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
    throw new StriateError(`${path}: a file in ${name}'s format holds its own model; leave --model out`);
  }
  const model = zoo.create(architecture, shape);
  await loadKerasWeights(model, path);
  return model;
}

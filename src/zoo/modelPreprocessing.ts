import type { Model } from '../models/index.js';
import type { Preprocessing } from '../pictures/index.js';
import { atSize, parsePreprocessing, plainPreprocessing } from '../pictures/parsePreprocessing.js';
import { statedPreprocessing } from '../pictures/statedPreprocessing.js';

/** What older files and other programs' say about pictures, a text each. */
const olderKeys = ['mean', 'std', 'input'] as const;

/**
 * Writes into a model's metadata how its pictures are prepared, so that it is saved with the model and exported with it.
 *
 * @example
 * statePreprocessing(model, zoo.describe('resnet18').preprocessing);
 * await model.save('mine.safetensors');
 */
export function statePreprocessing(model: Model, preprocessing: Preprocessing): void {
  const rest = Object.entries(model.metadata).filter(([key]) => !(olderKeys as readonly string[]).includes(key));
  model.metadata = { ...Object.fromEntries(rest), preprocessing: JSON.stringify(preprocessing) };
}

/**
 * How a model's pictures are prepared, as its metadata says: what `statePreprocessing` wrote, or else `mean`, `std` and
 * `input` as older files have them; always at the model's own input size. Undefined where it says nothing, and where the
 * model takes no grey or coloured pictures.
 *
 * @throws StriateError when the metadata is damaged, or for pictures of another number of channels.
 */
export function preprocessingOf(model: Model): Preprocessing | undefined {
  const { metadata, inputs, name } = model;
  const { shape } = inputs[0];
  if (shape.length !== 3 || ![1, 3].includes(shape[2])) return undefined;
  const where = `model '${name}', metadata 'preprocessing'`;
  if (metadata.preprocessing !== undefined) return parsePreprocessing(metadata.preprocessing, where, shape);
  if (!olderKeys.some((key) => metadata[key] !== undefined)) return undefined;
  const older = statedPreprocessing(plainPreprocessing(shape), metadata, `model '${name}'`);
  return parsePreprocessing(JSON.stringify(atSize(older, shape)), `model '${name}', metadata`, shape);
}

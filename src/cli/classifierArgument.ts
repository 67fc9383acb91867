import { files } from '#platform';
import { formatOf } from '../formats/index.js';
import type { Model } from '../models/index.js';
import { preprocessingFromTexts, type Preprocessing } from '../pictures/index.js';
import { zoo } from '../zoo/index.js';
import { atSize, sizeInJson } from '../pictures/preprocessing.js';
import { readPreprocessing } from '../pictures/preprocessingMetadata.js';
import { UsageError } from './failure.js';
import { isFile, isKnown, loadTrained } from './modelArgument.js';
import { modelOfFile } from './modelFile.js';
import { choosePreprocessing, type ChosenPreprocessing } from './preprocessingArgument.js';
import { readWeights, weightedModel } from './weightedModel.js';

/** What the command line says of a classifier beside its name. */
export interface ClassifierOptions {
  /** A file of weights, or what `readWeights` knows by name. */
  readonly weights?: string | undefined;
  /** A name of the table of preprocessings, or a JSON file. */
  readonly preprocessing?: string | undefined;
  /** [H, W, C], where the model or its file leaves it open; a model of another size is made anew at this one. */
  readonly inputShape?: readonly number[] | undefined;
  /** The architecture of the zoo that a file of weights alone belongs to. */
  readonly architecture?: string | undefined;
}

/** A classifier of pictures, ready for use, and how its pictures are prepared. */
export interface Classifier extends ChosenPreprocessing {
  readonly model: Model;
  /** 'ONNX', 'Keras 2', …; 'Striate' for saved models and the zoo's. */
  readonly format: string;
  /**
   * Whether it takes grey drawings and says nothing about them: then pictures become light strokes on dark ground, as those
   * of handwritten digits.
   */
  readonly drawings: boolean;
}

/**
 * Opens what a command's argument names: a saved model, another program's model file, or a model of the zoo with `weights`.
 *
 * @throws StriateError when there is no such model or file, the weights are another's, or it takes no pictures.
 *
 * @example
 * const { model, preprocessing } = await openClassifier('squeezenet.onnx', { preprocessing: 'rgb-means' });
 */
export async function openClassifier(argument: string, options: ClassifierOptions = {}): Promise<Classifier> {
  const { architecture } = options;
  // A file of weights with its architecture is the architecture with that file as its weights.
  if (architecture !== undefined && isFile(argument) && options.weights === undefined) {
    const { architecture: _, ...rest } = options;
    return openClassifier(architecture, { ...rest, weights: argument });
  }
  if (architecture !== undefined) {
    throw new UsageError({
      where: `--model ${architecture}`,
      rule: "says which architecture a file of weights belongs to, given in the model's place",
      advice: 'leave it out',
    });
  }
  const opened = isFile(argument) ? await openFile(argument, options) : await openArchitecture(argument, options);
  const { model, format, file, usual } = opened;
  const from = { argument: options.preprocessing, architecture: usual, file, format };
  const chosen = await choosePreprocessing(model, from).catch(async (error: unknown) => {
    await model.dispose();
    throw error;
  });
  const drawings = !chosen.stated && chosen.preprocessing.channels === 'grey';
  return { model, format, drawings, ...chosen };
}

interface Opened {
  readonly model: Model;
  readonly format: string;
  readonly file: string;
  /** What the zoo's row or the weights say. */
  readonly usual?: Preprocessing | undefined;
}

async function openFile(file: string, { weights, inputShape }: ClassifierOptions): Promise<Opened> {
  const { model, format } = await modelOfFile(file, { inputShape });
  if (weights !== undefined) {
    const { path, content } = await readWeights(weights, file);
    await model.loadWeights(content, { name: path });
    // Weights know best how they were trained.
    model.preprocessing = readPreprocessing(content.metadata, model.inputs[0].shape, path) ?? model.preprocessing;
  }
  return { model, format, file };
}

/** A model of the zoo; without weights it knows nothing. */
async function openArchitecture(name: string, { weights, inputShape }: ClassifierOptions): Promise<Opened> {
  if (weights === undefined || !isKnown(name)) return { model: await loadTrained(name), format: 'Striate', file: name };
  const row = zoo.describe(name);
  // Grey models know light strokes on dark ground, and pictures are turned into that.
  const isGrey = row.preprocessing.channels === 'grey';
  if (await isForeign(weights)) {
    const { model } = await modelOfFile(weights, { architecture: name, inputShape });
    return { model, format: 'Striate', file: weights, usual: isGrey ? undefined : row.preprocessing };
  }
  const { path, content } = await readWeights(weights, name);
  const { metadata } = content;
  const stated = preprocessingFromTexts(metadata, row.preprocessing, path);
  const size = sizeIn(metadata) ?? stated.size;
  const shape = inputShape ?? (isGrey ? row.inputShape : [...size, 3]);
  const model = await weightedModel(name, { weights: { path, content }, inputShape: shape });
  return { model, format: 'Striate', file: path, usual: isGrey ? undefined : atSize(stated, shape) };
}

/** Whether weights are in a file of another program's that modelFile.ts reads. */
async function isForeign(weights: string): Promise<boolean> {
  const bytes = await files.read(weights).catch(() => undefined);
  return bytes !== undefined && formatOf(weights, bytes)?.name.startsWith('Keras') === true;
}

/** The size that `preprocessing` in a file's metadata has. */
function sizeIn({ preprocessing }: Readonly<Record<string, string>>): readonly number[] | undefined {
  return preprocessing === undefined ? undefined : sizeInJson(preprocessing);
}

import { existsSync } from 'node:fs';
import type { DataSet, DataSplits } from '../../data/dataSet.js';
import { normalizedSplits } from '../../data/normalizedSet.js';
import { PictureFiles } from '../../data/folders/pictureFiles.js';
import type { Engine } from '../../engine/index.js';
import { adapted, type AdaptedModel } from '../../models/adapted.js';
import { classCount } from '../../models/classes.js';
import type { Model } from '../../models/index.js';
import { namedPreprocessing, type Preprocessing, type PreprocessingName } from '../../pictures/index.js';
import { StriateError, type Shape } from '../../tensor/index.js';
import { optimizers, type OptimizerName } from '../../training/index.js';
import { measureOnDataSet, zoo } from '../../zoo/index.js';
import { alignClasses } from '../alignedClasses.js';
import { augmentedFolder, augmentedTraining } from '../augmentArgument.js';
import { openClassifier, type Classifier } from '../classifierArgument.js';
import { openData } from '../dataArgument.js';
import { listed } from '../listed.js';
import { classifierObjective, isFile, isKnown } from '../modelArgument.js';
import type { Output } from '../output.js';
import { preprocessingArgument } from '../preprocessingArgument.js';
import { statePictures } from '../usedPreprocessing.js';
import type { RunArguments } from './runFolder.js';

/** What training begins with. */
export interface TrainingStart {
  /** The run, with what the command line left to model and data. */
  readonly run: RunArguments;
  /** Compiled, with its frozen layers frozen. */
  readonly model: Model;
  /** Labels as the model numbers its classes, training pictures augmented. */
  readonly data: DataSplits;
}

/**
 * A compiled model for a run and its data. Trained models whose classes are others than the data's get a new classifier, and
 * frozen features unless `--freeze` says otherwise.
 *
 * @throws StriateError when there is no such model or data, or they do not fit each other.
 */
export async function startTraining(asked: RunArguments, engine: Engine, output: Output): Promise<TrainingStart> {
  const found = await openTrained(asked);
  // A new classifier has the name of the one before it: the layers are known before pictures are looked at.
  if (found) expectFreezable(found.model, asked.freeze);
  const inputShape = found?.model.inputs[0].shape ?? asked.input ?? zoo.describe(asked.model).inputShape;
  const stated = found?.stated && found.preprocessing;
  const opened = await openPictures(stated ? { preprocessing: stated } : { inputShape }, asked, output);
  const { model, keepsClassifier } = await modelFor(opened.train, asked, output, found?.model);
  model.useEngine({ engine });
  const freeze = asked.freeze ?? (keepsClassifier && asked.fineTune === undefined ? 'none' : 'features');
  freezeLayers(model, freeze);
  const { preprocessing, name } = await wantedPreprocessing(
    opened.train,
    asked,
    output,
    found && { ...found, model, keepsClassifier },
  );
  const run = { ...asked, freeze, preprocessing: asked.preprocessing ?? name };
  const data = await prepared(opened, run, output, preprocessing);
  statePictures(model, data.train);
  const optimizer = optimizers[run.optimizer as OptimizerName]({ learningRate: run.lr });
  model.compile({ optimizer, ...classifierObjective(model), engine });
  return { run, model, data: found && keepsClassifier ? await inModelsOrder(model, data, run, output) : data };
}

/** The model of a file, or the zoo's with weights; undefined for a model of the zoo without. */
async function openTrained({ model, weights, preprocessing, input }: RunArguments): Promise<Classifier | undefined> {
  if (isFile(model)) return openClassifier(model, { preprocessing, inputShape: input });
  if (/\.(onnx|h5|hdf5|keras|json)$/i.test(model) && !existsSync(model)) {
    throw new StriateError({ where: `--model ${model}`, rule: 'there is no such file' });
  }
  if (weights === undefined) return undefined;
  // The error of an unknown name lists the known ones.
  if (!isKnown(model)) zoo.describe(model);
  return openClassifier(model, { weights, preprocessing, inputShape: input });
}

/** Opens a run's data: folders at a size and in a range, sets in memory in a range. */
function openPictures(
  pictures: { readonly inputShape: Shape } | { readonly preprocessing: Preprocessing },
  { data, augment, strict = false }: RunArguments,
  output: Output,
): Promise<DataSplits> {
  return openData(data, output, { options: { ...pictures, ...augmentedFolder(augment), strict } });
}

/** A trained model, made ready for the data, or a fresh one of the zoo. */
async function modelFor(
  train: DataSet,
  { model: argument, seed }: RunArguments,
  output: Output,
  trained?: Model,
): Promise<AdaptedModel> {
  const { inputShape, classNames } = train;
  if (!trained) {
    const model = zoo.create(argument, { inputShape, classes: classNames.length, seed });
    return { model, keepsClassifier: true };
  }
  const made = await adapted(trained, train, { seed });
  if (!made.keepsClassifier) {
    output.progress(
      `${argument} tells ${classCount(trained)} classes apart, ${train.name} has ${classNames.length} ` +
        `(${listed(classNames)}): it gets a new classifier in the place of '${made.model.layers.at(-1)!.name}'.`,
    );
  }
  return made;
}

/**
 * How the pictures are to be prepared other than they were opened; of a trained model of which nothing says it, what a
 * measurement finds, which then has a name.
 */
async function wantedPreprocessing(
  train: DataSet,
  { model: file, seed, preprocessing: argument }: RunArguments,
  output: Output,
  trained?: Classifier & AdaptedModel,
): Promise<{ readonly preprocessing?: Preprocessing; readonly name?: PreprocessingName }> {
  if (!trained) return argument ? { preprocessing: await preprocessingArgument(argument, train.inputShape) } : {};
  // Drawings in grey come as they are, from 0 to 1.
  if (trained.stated || trained.drawings) return {};
  const { format, keepsClassifier, model, advice, preprocessing } = trained;
  // What Striate trained on such classes saw numbers from 0 to 1 before files said how they were prepared.
  const worthTrying = !(format === 'Striate' && keepsClassifier);
  const found = worthTrying ? await measureOnDataSet(model, train, seed) : undefined;
  if (!found) {
    if (advice !== undefined) output.progress(advice);
    return { preprocessing };
  }
  const [{ name }] = found.measured;
  const scores = found.measured.map((one) => `${one.name} ${Math.max(one.explained, -1).toFixed(2)}`).join(', ');
  output.progress(
    `${file} does not say how its pictures are prepared. Of ${found.pictures} training pictures, a linear classifier ` +
      `explains: ${scores}; taken: ${name}. --preprocessing takes another.`,
  );
  return { preprocessing: namedPreprocessing(name, train.inputShape), name };
}

/** The data with its pictures prepared otherwise, where that is wanted, and training pictures augmented. */
async function prepared(
  data: DataSplits,
  run: RunArguments,
  output: Output,
  preprocessing?: Preprocessing,
): Promise<DataSplits> {
  let splits = data;
  if (preprocessing && data.train instanceof PictureFiles) {
    await data.train.close();
    splits = await openPictures({ preprocessing }, run, output);
  } else if (preprocessing) splits = normalizedSplits(data, preprocessing);
  const { train, validation, test } = splits;
  return { train: augmentedTraining(train, run.augment), validation, test };
}

/** The same data with its labels as a model numbers its classes, which are those of the data. */
async function inModelsOrder(
  model: Model,
  { train, validation, test }: DataSplits,
  { model: argument }: RunArguments,
  output: Output,
): Promise<DataSplits> {
  const { data, advice } = await alignClasses(model, train, { argument });
  if (advice !== undefined) output.progress(advice);
  if (data === train) return { train, validation, test };
  output.progress(
    `${argument} tells the classes of ${train.name} apart in another order: its classifier stays, and labels follow it ` +
      `(${listed(data.classNames)}).`,
  );
  return {
    train: data,
    validation: validation && (await alignClasses(model, validation, { argument })).data,
    test: (await alignClasses(model, test, { argument })).data,
  };
}

/** Freezes what `--freeze` says, and nothing else. */
function freezeLayers(model: Model, freeze: string): void {
  expectFreezable(model, freeze);
  model.unfreeze();
  if (freeze === 'none') return;
  if (freeze === 'features') model.embedding.freeze();
  else model.freeze(freeze);
  if (model.parameterCounts().trainable > 0) return;
  throw new StriateError({
    where: `--freeze ${freeze}`,
    rule: 'leaves nothing to train',
    advice: 'name a layer before the last with weights',
  });
}

function expectFreezable({ layers }: Model, freeze = 'none'): void {
  if (freeze === 'none' || freeze === 'features' || layers.some(({ name }) => name === freeze)) return;
  const named = layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  throw new StriateError({
    where: `--freeze ${freeze}`,
    rule: 'must be none, features, or a layer of the model',
    advice: `those with weights are ${named.join(', ')}`,
  });
}

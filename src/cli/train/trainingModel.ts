import { existsSync } from 'node:fs';
import type { DataSplits } from '../../data/dataSet.js';
import type { Engine } from '../../engine/index.js';
import { newHead, resizedWithWeights, type Model } from '../../models/index.js';
import { formatShape, sameShape, StriateError } from '../../tensor/index.js';
import { optimizers, type OptimizerName } from '../../training/index.js';
import { zoo } from '../../zoo/index.js';
import { placesOf } from '../alignedClasses.js';
import { augmentedTraining } from '../augmentArgument.js';
import { openClassifier, type Classifier } from '../classifierArgument.js';
import { listed } from '../listed.js';
import { classesOf, classifierObjective, isFile, isKnown } from '../modelArgument.js';
import type { Output } from '../output.js';
import { preprocessingArgument } from '../preprocessingArgument.js';
import type { RunArguments } from './runFolder.js';
import { inModelsOrder, measuredPictures, openPictures, preparedPictures } from './trainingPictures.js';
import { statePictures } from '../usedPreprocessing.js';

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
 * frozen features unless told otherwise.
 *
 * @throws StriateError when there is no such model or data, or they do not fit each other.
 */
export async function startTraining(asked: RunArguments, engine: Engine, output: Output): Promise<TrainingStart> {
  const found = await openTrained(asked);
  const start = found ? await fromTrained(found, asked, engine, output) : await fromScratch(asked, output);
  const { run, model, data } = start;
  statePictures(model, data.train);
  const options = run.lr === undefined ? {} : { learningRate: run.lr };
  model.compile({
    optimizer: optimizers[run.optimizer as OptimizerName](options),
    ...classifierObjective(model),
    engine,
  });
  return start;
}

/** The model of a file, or the zoo's with weights; undefined for a model of the zoo without. */
async function openTrained({ model, weights, preprocessing, input }: RunArguments): Promise<Classifier | undefined> {
  if (isFile(model)) return openClassifier(model, { preprocessing, inputShape: input });
  if (/\.(onnx|h5|hdf5|keras|json)$/i.test(model) && !existsSync(model)) {
    throw new StriateError({ where: `--model ${model}`, rule: 'there is no such file' });
  }
  if (weights === undefined) return undefined;
  // A name that is none is told with those that there are.
  if (!isKnown(model)) zoo.describe(model);
  return openClassifier(model, { weights, preprocessing, inputShape: input });
}

async function fromScratch(asked: RunArguments, output: Output): Promise<TrainingStart> {
  const inputShape = asked.input ?? zoo.describe(asked.model).inputShape;
  const plain = await openPictures(asked, output, { inputShape });
  const { train } = plain;
  const wanted = asked.preprocessing && (await preprocessingArgument(asked.preprocessing, train.inputShape));
  const data = wanted ? await preparedPictures(plain, wanted, asked, output) : plain;
  const sizes = { inputShape: train.inputShape, classes: train.classNames.length };
  const model = zoo.create(asked.model, { ...sizes, seed: asked.seed });
  const run = { ...asked, freeze: asked.freeze ?? 'none' };
  freezeFor(run, model);
  return { run, model, data: augmented(data, run) };
}

async function fromTrained(
  found: Classifier,
  asked: RunArguments,
  engine: Engine,
  output: Output,
): Promise<TrainingStart> {
  found.model.useEngine({ engine });
  // A new classifier has the name of the one before it: the layers are known before pictures are looked at.
  expectFreezable(asked.freeze, found.model);
  const { shape: inputShape } = found.model.inputs[0];
  const { stated, preprocessing } = found;
  const opened = await openPictures(asked, output, stated ? { preprocessing } : { inputShape });
  const { classNames, name } = opened.train;
  const keeps = tellsApart(found.model, classNames);
  const base = await atSizeOf(found.model, opened, keeps, asked);
  base.useEngine({ engine });
  const model = keeps ? base : newHead(base, { classes: classNames, seed: asked.seed });
  if (!keeps) {
    output.progress(
      `${asked.model} tells ${classesOf(base)} classes apart, ${name} has ${classNames.length} (${listed(classNames)}): it gets ` +
        `a new classifier in the place of '${model.layers.at(-1)!.name}'.`,
    );
  }
  const freeze = asked.freeze ?? (keeps && asked.fineTune === undefined ? 'none' : 'features');
  freezeFor({ freeze }, model);
  // Drawings in grey come as they are, from 0 to 1.
  const open = stated || found.drawings;
  const chosen = open ? undefined : await measuredPictures(found, base, opened, asked, keeps, output);
  const run = { ...asked, freeze, preprocessing: asked.preprocessing ?? chosen?.name };
  const data = augmented(chosen?.data ?? opened, run);
  return { run, model, data: keeps ? await inModelsOrder(model, data, run, output) : data };
}

/** The same data, training pictures changed as the run says. */
function augmented({ train, validation, test }: DataSplits, { augment }: RunArguments): DataSplits {
  return { train: augmentedTraining(train, augment), ...(validation && { validation }), test };
}

/** Whether a model's classes are these, in whatever order, as far as it names them. */
function tellsApart(model: Model, names: readonly string[]): boolean {
  const { classNames, outputShape } = model;
  if (outputShape.length !== 1 || classesOf(model) !== names.length) return false;
  return classNames === undefined || placesOf(names, classNames) !== undefined;
}

/** A model for pictures of the data's size: sets in memory have sizes of their own. */
async function atSizeOf(
  model: Model,
  { train }: DataSplits,
  keepsClassifier: boolean,
  run: RunArguments,
): Promise<Model> {
  const own = model.inputs[0].shape;
  if (sameShape(own, train.inputShape)) return model;
  const misfit = `the model '${run.model}' takes pictures of ${formatShape(own)}, '${train.name}' has ${formatShape(train.inputShape)}`;
  if (own.at(-1) !== train.inputShape.at(-1))
    throw new StriateError({ rule: misfit, advice: 'choose other data or another model' });
  // A new classifier takes the place of what lies behind the embedding.
  const kept = new Set((keepsClassifier ? model : model.embedding).layers.map(({ name }) => name));
  const made = await resizedWithWeights(model, train.inputShape).catch((error: unknown) => {
    if (!(error instanceof StriateError)) throw error;
    throw error.within(`${misfit}, and cannot be made for it`);
  });
  const lost = made.anew.find((name) => kept.has(name));
  if (lost === undefined) return made.model;
  throw new StriateError({
    rule: `${misfit}, and the weights of its layer '${lost}' are for its own size alone`,
    advice: 'choose other data or another model',
  });
}

/** Freezes what the run says, and nothing else. */
function freezeFor({ freeze }: Pick<RunArguments, 'freeze'>, model: Model): void {
  expectFreezable(freeze, model);
  model.unfreeze();
  if (freeze === undefined || freeze === 'none') return;
  if (freeze === 'features') model.embedding.freeze();
  else model.freeze(freeze);
  if (model.parameterCounts().trainable === 0) {
    throw new StriateError({
      where: `--freeze ${freeze}`,
      rule: 'leaves nothing to train',
      advice: 'name a layer before the last with weights',
    });
  }
}

function expectFreezable(freeze: string | undefined, { layers }: Model): void {
  if (freeze === undefined || freeze === 'none' || freeze === 'features') return;
  if (layers.some(({ name }) => name === freeze)) return;
  const named = layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  throw new StriateError({
    where: `--freeze ${freeze}`,
    rule: 'must be none, features, or a layer of the model',
    advice: `those with weights are ${named.join(', ')}`,
  });
}

import { existsSync } from 'node:fs';
import type { OpenedModel } from '../../classify/index.js';
import { pictureShape, resolvePreprocessing } from '../../classify/preparation.js';
import { expectFreezable, prepareTransferAs } from '../../classify/prepareTransfer.js';
import { augmentations } from '../../data/index.js';
import type { DataSplits } from '../../data/dataSet.js';
import type { Engine } from '../../engine/index.js';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { optimizers, type MetricChoice, type OptimizerName } from '../../training/index.js';
import { zoo } from '../../zoo/index.js';
import { openData } from '../dataArgument.js';
import { classifierObjective, expectModel, isFile } from '../modelArgument.js';
import { openArgument } from '../openArgument.js';
import type { Output } from '../output.js';
import { correctLabels } from './correctLabels.js';
import { completeRun, trainCall, type AskedRun, type RunArguments } from './runArguments.js';

/** What training begins with. */
export interface TrainingStart {
  /** The run, with what the command line left to the model and the data filled in. */
  readonly run: RunArguments;
  /** The call that trains the same again. */
  readonly call: string;
  /** Compiled, with its frozen layers frozen. */
  readonly model: Model;
  /** Labels as the model numbers its classes, training pictures augmented. */
  readonly data: DataSplits;
}

/** How messages call the options. */
const optionNames = { freeze: '--freeze', preprocessing: '--preprocessing' } as const;

/**
 * A compiled model for a run and its data.
 *
 * @param bySteps whether a new classifier is trained by steps in any case, as a search for a learning rate does
 * @throws StriateError when there is no such model or data, or they do not suit each other.
 */
export async function startTraining(
  asked: AskedRun,
  engine: Engine,
  output: Output,
  bySteps = false,
): Promise<TrainingStart> {
  const { model: name, seed, freeze, fineTune, augment = 'none' } = asked;
  const { opened, isTrained, pictures } = await openModelAndData(asked, output);
  const transfer = await prepareTransferAs(
    opened,
    pictures,
    {
      name,
      seed,
      computing: { engine },
      freeze: freeze ?? (fineTune === undefined ? undefined : 'features'),
      augment: augmentations[augment],
    },
    optionNames,
  );
  const { model, data, frozen, keepsClassifier, measured, notes } = transfer;
  const isNewHead = !keepsClassifier && isTrained && !bySteps;
  const examples = data.train.size;
  const run = completeRun(
    { ...asked, preprocessing: asked.preprocessing ?? measured },
    { frozen, isNewHead, examples },
  );
  const call = trainCall(run);
  for (const note of notes) output.progress(note);
  const optimizer = optimizers[run.optimizer as OptimizerName]({ learningRate: asked.lr });
  const objective = classifierObjective(model);
  const metrics = [...objective.metrics, ...((asked.metrics ?? []) as readonly MetricChoice[])];
  model.compile({ optimizer, ...objective, metrics, engine });
  return { run, call, model, data };
}

/** A run's model as it was opened, and the pictures at its size. */
interface ModelAndData {
  readonly opened: OpenedModel;
  /** Whether it has trained weights; otherwise it was made for the data's pictures and classes. */
  readonly isTrained: boolean;
  readonly pictures: DataSplits;
}

async function openModelAndData(asked: AskedRun, output: Output): Promise<ModelAndData> {
  const { model: name, seed, freeze, strict } = asked;
  const trained = await openTrained(asked, output);
  // Said before pictures are even looked for.
  if (trained) expectFreezable(trained.model, freeze, optionNames.freeze);
  const wanted = trained ? pictureShape(trained.model) : (asked.input ?? zoo.describe(name).inputShape);
  const opened = await openData(asked.data, output, { inputShape: wanted, strict });
  const pictures = asked.labels === undefined ? opened : await correctLabels(opened, asked.labels, output);
  if (trained) return { opened: trained, isTrained: true, pictures };
  const { inputShape, classNames } = pictures.train;
  const model = zoo.create(name, { inputShape, classes: classNames.length, seed });
  model.classNames = classNames;
  const preprocessing = await resolvePreprocessing(asked.preprocessing ?? '0-1', inputShape, optionNames.preprocessing);
  const fresh = { model, format: 'Striate', preparation: { preprocessing, stated: true } } as const;
  return { opened: fresh, isTrained: false, pictures };
}

/** The model of a file, or the zoo's with weights; undefined for a model of the zoo without. */
async function openTrained(asked: AskedRun, output: Output): Promise<OpenedModel | undefined> {
  const { model, weights, weightsKey, preprocessing, input, classes, outputs } = asked;
  if (/\.(onnx|h5|hdf5|keras|json)$/i.test(model) && !existsSync(model)) {
    throw new StriateError({ where: `--model ${model}`, rule: 'there is no such file' });
  }
  expectModel(model, '--model');
  if (!isFile(model) && weights === undefined) return undefined;
  return openArgument(model, { weights, weightsKey, preprocessing, input, classes, outputs }, output);
}

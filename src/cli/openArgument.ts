import type { Command } from 'commander';
import { openModelAs, type OpenedModel, type OptionNames } from '../classify/openModel.js';
import type { Model } from '../models/index.js';
import { StriateError, type ErrorParts } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { UsageError } from './failure.js';
import { expectModel, isFile, isKnown, modelFile } from './modelArgument.js';
import { inputShapeOption, preprocessingOption, shared, weightsKeyOption } from './commandOptions.js';
import type { Output } from './output.js';
import { notClassifier } from './notClassifier.js';

/** What a command line says about a model beside its name. */
export interface ModelOptions {
  readonly weights?: string;
  /** Which of a checkpoint's dictionaries holds them. */
  readonly weightsKey?: string;
  /** The architecture that a file of weights belongs to. */
  readonly model?: string;
  readonly preprocessing?: string;
  readonly input?: readonly number[];
  readonly classes?: string;
  /** Values of an ONNX file that become its outputs. */
  readonly outputs?: readonly string[];
  /** False where an ONNX file's inputs have no axis for a batch. */
  readonly batchAxis?: boolean;
}

/** How messages of `openModel` call its options here. */
const optionNames: OptionNames = {
  weights: '--weights',
  architecture: '--model',
  inputShape: '--input',
  preprocessing: '--preprocessing',
};

/** Gives a command the options of a classifier of pictures. */
export function addModelOptions(command: Command): Command {
  return command
    .option('--weights <file>', 'weights for a model of the zoo, PyTorch’s, Keras’s or Striate’s')
    .addOption(weightsKeyOption())
    .option('--model <name>', 'the architecture that a file of weights belongs to, such as resnet18')
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('where the file leaves it open'))
    .option('--classes <file>', 'names of the model’s classes: JSON, or a name per line')
    .addOption(shared.outputs())
    .addOption(shared.batchAxis());
}

/** What is wrong where `--weights-key` has no checkpoint to choose in. */
export function keyWithoutWeights(key: string): ErrorParts {
  return {
    where: `--weights-key ${key}`,
    rule: 'says which dictionary of a checkpoint holds the weights, and no checkpoint is given',
    advice: 'give it with --weights FILE, or leave --weights-key out',
  };
}

/**
 * Opens the classifier or other model of whole pictures that a command's argument names; what there is to tell of it goes to `output`.
 *
 * @throws StriateError where it is a detector or a segmenter.
 */
export async function openArgument(argument: string, options: ModelOptions, output: Output): Promise<OpenedModel> {
  const opened = await openAny(argument, options, output);
  const wrong = notClassifier(argument, opened.model);
  if (!wrong) return opened;
  await opened.model.dispose();
  throw new StriateError(wrong);
}

/** The same of any model, a detector's or segmenter's network among them. */
export async function openAny(argument: string, options: ModelOptions, output: Output): Promise<OpenedModel> {
  const { weightsKey, model: architecture, preprocessing, input: inputShape, classes: classNames } = options;
  const weights = options.weights === undefined ? undefined : modelFile(options.weights);
  if (architecture === undefined) expectModel(argument);
  else expectModel(architecture, '--model');
  if (architecture !== undefined && (!isFile(argument) || weights !== undefined)) {
    throw new UsageError({
      where: `--model ${architecture}`,
      rule: "says which architecture a file of weights belongs to, given in the model's place",
      advice: 'leave it out',
    });
  }
  if (weightsKey !== undefined && weights === undefined && architecture === undefined)
    throw new UsageError(keyWithoutWeights(weightsKey));
  const { outputs, batchAxis } = options;
  const given = { weights, weightsKey, architecture, preprocessing, inputShape, classNames, outputs, batchAxis };
  const opened = await openModelAs(modelFile(argument), given, optionNames);
  for (const note of opened.notes ?? []) output.note(note);
  return opened;
}

/** `openArgument` for commands that take an architecture without weights, too, which then has starting values, as `sayFresh` tells. */
export async function openOrCreate(
  argument: string,
  options: ModelOptions,
  output: Output,
  sayFresh = true,
): Promise<Model> {
  const isGiven = options.weights !== undefined || options.weightsKey !== undefined;
  if (isGiven || !isKnown(argument)) return (await openAny(argument, options, output)).model;
  const model = zoo.create(argument, { inputShape: options.input });
  if (sayFresh) output.progress(`${argument} has fresh weights, those of seed 0; --weights FILE takes others`);
  return model;
}

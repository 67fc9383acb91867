import type { Command } from 'commander';
import { openModelAs, type OpenedModel, type OptionNames } from '../classify/openModel.js';
import type { Model } from '../models/index.js';
import { zoo } from '../zoo/index.js';
import { UsageError } from './failure.js';
import { isFile, isKnown } from './modelArgument.js';
import { inputShapeOption, preprocessingOption, weightsKeyOption } from './commandOptions.js';
import type { Output } from './output.js';

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
    .option('--classes <file>', 'names of the model’s classes: JSON, or a name per line');
}

/** Opens what a command's argument names; what there is to tell of it goes to `output`. */
export async function openArgument(
  argument: string,
  options: ModelOptions = {},
  output?: Output,
): Promise<OpenedModel> {
  const { weights, weightsKey, model: architecture, preprocessing, input: inputShape, classes: classNames } = options;
  if (architecture !== undefined && (!isFile(argument) || weights !== undefined)) {
    throw new UsageError({
      where: `--model ${architecture}`,
      rule: "says which architecture a file of weights belongs to, given in the model's place",
      advice: 'leave it out',
    });
  }
  const opened = await openModelAs(
    argument,
    { weights, weightsKey, architecture, preprocessing, inputShape, classNames },
    optionNames,
  );
  for (const note of opened.notes ?? []) output?.progress(note);
  return opened;
}

/** The same for commands that take an architecture without weights, too, which then has starting values. */
export async function openOrCreate(argument: string, options: ModelOptions, output?: Output): Promise<Model> {
  if (options.weights !== undefined || !isKnown(argument)) return (await openArgument(argument, options, output)).model;
  const model = zoo.create(argument, { inputShape: options.input });
  output?.progress(`${argument} has fresh weights, those of seed 0; --weights FILE takes others`);
  return model;
}

import { InvalidArgumentError, Option, type Command } from 'commander';
import { nameAdvice, spelledHere } from '../../tensor/spellings.js';
import { metricNames } from '../../training/metricNames.js';
import { optimizers } from '../../training/index.js';
import { augmentOption, dataOption } from '../dataArgument.js';
import { findLrOption } from './findLearningRate.js';
import {
  inputShapeOption,
  positiveNumber,
  preprocessingOption,
  shared,
  weightsKeyOption,
  wholeNumber,
} from '../commandOptions.js';
import { defaults, taskEpochs, taskNames } from './runArguments.js';
import { headNames } from './taskNetwork.js';

/** Gives the command its options. */
export function addTrainOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--task <what>',
        'what is learned: the class of each picture (classify, default), boxes (detect), masks (segment) or points (keypoints), of ' +
          'annotated pictures: scenes, or a folder in COCO’s, Pascal VOC’s, YOLO’s or LabelMe’s format, or with masks as PNG files',
      ).choices(['classify', ...taskNames]),
    )
    .addOption(dataOption())
    .option(
      '--model <name|file>',
      'a model of the zoo (mnist_cnn, resnet18, …), or a file to start from: saved, ONNX, Keras; of tasks the backbone, or unet, or ' +
        'torchvision’s name of a detector or segmenter',
    )
    .addOption(
      new Option('--head <name>', 'what stands on the backbone of a task (default: the first of its kind)').choices(
        headNames,
      ),
    )
    .option('--weights <file|name>', 'weights for a model of the zoo: PyTorch’s, Keras’s or Striate’s, or "imagenet"')
    .addOption(weightsKeyOption())
    .option(
      '--freeze <what>',
      'none, features (all but the classifier), or the last layer that is not trained (default: features where trained ' +
        'weights get a new classifier, else none)',
    )
    .addOption(
      new Option(
        '--fine-tune <n>',
        'times through the data with everything trained, after the classifier was solved, or trained alone for --epochs',
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--epochs <n>',
        `times through the data (default: ${defaults.epochs}, of tasks ${taskEpochs}; where trained weights get a new classifier, that is solved, and ` +
          'these are epochs with everything trained)',
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      new Option(
        '--batch <n>',
        `pictures per step (default: ${defaults.batch}, of tasks 16; of few, an eighth)`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--lr <x>',
        'learning rate (default: the optimizer’s); with --fine-tune and of tasks the highest of a cycle',
      ).argParser(positiveNumber),
    )
    .addOption(new Option('--optimizer <name>', `(default: "${defaults.optimizer}")`).choices(Object.keys(optimizers)))
    .addOption(
      new Option(
        '--metrics <names>',
        'what is measured beside accuracy, such as precision,recall,f1Score,auc: in the epochs’ lines, results.csv and the page',
      ).argParser(metricList),
    )
    .addOption(
      new Option(
        '--early-stopping <n>',
        'stop after so many epochs without a lower validation loss, and go back to the weights of the best',
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        '--reduce-lr <n>',
        'a tenth of the learning rate after so many epochs without a lower validation loss',
      ).argParser(wholeNumber(1)),
    )
    .option(
      '--checkpoint <file>',
      'a file in the run’s folder for every epoch, such as "epoch-{epoch:02d}-{valLoss:.3f}.safetensors"',
    )
    .addOption(augmentOption())
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('of the pictures that the model is to take (default: the model’s own)'))
    .option('--classes <file>', 'names of a trained model’s classes: JSON, or a name per line')
    .addOption(shared.outputs())
    .option(
      '--labels <file>',
      'labels to change before training, and pictures to leave out: the CSV of the studio’s page Mistakes, with columns file (or ' +
        'part and index), decision (right, relabel, leave out), label',
    )
    .option(
      '--suspects',
      'look for training labels that may be wrong when the training is done: suspects.csv, and on the page',
    )
    .option('--strict', 'stop at a picture that cannot be read instead of counting and skipping it')
    .addOption(shared.seed(`of the starting weights and the order of the pictures (default: ${defaults.seed})`))
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(findLrOption())
    .option('--resume <run>', 'go on with the run in this folder, to the bit as if it had not been interrupted')
    .option(
      '--out <dir>',
      'the run’s folder, with results.csv, a line per epoch, and last.safetensors, a backup every 10 seconds that --resume goes on ' +
        'from (default: the next free runs/MODEL-DATA-N)',
    )
    .addOption(shared.json());
}

/** `precision,recall`, for commander: metrics by their names, or by what other libraries call them. */
function metricList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => !['', 'accuracy', 'acc'].includes(name))
    .map((name) => {
      const [own] = spelledHere(name, offeredMetrics);
      if (own !== undefined) return own;
      throw new InvalidArgumentError(`There is no metric '${name}'; ${nameAdvice(name, offeredMetrics)}.`);
    });
}

/** What a run can measure: `iou` needs to know which classes count. */
const offeredMetrics: readonly string[] = metricNames.filter((name) => name !== 'iou');

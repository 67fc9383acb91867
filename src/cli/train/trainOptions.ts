import { InvalidArgumentError, Option, type Command } from 'commander';
import { nameAdvice, spelledHere } from '../../tensor/spellings.js';
import { metricNames } from '../../training/metricNames.js';
import { optimizers } from '../../training/index.js';
import { usualBatchSize } from '../../fit/fitData.js';
import { augmentOption, dataOption } from '../dataArgument.js';
import { UsageError } from '../failure.js';
import { findLrOption } from './findLearningRate.js';
import { shellWords } from '../invocation.js';
import { isFile } from '../modelArgument.js';
import { keyWithoutWeights } from '../openArgument.js';
import {
  inputShapeOption,
  positiveNumber,
  preprocessingOption,
  shared,
  weightsKeyOption,
  wholeNumber,
} from '../commandOptions.js';
import type { RunArguments } from './runFolder.js';

/** A run as it was asked for: what is left out follows from model and data. */
export type AskedRun = Omit<RunArguments, 'epochs' | 'batch' | 'optimizer'> &
  Partial<Pick<RunArguments, 'epochs' | 'batch' | 'optimizer'>>;

/** What the command line of `train` says. */
export type TrainOptions = Partial<RunArguments> & {
  readonly resume?: string;
  readonly findLr?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

/** What is taken where neither the command line nor the resumed run says otherwise. */
const defaults = { epochs: 5, batch: 64, optimizer: 'adam', seed: 1, engine: 'wasm', augment: 'none' } as const;

/** What a resumed run may not change, because the result would not be that of one uninterrupted run; with its option. */
const fixed = {
  data: '--data',
  model: '--model',
  weights: '--weights',
  weightsKey: '--weights-key',
  preprocessing: '--preprocessing',
  classes: '--classes',
  outputs: '--outputs',
  freeze: '--freeze',
  batch: '--batch',
  optimizer: '--optimizer',
  lr: '--lr',
  seed: '--seed',
  augment: '--augment',
  fineTune: '--fine-tune',
  input: '--input',
  metrics: '--metrics',
  earlyStopping: '--early-stopping',
  reduceLr: '--reduce-lr',
  checkpoint: '--checkpoint',
} as const satisfies Partial<Record<keyof RunArguments, string>>;

/** The call that trains the same again: what the data and the model decided is written out, what is usual is left out. */
export function trainCall(run: RunArguments): string {
  const usual: Partial<Record<keyof RunArguments, unknown>> = { ...defaults, freeze: 'none' };
  const words: (string | number)[] = ['striate', 'train'];
  for (const [name, option] of Object.entries({
    ...fixed,
    epochs: '--epochs',
    suspects: '--suspects',
    strict: '--strict',
  })) {
    const value = run[name as keyof RunArguments];
    // Where a classifier is solved, epochs are those of fine-tuning.
    if (value === undefined || value === usual[name as keyof RunArguments] || value === false) continue;
    if (name === 'epochs' && run.head === 'solved') continue;
    if (value === true) words.push(option);
    else words.push(option, Array.isArray(value) ? value.join(name === 'input' ? 'x' : ',') : String(value));
  }
  return shellWords(words);
}

/** Gives the command its options. */
export function addTrainOptions(command: Command): Command {
  return command
    .addOption(dataOption())
    .option(
      '--model <name|file>',
      'a model of the zoo (mnist_cnn, resnet18, …), or a file to start from: saved, ONNX, Keras',
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
        `times through the data (default: ${defaults.epochs}; where trained weights get a new classifier, that is solved, and ` +
          'these are epochs with everything trained)',
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      new Option(
        '--batch <n>',
        `pictures per step (default: ${defaults.batch}; of fewer than ${8 * defaults.batch - 7}, an eighth)`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option('--lr <x>', 'learning rate (default: the optimizer’s); with --fine-tune the highest').argParser(
        positiveNumber,
      ),
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

/**
 * What a run is of: a new one, or that of `--resume`.
 *
 * @param resumed the run in the folder that `--resume` names
 * @throws UsageError when something is missing, or options contradict each other or the resumed run.
 */
export function runArguments(options: TrainOptions, resumed?: RunArguments): AskedRun {
  const run = resumed === undefined ? newRun(options) : resumedRun(resumed, options);
  if (run.fineTune === undefined && run.epochs === 0 && run.head === undefined) {
    throw new UsageError({
      where: '--epochs 0',
      rule: 'leaves nothing to train',
      advice: 'only --fine-tune goes without epochs before it',
    });
  }
  if (run.weights !== undefined && isFile(run.model)) {
    throw new UsageError({
      where: `--weights ${run.weights}`,
      rule: 'is for a model of the zoo, such as --model squeezenet1_1',
      advice: `${run.model} has weights of its own`,
    });
  }
  if (run.weightsKey !== undefined && run.weights === undefined) throw keyWithoutWeights(run.weightsKey);
  if (run.fineTune !== undefined && run.freeze === 'none') {
    throw new UsageError({
      rule: '--fine-tune trains everything after epochs in which the features are frozen',
      advice: 'with --freeze none, give --epochs alone',
    });
  }
  if (run.fineTune !== undefined) expectNoPlateaus(run, '--fine-tune');
  if (run.fineTune !== undefined && run.weights === undefined && !isFile(run.model)) {
    throw new UsageError({
      where: '--fine-tune',
      rule: `'${run.model}' is a model with fresh weights, in which there is nothing to keep`,
      advice: 'give its trained ones with --weights, or a file as --model',
    });
  }
  if (run.classes !== undefined && run.weights === undefined && !isFile(run.model)) {
    throw new UsageError({
      where: `--classes ${run.classes}`,
      rule: "names the classes of a trained model; a fresh one learns the data's",
      advice: 'leave it out, or give --weights',
    });
  }
  return run;
}

/** Throws where fine-tuning is to stop early or reduce its rate. */
function expectNoPlateaus(run: AskedRun, option: string): void {
  for (const name of ['earlyStopping', 'reduceLr'] as const) {
    if (run[name] === undefined) continue;
    throw new UsageError({
      where: `${fixed[name]} and ${option} exclude each other`,
      rule: 'fine-tuning goes through one cycle of the learning rate, to its end',
      advice: 'leave one of them out',
    });
  }
}

/** What training by steps takes; a classifier that is solved has no use for it. */
const stepOptions = ['lr', 'batch', 'optimizer', 'earlyStopping', 'reduceLr', 'checkpoint'] as const;

/**
 * A run with what its model and data decide. A new classifier on frozen layers is solved, unless epochs are asked for with
 * `--freeze features`; other epochs then fine-tune.
 *
 * @throws UsageError when an option does not apply.
 */
export function completeRun(
  asked: AskedRun,
  { frozen, isNewHead, examples = Infinity }: { frozen: string; isNewHead: boolean; examples?: number },
): RunArguments {
  const { epochs, freeze } = asked;
  const base = { ...asked, freeze: frozen };
  const usual = {
    batch: asked.batch ?? usualBatchSize(examples, defaults.batch),
    optimizer: asked.optimizer ?? defaults.optimizer,
  };
  // A resumed run has decided already.
  if (asked.head === 'solved') return { ...base, ...usual, epochs: 0 };
  const solves =
    isNewHead && (epochs === undefined ? frozen === 'features' || asked.fineTune !== undefined : freeze === undefined);
  if (!solves || (epochs !== undefined && asked.fineTune !== undefined)) {
    return { ...base, ...usual, epochs: epochs ?? defaults.epochs };
  }
  const fineTune = asked.fineTune ?? epochs;
  if (fineTune !== undefined) expectNoPlateaus(asked, epochs === undefined ? '--fine-tune' : 'fine-tuning by --epochs');
  const idle = stepOptions.find((name) => fineTune === undefined && asked[name] !== undefined);
  if (idle !== undefined) {
    throw new UsageError({
      where: fixed[idle],
      rule: 'is for training by steps, and a new classifier on frozen layers is solved',
      advice:
        'leave it out, fine-tune with --epochs N, or train the classifier by steps with --freeze features --epochs N',
    });
  }
  // What is solved takes no steps, so that its call names none.
  return {
    ...base,
    ...usual,
    epochs: 0,
    head: 'solved',
    // Fine-tuning takes no smaller steps of small sets, as `fineTune` does not.
    batch: asked.batch ?? defaults.batch,
    ...(fineTune !== undefined && { fineTune }),
  };
}

function newRun(options: TrainOptions): AskedRun {
  const { data, model } = options;
  if (data === undefined)
    throw new UsageError({ where: '--data is missing', rule: 'name a data set, for example --data digits' });
  if (model === undefined)
    throw new UsageError({ where: '--model is missing', rule: 'name a model, for example --model mnist_cnn' });
  return {
    data,
    model,
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...(options.batch !== undefined && { batch: options.batch }),
    ...(options.optimizer !== undefined && { optimizer: options.optimizer }),
    lr: options.lr,
    seed: options.seed ?? defaults.seed,
    engine: options.engine ?? defaults.engine,
    threads: options.threads,
    augment: options.augment ?? defaults.augment,
    weights: options.weights,
    weightsKey: options.weightsKey,
    freeze: options.freeze,
    fineTune: options.fineTune,
    preprocessing: options.preprocessing,
    classes: options.classes,
    outputs: options.outputs,
    input: options.input,
    metrics: options.metrics,
    earlyStopping: options.earlyStopping,
    reduceLr: options.reduceLr,
    checkpoint: options.checkpoint,
    ...(options.suspects && { suspects: true }),
    strict: options.strict ?? false,
  };
}

function resumedRun(resumed: RunArguments, options: TrainOptions): RunArguments {
  if (options.out !== undefined) {
    throw new UsageError({
      where: '--out and --resume exclude each other',
      rule: 'a resumed run goes on in its own folder',
    });
  }
  // Runs of earlier versions do not say how they augment: they did not.
  const run: RunArguments = { augment: defaults.augment, ...resumed };
  // With the end of the frozen epochs the learning rates of all steps would be others.
  const names = Object.entries({ ...fixed, ...(run.fineTune !== undefined && { epochs: '--epochs' as const }) });
  // Of a run whose classifier was solved, --epochs are those that fine-tune.
  const before = run.head === 'solved' && options.fineTune === undefined ? { ...run, epochs: run.fineTune } : run;
  for (const [name, option] of names) {
    const [asked, was] = [options, before].map((from) => from[name as keyof RunArguments]);
    if (asked !== undefined && String(asked) !== String(was)) {
      throw new UsageError({
        where: `${option} ${String(asked)}`,
        rule: `the run in ${options.resume} has ${String(was ?? 'the default')}, and a resumed run goes on as it was`,
        advice: 'leave the option out, or start a new run',
      });
    }
  }
  return {
    ...run,
    epochs: run.head === 'solved' ? 0 : (options.epochs ?? run.epochs),
    threads: options.threads ?? run.threads,
    engine: options.engine ?? run.engine,
    ...(options.suspects && { suspects: true }),
    strict: options.strict ?? run.strict ?? false,
  };
}

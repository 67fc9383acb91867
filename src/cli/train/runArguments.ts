import type { AugmentationName } from '../../data/index.js';
import { usualBatchSize } from '../../fit/fitData.js';
import type { ErrorParts } from '../../tensor/index.js';
import { UsageError } from '../failure.js';
import { shellWords } from '../invocation.js';
import { isFile } from '../modelArgument.js';
import { keyWithoutWeights } from '../openArgument.js';

/** What is learned of pictures where it is not the class of each as a whole. */
export const taskNames = ['detect', 'segment', 'keypoints'] as const;
/** A name of it. */
export type TaskName = (typeof taskNames)[number];

/** What a run is of; `--resume` goes on with the same. */
export interface RunArguments {
  /** Undefined: the class of each picture. */
  readonly task?: TaskName | undefined;
  /** Which head stands on the backbone, for a task; undefined: the library's choice. */
  readonly taskHead?: string | undefined;
  readonly data: string;
  /** A model of the zoo, or a file of weights to start from. */
  readonly model: string;
  readonly epochs: number;
  readonly batch: number;
  readonly optimizer: string;
  /** Undefined: the optimizer's own. */
  readonly lr: number | undefined;
  readonly seed: number;
  readonly engine: string;
  /** Undefined: one per core. */
  readonly threads: number | undefined;
  /** How training pictures are changed; undefined: not at all. */
  readonly augment?: AugmentationName;
  /** Weights for a model of the zoo. */
  readonly weights?: string | undefined;
  /** Which of a checkpoint's dictionaries holds them; undefined: the one that fits. */
  readonly weightsKey?: string | undefined;
  /** 'none', 'features', or the last layer that is not trained; undefined: follows from model and data. */
  readonly freeze?: string | undefined;
  /**
   * 'solved': the classifier is solved on frozen features before any epochs, which are then those of `fineTune`; undefined: it is
   * trained by steps as everything else.
   */
  readonly head?: 'solved' | undefined;
  /** Epochs in which everything is trained, after `epochs` with the classifier alone. */
  readonly fineTune?: number | undefined;
  /** How pictures are prepared; undefined: as model and weights say. */
  readonly preprocessing?: string | undefined;
  /** A file with the names of the trained model's classes; undefined: those that it has. */
  readonly classes?: string | undefined;
  /** Values of an ONNX file that become its outputs; undefined: its own. */
  readonly outputs?: readonly string[] | undefined;
  /** [H, W, C] of the pictures that the model takes; undefined: the model's own. */
  readonly input?: readonly number[] | undefined;
  /** What is measured beside loss and accuracy, by the names of metrics; undefined: nothing. */
  readonly metrics?: readonly string[] | undefined;
  /** Epochs without a lower validation loss after which training stops; undefined: never. */
  readonly earlyStopping?: number | undefined;
  /** Epochs without a lower validation loss after which the learning rate falls to a tenth; undefined: never. */
  readonly reduceLr?: number | undefined;
  /** A file in the run's folder that every epoch is saved in, such as `epoch-{epoch:02d}.safetensors`. */
  readonly checkpoint?: string | undefined;
  /** A table of labels that are changed, and of pictures that are left out; undefined: the data as it is. */
  readonly labels?: string | undefined;
  /** Whether training labels that may be wrong are looked for in the end; undefined: they are not. */
  readonly suspects?: boolean;
  /** Whether a broken picture is an error. */
  readonly strict?: boolean;
}

/** In how many epochs, the first ones, a run trains the classifier alone; undefined where all of it is one phase. */
export const frozenEpochs = ({ fineTune, epochs }: RunArguments): number | undefined =>
  fineTune === undefined ? undefined : epochs;

/** A run as it was asked for: what is left out follows from model and data. */
export type AskedRun = Omit<RunArguments, 'epochs' | 'batch' | 'optimizer'> &
  Partial<Pick<RunArguments, 'epochs' | 'batch' | 'optimizer'>>;

/** A run of a task as it was asked for. */
export type TaskRun = AskedRun & { readonly task: TaskName };

/** Whether a run is of a task. */
export const isTaskRun = (run: AskedRun): run is TaskRun => run.task !== undefined;

/** What the command line of `train` says. */
export type TrainOptions = Partial<Omit<RunArguments, 'task' | 'head'>> & {
  readonly task?: TaskName | 'classify';
  /** `--head`, `taskHead` of a run. */
  readonly head?: string;
  readonly resume?: string;
  readonly findLr?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

/** What is taken where neither the command line nor the resumed run says otherwise. */
export const defaults = { epochs: 5, batch: 64, optimizer: 'adam', seed: 1, engine: 'wasm', augment: 'none' } as const;

/** How many times a task goes through its data: its networks start with more to learn than a classifier's. */
export const taskEpochs = 20;

/** What a resumed run may not change, because the result would not be that of one uninterrupted run; with its option. */
const fixed = {
  task: '--task',
  data: '--data',
  model: '--model',
  taskHead: '--head',
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
  labels: '--labels',
} as const satisfies Partial<Record<keyof RunArguments, string>>;

/** The call that trains the same again: what the data and the model decided is written out, what is usual is left out. */
export function trainCall(run: AskedRun): string {
  const { batch: _batch, optimizer: _optimizer, ...common } = defaults;
  const usual: Partial<Record<keyof RunArguments, unknown>> = isTaskRun(run)
    ? { ...common, epochs: taskEpochs }
    : { ...defaults, freeze: 'none' };
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

/** Options that do not go together. */
interface Contradiction {
  readonly holds: (run: AskedRun) => boolean;
  readonly says: (run: AskedRun) => ErrorParts;
}

/** Whether a run starts from trained weights. */
const isTrained = ({ model, weights }: AskedRun): boolean => weights !== undefined || isFile(model);

/** What no run can be of, whatever its model and data are; of several the first is told. */
const contradictions: readonly Contradiction[] = [
  {
    holds: ({ fineTune, epochs, head }) => fineTune === undefined && epochs === 0 && head === undefined,
    says: () => ({
      where: '--epochs 0',
      rule: 'leaves nothing to train',
      advice: 'only --fine-tune goes without epochs before it',
    }),
  },
  {
    holds: (run) => isTaskRun(run) && classifierOnly(run) !== undefined,
    says: (run) => ({
      where: classifierOnly(run)!,
      rule: `is for classifiers of whole pictures, and this run learns to ${run.task === 'keypoints' ? 'find points' : run.task}`,
      advice: 'leave it out',
    }),
  },
  {
    holds: (run) => isTaskRun(run) && run.reduceLr !== undefined && run.optimizer === undefined,
    says: () => ({
      where: fixed.reduceLr,
      rule: 'has no rate to reduce: the learning rate of a task goes through one cycle, to its end',
      advice: 'leave it out, or give an optimizer whose rate stays: --optimizer adam',
    }),
  },
  {
    holds: (run) => !isTaskRun(run) && run.taskHead !== undefined,
    says: ({ taskHead }) => ({
      where: `--head ${taskHead}`,
      rule: 'is of networks for boxes, masks or points',
      advice: `say which: --task ${taskNames.join(', ')}`,
    }),
  },
  {
    holds: ({ model, weights }) => weights !== undefined && isFile(model),
    says: ({ model, weights }) => ({
      where: `--weights ${weights}`,
      rule: 'is for a model of the zoo, such as --model squeezenet1_1',
      advice: `${model} has weights of its own`,
    }),
  },
  {
    holds: ({ weights, weightsKey }) => weightsKey !== undefined && weights === undefined,
    says: ({ weightsKey }) => keyWithoutWeights(weightsKey!),
  },
  {
    holds: ({ fineTune, freeze }) => fineTune !== undefined && freeze === 'none',
    says: () => ({
      rule: '--fine-tune trains everything after epochs in which the features are frozen',
      advice: 'with --freeze none, give --epochs alone',
    }),
  },
  {
    holds: (run) => run.fineTune !== undefined && plateauOption(run) !== undefined,
    says: (run) => plateauInCycle(plateauOption(run)!, '--fine-tune'),
  },
  {
    holds: (run) => run.fineTune !== undefined && !isTrained(run),
    says: ({ model }) => ({
      where: '--fine-tune',
      rule: `'${model}' is a model with fresh weights, in which there is nothing to keep`,
      advice: 'give its trained ones with --weights, or a file as --model',
    }),
  },
  {
    holds: (run) => run.classes !== undefined && !isTrained(run),
    says: ({ classes }) => ({
      where: `--classes ${classes}`,
      rule: "names the classes of a trained model; a fresh one learns the data's",
      advice: 'leave it out, or give --weights',
    }),
  },
];

/**
 * What a run is of: a new one, or that of `--resume`.
 *
 * @param resumed the run in the folder that `--resume` names
 * @throws UsageError when something is missing, or options contradict each other or the resumed run.
 */
export function runArguments(options: TrainOptions, resumed?: RunArguments): AskedRun {
  const run = resumed === undefined ? newRun(options) : resumedRun(resumed, options);
  const found = contradictions.find(({ holds }) => holds(run));
  if (found) throw new UsageError(found.says(run));
  return run;
}

/** The first option given that has no meaning for boxes, masks and points. */
function classifierOnly(run: AskedRun): string | undefined {
  const names = ['fineTune', 'classes', 'outputs', 'metrics', 'labels'] as const;
  const given = names.find((name) => run[name] !== undefined);
  return given === undefined ? (run.suspects ? '--suspects' : undefined) : fixed[given];
}

/** The option by which a run stops early or reduces its rate; undefined where it does neither. */
function plateauOption({ earlyStopping, reduceLr }: AskedRun): string | undefined {
  if (earlyStopping !== undefined) return fixed.earlyStopping;
  return reduceLr === undefined ? undefined : fixed.reduceLr;
}

/** What is wrong where fine-tuning is to stop early or reduce its rate. */
function plateauInCycle(plateau: string, fineTuning: string): ErrorParts {
  return {
    where: `${plateau} and ${fineTuning} exclude each other`,
    rule: 'fine-tuning goes through one cycle of the learning rate, to its end',
    advice: 'leave one of them out',
  };
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
  const plateau = fineTune !== undefined && plateauOption(asked);
  if (plateau) throw new UsageError(plateauInCycle(plateau, 'fine-tuning by --epochs'));
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
  const { data, model, task, head: taskHead } = options;
  if (data === undefined)
    throw new UsageError({ where: '--data is missing', rule: 'name a data set, for example --data digits' });
  if (model === undefined)
    throw new UsageError({ where: '--model is missing', rule: 'name a model, for example --model mnist_cnn' });
  return {
    ...(task !== undefined && task !== 'classify' && { task }),
    ...(taskHead !== undefined && { taskHead }),
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
    labels: options.labels,
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
  // With another end of the frozen epochs, or of a task's one cycle, the learning rates of all steps would be others.
  const inCycle = run.fineTune !== undefined || (isTaskRun(run) && run.optimizer === undefined);
  const names = Object.entries({ ...fixed, ...(inCycle && { epochs: '--epochs' as const }) });
  // Of a run whose classifier was solved, --epochs are those that fine-tune.
  const solved = run.head === 'solved' && options.fineTune === undefined && { epochs: run.fineTune };
  const before = { ...run, ...solved, task: run.task ?? 'classify' };
  const given = { ...options, taskHead: options.head };
  for (const [name, option] of names) {
    const [asked, was] = [given, before].map((from) => from[name as keyof typeof before]);
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

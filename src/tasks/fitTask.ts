import { files } from '#platform';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { checkCallbacks } from '../fit/callbacks/callback.js';
import type { CompileOptions } from '../fit/compileOptions.js';
import { usualBatchSize } from '../fit/fitData.js';
import { fitAccepts, type FitOptions } from '../fit/fitOptions.js';
import type { History } from '../fit/history.js';
import { resumedFrom, type TrainingState } from '../fit/trainingState.js';
import type { Model } from '../models/index.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { formatShape, sameShape, StriateError, Tensor } from '../tensor/index.js';
import type { JointLoss } from '../training/jointLoss.js';
import type { Loss } from '../training/loss.js';
import { optimizers } from '../training/optimizers.js';
import type { Optimizer } from '../training/optimizer.js';
import { schedules } from '../training/schedules.js';
import { TaskSet, type TaskMeasure, type TaskOnSet } from './taskSet.js';

/** Options of training on pictures with things in them, those of `fit` that apply. */
export interface TaskFitOptions extends Pick<
  FitOptions,
  | 'epochs'
  | 'batchSize'
  | 'shuffle'
  | 'callbacks'
  | 'verbose'
  | 'seed'
  | 'signal'
  | 'resumeFrom'
  | 'validationFreq'
  | 'validationBatchSize'
  | 'views'
> {
  /** What loss and the task's own measure are taken of after every epoch (`validationFreq` says otherwise). */
  readonly validationData?: AnnotatedSet;
  /**
   * Whether frozen layers at the beginning, as after `detector.backbone.freeze()`, run once for each picture instead of once an epoch, and
   * what they give is kept in memory; 'auto' by default: where pictures stay the same, or `views` says how many changes of each are
   * enough, and 1 GB is enough.
   */
  readonly cacheFeatures?: FitOptions['cacheFeatures'];
  /** The highest learning rate of one cycle over all epochs; 0.003 by default. */
  readonly learningRate?: number;
  /** Adam at one cycle of `learningRate` by default. */
  readonly optimizer?: Optimizer;
}

const { epochs, batchSize, shuffle, callbacks, verbose, seed, signal, resumeFrom } = fitAccepts.kinds;
const { validationFreq, validationBatchSize, cacheFeatures, views } = fitAccepts.kinds;

/** The kinds of these options. */
export const taskFitKinds = {
  ...{ epochs, batchSize, shuffle, callbacks, verbose, seed, signal, resumeFrom },
  ...{ validationFreq, validationBatchSize, cacheFeatures, views },
  validationData: 'object',
  learningRate: 'number',
  optimizer: 'object',
} as const satisfies OptionKinds<TaskFitOptions>;

/** The options of a task's `fit`, their names and kinds checked, and the numbers among them. */
export function taskFitOptions<Options extends Omit<TaskFitOptions, 'validationData'>>(
  accepts: AcceptedOptions<Options>,
  given: Options,
): Options {
  const options = expectOptions(accepts, given);
  const { where } = accepts;
  const { epochs, learningRate, callbacks, cacheFeatures } = options;
  if (epochs !== undefined) expectWhole(where, 'epochs', epochs, 0);
  for (const name of ['batchSize', 'validationBatchSize', 'validationFreq', 'views'] as const)
    if (options[name] !== undefined) expectWhole(where, name, options[name]);
  if (learningRate !== undefined) expectNumber(where, 'learningRate', learningRate, { above: 0 });
  if (typeof cacheFeatures === 'string') expectOneOf(where, 'cacheFeatures', cacheFeatures, ['auto']);
  if (callbacks) checkCallbacks(where, callbacks);
  return options;
}

/** What a network is trained for. */
export interface TaskObjective {
  readonly where: string;
  readonly loss: Loss | JointLoss;
  /** Which of the measure's figures are logged. */
  readonly figures: readonly string[];
  /** Says in a picture's target, which holds zeros, that nothing is known of the picture. */
  readonly unknown: (target: Float32Array | Int32Array) => void;
  /** @throws StriateError when there are things that the network does not know. */
  readonly on: (set: AnnotatedSet) => TaskOnSet;
  /** The same of labelled pictures, where a class is enough. */
  readonly onLabelled?: (set: Pick<AnnotatedSet, 'name' | 'classNames'>) => TaskOnSet;
}

/**
 * Throws unless a model takes a set's examples.
 *
 * @param head - for which of several heads they are
 * @throws StriateError saying which size the set's pictures have.
 */
export function expectSuits(
  where: string,
  model: Model,
  set: Pick<AnnotatedSet, 'name' | 'inputShape'>,
  head?: string,
): void {
  if (sameShape(model.inputShape, set.inputShape)) return;
  throw new StriateError({
    where,
    rule: `${head === undefined ? '' : `'${head}': `}the network takes ${formatShape([null, ...model.inputShape])}`,
    received: `the data set '${set.name}' with pictures of ${formatShape(set.inputShape)}`,
    advice: 'make the network for that inputShape, or open the data set with its preprocessing',
  });
}

/** Measures how well a network does on a set, as it wants its pictures. */
export async function measureOn(
  where: string,
  model: Model,
  set: AnnotatedSet,
  measure: Pick<TaskMeasure, 'add'>,
  batchSize: number,
): Promise<void> {
  expectSuits(where, model, set);
  const length = set.inputShape.reduce((a, b) => a * b, 1);
  for (let at = 0; at < set.size; at += batchSize) {
    const indices = Int32Array.from({ length: Math.min(batchSize, set.size - at) }, (_, i) => at + i);
    const data = new Float32Array(indices.length * length);
    const things = await set.fill(indices, data);
    const x = new Tensor('float32', [indices.length, ...set.inputShape], data);
    measure.add(indices, things, await model.predictAll(x, { batchSize }));
  }
}

/** Where a training stood that is gone on with, and what of its file the model takes. */
async function resumed(
  where: string,
  from: TrainingState | string | undefined,
  model: Model,
): Promise<{ readonly state?: TrainingState; readonly restore?: () => Promise<void> }> {
  if (from === undefined) return {};
  if (typeof from !== 'string') {
    // The optimizer's own numbers are in the model that was trained.
    if (model.optimizer) return { state: from };
    const advice =
      "give the file that ModelCheckpoint, or save with { optimizer: true }, wrote: resumeFrom: 'last.safetensors'";
    throw new StriateError({
      where,
      rule: 'the network has not been trained before, so a state alone is not enough',
      advice,
    });
  }
  const { content, state } = resumedFrom(await files.read(from), from);
  return { state, restore: () => model.useCheckpoint(content, from) };
}

/** A network, and how it wants its pictures. */
export interface LearningTask {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
}

/**
 * Trains a network on pictures with things in them, which are brought to what it takes; augmentation follows from the seed, the epoch
 * and the picture.
 */
export async function fitTask(
  { model, preprocessing }: LearningTask,
  set: AnnotatedSet,
  { where, loss, figures, on }: TaskObjective,
  options: TaskFitOptions,
): Promise<History> {
  const { validationData, ...rest } = options;
  const named = Object.fromEntries(figures.map((figure) => [figure, figure]));
  const taskSet = (given: AnnotatedSet): TaskSet => {
    const pictures = given.prepared(preprocessing);
    expectSuits(where, model, pictures);
    return new TaskSet([{ task: on(pictures), pictures, figures: named, outputs: (all) => all }]);
  };
  const training = taskSet(set);
  return fitSets(model, { where, loss }, training, validationData && taskSet(validationData), rest);
}

/** Trains a network on sets of pictures, by a loss of all its heads together or of its only one. */
export async function fitSets(
  model: Model,
  { where, loss, lossWeights }: Pick<TaskObjective, 'where' | 'loss'> & Pick<CompileOptions, 'lossWeights'>,
  training: TaskSet,
  validation: TaskSet | undefined,
  options: Omit<TaskFitOptions, 'validationData'>,
): Promise<History> {
  const { epochs = 1, learningRate = 0.003, optimizer, callbacks = [], resumeFrom, ...rest } = options;
  const { state, restore } = await resumed(where, resumeFrom, model);
  const batchSize = options.batchSize ?? state?.batchSize ?? usualBatchSize(training.size, 16);
  const totalSteps = Math.max(1, epochs * Math.ceil(training.size / batchSize));
  const cycle = schedules.oneCycle({ maxLearningRate: learningRate, totalSteps });
  const own = optimizer ?? (state && !restore ? model.optimizer! : optimizers.adam({ learningRate: cycle }));
  model.compile({ optimizer: own, loss, ...(lossWeights && { lossWeights }) });
  await restore?.();
  return model.fit(training, {
    cacheFeatures: 'auto',
    ...rest,
    epochs,
    batchSize,
    // Measures first, so that callbacks which watch them find them.
    callbacks: validation ? [validation.measuring(), ...callbacks] : callbacks,
    ...(validation && { validationData: validation }),
    ...(state && { resumeFrom: state }),
  });
}

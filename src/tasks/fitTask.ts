import type { AnnotatedSet, PlacedThings } from '../data/annotated/annotatedSet.js';
import { usualBatchSize } from '../fit/fitData.js';
import { fitAccepts, type FitOptions } from '../fit/fitOptions.js';
import type { History } from '../fit/history.js';
import type { Model } from '../models/index.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { formatShape, Random, sameShape, StriateError, Tensor } from '../tensor/index.js';
import type { JointLoss } from '../training/jointLoss.js';
import type { Loss } from '../training/loss.js';
import { optimizers } from '../training/optimizers.js';
import type { Optimizer } from '../training/optimizer.js';
import { schedules } from '../training/schedules.js';

/** Options of training on pictures with things in them, those of `fit` that apply. */
export interface TaskFitOptions extends Pick<
  FitOptions,
  'epochs' | 'batchSize' | 'shuffle' | 'callbacks' | 'verbose' | 'seed' | 'signal'
> {
  /** What the loss is measured with after every epoch. */
  readonly validationData?: AnnotatedSet;
  /** The highest learning rate of one cycle over all epochs; 0.003 by default. */
  readonly learningRate?: number;
  /** Adam at one cycle of `learningRate` by default. */
  readonly optimizer?: Optimizer;
}

const { epochs, batchSize, shuffle, callbacks, verbose, seed, signal } = fitAccepts.kinds;

/** The kinds of these options. */
export const taskFitKinds = {
  ...{ epochs, batchSize, shuffle, callbacks, verbose, seed, signal },
  validationData: 'object',
  learningRate: 'number',
  optimizer: 'object',
} as const satisfies OptionKinds<TaskFitOptions>;

/** What a network is trained for: the targets of a batch's pictures, and the loss. */
export interface TaskObjective {
  readonly where: string;
  readonly loss: Loss | JointLoss;
  readonly targets: (things: readonly PlacedThings[]) => Tensor;
}

/**
 * Throws unless a model takes a set's examples.
 *
 * @throws StriateError saying which size the set's pictures have.
 */
export function expectSuits(where: string, model: Model, set: AnnotatedSet): void {
  if (sameShape(model.inputShape, set.inputShape)) return;
  throw new StriateError({
    where,
    rule: `the network takes ${formatShape([null, ...model.inputShape])}`,
    received: `the data set '${set.name}' with pictures of ${formatShape(set.inputShape)}`,
    advice: 'make the network for that inputShape, or open the data set with its preprocessing',
  });
}

/** Pictures in the order of `order`, some at once, as a model takes them, with what is in them. */
export async function* examplesOf(
  set: AnnotatedSet,
  order: Int32Array,
  batchSize: number,
  pass?: { readonly seed: number; readonly epoch: number },
): AsyncGenerator<{ readonly x: Tensor<'float32'>; readonly things: PlacedThings[]; readonly indices: Int32Array }> {
  const length = set.inputShape.reduce((a, b) => a * b, 1);
  for (let at = 0; at < order.length; at += batchSize) {
    const indices = order.subarray(at, at + batchSize);
    const data = new Float32Array(indices.length * length);
    const things = await set.fill(indices, data, pass);
    yield { x: new Tensor('float32', [indices.length, ...set.inputShape], data), things, indices };
  }
}

/** The numbers of all examples. */
export const allOf = ({ size }: AnnotatedSet): Int32Array => Int32Array.from({ length: size }, (_, i) => i);

/** Trains a network on pictures with things in them; augmentation follows from the seed, the epoch and the picture. */
export async function fitTask(
  model: Model,
  set: AnnotatedSet,
  { where, loss, targets }: TaskObjective,
  options: TaskFitOptions,
): Promise<History> {
  const { epochs = 1, shuffle = true, seed = model.seed, learningRate = 0.003, validationData } = options;
  expectSuits(where, model, set);
  if (validationData) expectSuits(where, model, validationData);
  expectWhole(where, 'epochs', epochs, 0);
  expectNumber(where, 'learningRate', learningRate, { above: 0 });
  const batchSize = expectWhole(where, 'batchSize', options.batchSize ?? usualBatchSize(set.size, 16));
  const stepsPerEpoch = Math.ceil(set.size / batchSize);
  const cycle = schedules.oneCycle({ maxLearningRate: learningRate, totalSteps: Math.max(1, epochs * stepsPerEpoch) });
  model.compile({ optimizer: options.optimizer ?? optimizers.adam({ learningRate: cycle }), loss });
  model.preprocessing = set.preprocessing;
  async function* training(): AsyncGenerator<readonly [Tensor, Tensor]> {
    for (let epoch = 0; ; epoch++) {
      const order = allOf(set);
      if (shuffle) new Random([seed, epoch]).shuffle(order);
      for await (const { x, things } of examplesOf(set, order, batchSize, { seed, epoch })) yield [x, targets(things)];
    }
  }
  async function* validation(of: AnnotatedSet): AsyncGenerator<readonly [Tensor, Tensor]> {
    for await (const { x, things } of examplesOf(of, allOf(of), batchSize)) yield [x, targets(things)];
  }
  const { callbacks, verbose, signal } = options;
  return model.fit(training(), {
    ...{ epochs, stepsPerEpoch, callbacks, verbose, signal },
    ...(validationData && { validationData: () => validation(validationData) }),
  });
}

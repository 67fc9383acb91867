import type { AugmentationOptions } from 'striate';
import { blocksText, type Block } from './blocks.js';

export const optimizerNames = ['adam', 'sgd', 'rmsprop', 'nadam', 'lion'] as const;
export type OptimizerChoice = (typeof optimizerNames)[number];

/** How the learning rate goes: one rise and a long fall (one cycle), or the same from the first step to the last. */
export const rateCourses = ['cycle', 'steady'] as const;
export type RateCourse = (typeof rateCourses)[number];

/** What of a network that has learned before learns: its new classifier alone, which is solved, or all layers. */
export const learningParts = ['classifier', 'all'] as const;
export type LearningPart = (typeof learningParts)[number];

export const augmentationNames = ['none', 'shift', 'flip', 'basic'] as const;
export type AugmentationChoice = (typeof augmentationNames)[number];

/** What each augmentation does to the pictures of an epoch. */
export const augmentationOptions: Readonly<Record<AugmentationChoice, AugmentationOptions>> = {
  none: {},
  shift: { rotationRange: 8, widthShiftRange: 0.08, heightShiftRange: 0.08, zoomRange: 0.08 },
  flip: { horizontalFlip: true, widthShiftRange: 0.1, heightShiftRange: 0.1 },
  basic: {
    rotationRange: 40,
    widthShiftRange: 0.2,
    heightShiftRange: 0.2,
    shearRange: 0.2,
    zoomRange: 0.2,
    horizontalFlip: true,
  },
};

/** What optimizers are given beside the rate. */
export const optimizerOptions: Readonly<Record<OptimizerChoice, Readonly<Record<string, number | boolean>>>> = {
  adam: {},
  sgd: { momentum: 0.9, nesterov: true },
  rmsprop: {},
  nadam: {},
  lion: {},
};

/** The rate that suits an optimizer, to begin with. */
export const usualRate: Readonly<Record<OptimizerChoice, number>> = {
  adam: 0.003,
  sgd: 0.02,
  rmsprop: 0.001,
  nadam: 0.003,
  lion: 0.0003,
};

/** All that a training follows from; the same settings give the same weights. */
export interface TrainSettings {
  readonly data: string;
  readonly pictures: number;
  readonly held: number;
  readonly side: number;
  readonly model: string;
  /** As an address has them. */
  readonly blocks: string;
  readonly optimizer: OptimizerChoice;
  readonly rate: number;
  readonly course: RateCourse;
  readonly batch: number;
  readonly epochs: number;
  readonly augment: AugmentationChoice;
  /** The share of each label that is spread over all classes (label smoothing); older pages do not say it. */
  readonly smooth?: number;
  /** For a network that has learned before; runs of older pages do not say it and learned with all layers. */
  readonly learns?: LearningPart;
  /** Whether the last layer is solved at the end; older pages do not say it. */
  readonly finish?: boolean;
}

/** Whether nothing is trained by steps: a trained network stays as it is, and its classifier is solved. */
export function solvesAlone({ model, learns }: Pick<TrainSettings, 'model' | 'learns'>): boolean {
  return isTrained({ model }) && learns === 'classifier';
}

/** Whether a model has learned before, so that it gets a new head. */
export function isTrained({ model }: Pick<TrainSettings, 'model'>): boolean {
  return model === 'digits' || /^(file|data):/.test(model);
}

/** Takes the settings out of the page's values. */
export function settingsOf(
  values: Omit<TrainSettings, 'blocks'> & { readonly blocks: readonly Block[] },
): TrainSettings {
  const { data, pictures, held, side, model, optimizer, rate, course, batch, epochs, augment } = values;
  const { learns = 'all', finish = false, smooth = 0 } = values;
  return {
    ...{ data, pictures, held, side, model, blocks: blocksText(values.blocks) },
    ...{ optimizer, rate, course, batch, epochs, augment },
    ...(isTrained({ model }) ? { learns } : { finish, smooth }),
  };
}

/** Seed of weights, order and augmentation. */
export const seed = 1;

/** What a recipe of `suitedTo` says. */
type SuitedSettings = Partial<Omit<TrainSettings, 'data' | 'blocks' | 'model'>>;

/** The digit CNN with normalized convolutions, and its pictures brought to mean 0: what learns MNIST best in one epoch. */
export const normalizedBlocks = 'norm,normconv32,pool2,normconv64,pool2,normconv64,flatten,dense64';

const usual = { batch: 32, epochs: 5, rate: 0.003, augment: 'none', smooth: 0, finish: false } as const;

/** What suits a data set, to begin with. */
export const suitedTo: Readonly<Record<string, SuitedSettings>> = {
  xo: { ...usual, pictures: 2000, held: 400, epochs: 3 },
  digits: { ...usual, pictures: 4000, held: 500 },
  // Each picture is seen once, a little changed, and the last layer is solved on them as they are.
  mnist: {
    pictures: 10_000,
    held: 2000,
    batch: 8,
    epochs: 1,
    rate: 0.005,
    augment: 'shift',
    smooth: 0.1,
    finish: true,
  },
  cifar10: { ...usual, pictures: 10_000, held: 1000, augment: 'flip' },
  photos: { ...usual, pictures: 100_000, held: 1000, batch: 8, augment: 'flip' },
};

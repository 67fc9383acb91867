import { shown } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import type { DataSet } from '../dataSet.js';
import type { PictureNormalization } from '../../pictures/normalization.js';
import type { PictureTransform } from '../../pictures/pictureTransform.js';
import { AugmentedSet } from './augmentedSet.js';
import { AugmentTransform } from './augmentTransform.js';
import { checkMix, mixChecks, type MixOptions } from './mix.js';
import { isNumber, type Check } from './optionChecks.js';
import { MixedSet } from './mixedSet.js';
import type { AugmentationOptions } from './augmentationOptions.js';
import { checkOptions, type AugmentationStep } from './steps.js';

/** Options of `augment`. */
export interface AugmentOptions extends AugmentationOptions, MixOptions {
  /** The values that stand for black and white in the set; [0, 1] by default. */
  readonly valueRange?: readonly [number, number];
}

/** A data set that can augment its pictures by itself, in its own threads. */
interface AugmentableSet extends DataSet {
  augmented(make: (normalization: PictureNormalization) => PictureTransform): DataSet;
}

function isAugmentable(dataSet: DataSet): dataSet is AugmentableSet {
  return 'augmented' in dataSet && typeof dataSet.augmented === 'function';
}

/**
 * The same data set with random augmentation in training: different in every epoch, determined by seed, epoch and example.
 * `evaluate`, `predict` and validation see the original pictures. Pictures in memory are augmented on the main thread while
 * the engine computes; folders should rather be opened with `imageFolder(path, { augment: augmentation(options) })`, which
 * augments in the threads that decode, and before pictures are reduced to their final size.
 *
 * @param options the changes, or a list of steps in their order
 * @throws StriateError when a step or an option is unknown or out of range, or the set holds no pictures.
 *
 * @example
 * const { train, test } = await loadCifar10('data/cifar10');
 * const augmented = augment(train, { horizontalFlip: true, widthShiftRange: 4, heightShiftRange: 4 });
 * await model.fit(augmented, { epochs: 20, validationData: test });
 */
export function augment(dataSet: DataSet, options: AugmentOptions | readonly AugmentationStep[]): DataSet {
  const where = `augment '${dataSet.name}'`;
  if (isList(options)) return changing(dataSet, options, [0, 1]);
  checkOptions(where, options, { valueRange: expectRange, ...mixChecks });
  const { valueRange = [0, 1], mixUp, cutMix, mixProbability, mixSwitchProbability, ...changes } = options;
  const [low, high] = valueRange;
  const mixing: MixOptions = { mixUp, cutMix, mixProbability, mixSwitchProbability };
  const mixed = checkMix(where, mixing);
  const changed = changing(dataSet, changes, [low, high]);
  return mixed ? new MixedSet(changed, mixing) : changed;
}

const expectRange: Check = (where, value) => {
  const [low, high] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
  if (isNumber(low) && isNumber(high) && low < high) return;
  throw new StriateError({ where, rule: 'must be [black, white], such as [0, 1]', received: shown(value) });
};

function isList(options: AugmentOptions | readonly AugmentationStep[]): options is readonly AugmentationStep[] {
  return Array.isArray(options);
}

function changing(
  dataSet: DataSet,
  options: AugmentationOptions | readonly AugmentationStep[],
  valueRange: readonly [number, number],
): DataSet {
  if (Object.keys(options).length === 0) return dataSet;
  if (isAugmentable(dataSet)) return dataSet.augmented(augmentation(options));
  const [low, high] = valueRange;
  // The result has the set's own range again.
  const channels = dataSet.inputShape[2];
  const normalization: PictureNormalization =
    low === 0 && high === 1
      ? {}
      : { scale: (high - low) / 255, mean: Array<number>(channels).fill(-low), std: Array<number>(channels).fill(1) };
  return new AugmentedSet(dataSet, {
    training: new AugmentTransform(options, { normalization }),
    plain: undefined,
    valueRange,
  });
}

/**
 * Augmentation for folders of pictures, for the option `augment` of `imageFolder`.
 *
 * @param options the changes, or a list of steps in their order
 * @throws StriateError when a step or an option is unknown or out of range.
 *
 * @example
 * const { train } = await imageFolder('photos', { size: [150, 150], augment: augmentation(augmentations.basic) });
 */
export function augmentation(
  options: AugmentationOptions | readonly AugmentationStep[],
): (normalization: PictureNormalization) => AugmentTransform {
  // Errors are thrown now, not when a folder is opened.
  new AugmentTransform(options);
  return (normalization) => new AugmentTransform(options, { normalization });
}

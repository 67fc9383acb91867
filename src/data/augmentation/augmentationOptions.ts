import type { Tensor } from '../../tensor/index.js';
import type { PictureNormalization } from '../../pictures/normalization.js';

/** How a picture abcd is extended: by dddd, by cval, by dcba, or by abcd. */
export type FillMode = 'nearest' | 'constant' | 'reflect' | 'wrap';

/** Pictures made larger or smaller at a random place, as detectors are trained (Ghiasi et al. 2021). */
export interface ScaleJitterOptions {
  /** The smallest and the largest factor; [0.5, 2] by default. What is left free around smaller pictures has one value. */
  readonly scale?: readonly [number, number];
  /** The value around smaller pictures, from 0 to 255; 0 by default. */
  readonly cval?: number;
}

/** A random crop, resized to the target (torchvision's RandomResizedCrop; Szegedy et al. 2015). */
export interface RandomResizedCropOptions {
  /** The smallest and largest share of the picture's area; [0.08, 1] by default. */
  readonly scale?: readonly [number, number];
  /** The smallest and largest ratio of width to height; [3/4, 4/3] by default. */
  readonly ratio?: readonly [number, number];
}

/**
 * Random changes of colour, in random order (torchvision's ColorJitter). A number v stands for factors from 1 − v (not
 * below 0) to 1 + v, for hue for turns from −v to v.
 */
export interface ColorJitterOptions {
  readonly brightness?: number | readonly [number, number];
  readonly contrast?: number | readonly [number, number];
  readonly saturation?: number | readonly [number, number];
  /** In turns of the colour wheel, from −0.5 to 0.5. */
  readonly hue?: number | readonly [number, number];
}

/** `n` of fourteen operations, all at one magnitude (Cubuk et al. 2019; torchvision's list and ranges). */
export interface RandAugmentOptions {
  /** How many operations; 2 by default. */
  readonly n?: number;
  /** The magnitude, from 0 to bins − 1; 9 by default. */
  readonly magnitude?: number;
  /** The number of magnitudes; 31 by default. */
  readonly bins?: number;
}

/** A rectangle painted over (Zhong et al. 2017; torchvision's RandomErasing). */
export interface RandomErasingOptions {
  /** The probability; 0.5 by default. */
  readonly probability?: number;
  /** The rectangle's smallest and largest share of the picture's area; [0.02, 0.33] by default. */
  readonly scale?: readonly [number, number];
  /** Its smallest and largest ratio of height to width; [0.3, 3.3] by default. */
  readonly ratio?: readonly [number, number];
  /**
   * Its fill, in the model's range: one number, one for each channel, or 'random' for standard normal
   * numbers, which suit centred data; 0 by default.
   */
  readonly value?: number | readonly number[] | 'random';
}

/**
 * Random changes to pictures. Names, units and ranges are those of Keras's ImageDataGenerator, followed by
 * torchvision's transforms. Pixel values are bytes, 0–255, whatever the model's range.
 *
 * @example
 * const options: AugmentationOptions = { rotationRange: 40, widthShiftRange: 0.2, zoomRange: 0.2, horizontalFlip: true };
 */
export interface AugmentationOptions {
  /** Degrees, in either direction. */
  readonly rotationRange?: number;
  /**
   * Below 1: a fraction of the width. A whole number n: whole pixels from 1 − n to n − 1. Another number: pixels, to either
   * side. A list: one of its numbers, to either side, in fractions if all are below 1.
   */
  readonly widthShiftRange?: number | readonly number[];
  /** As `widthShiftRange`, of the height. */
  readonly heightShiftRange?: number | readonly number[];
  /** Factors, smallest and largest. */
  readonly brightnessRange?: readonly [number, number];
  /** Degrees, in either direction. */
  readonly shearRange?: number;
  /** z for [1 − z, 1 + z], or smallest and largest; drawn separately for rows and columns. 0.5 magnifies twofold. */
  readonly zoomRange?: number | readonly [number, number];
  /** The largest value added to or subtracted from all channels; the result is clipped to the picture's own range. */
  readonly channelShiftRange?: number;
  /** 'nearest' by default. */
  readonly fillMode?: FillMode;
  /** The value outside the picture for the mode 'constant'; 0 by default. */
  readonly cval?: number;
  readonly horizontalFlip?: boolean;
  readonly verticalFlip?: boolean;
  /** true for the defaults. */
  readonly scaleJitter?: boolean | ScaleJitterOptions;
  /** true for the defaults. */
  readonly randomResizedCrop?: boolean | RandomResizedCropOptions;
  readonly colorJitter?: ColorJitterOptions;
  /** true for the defaults. */
  readonly randAugment?: boolean | RandAugmentOptions;
  /** true for the defaults. */
  readonly randomErasing?: boolean | RandomErasingOptions;
}

/** A user's function of one picture, called after all random changes: [H, W, C], values 0–255 → the same shape. */
export type PreprocessingFunction = (picture: Tensor<'float32'>) => Tensor<'float32'>;

/** What is done to every picture, in training and otherwise, after augmentation and in this order. */
export interface StandardizeOptions {
  /** A function of the picture, values 0–255, before the others; it is called on the main thread. */
  readonly preprocessingFunction?: PreprocessingFunction;
  /** (value · scale − mean) / std with the same numbers for all pictures; 0–1 by default. */
  readonly normalization?: PictureNormalization;
  /** Whether each picture's own mean, over all its numbers, is subtracted (after the scale, before mean and std). */
  readonly samplewiseCenter?: boolean;
  /** Whether each picture is divided by its own standard deviation + 1e-6. */
  readonly samplewiseStdNormalization?: boolean;
}

/**
 * Presets, as the command line's `--augment` takes them. `none` changes nothing; `basic` is what courses give a
 * small set of photos (Chollet's cats and dogs: rotation by 40°, shifts, shear and zoom by 0.2, horizontal flip); `strong`
 * is random crops, RandAugment and erasing, as current recipes train on ImageNet.
 *
 * @example
 * const train = augment(photos, augmentations.basic);
 */
export const augmentations = {
  none: {},
  basic: {
    rotationRange: 40,
    widthShiftRange: 0.2,
    heightShiftRange: 0.2,
    // Degrees: users of Keras often mean a fraction, which has almost no effect.
    shearRange: 0.2,
    zoomRange: 0.2,
    horizontalFlip: true,
  },
  strong: { randomResizedCrop: true, horizontalFlip: true, randAugment: true, randomErasing: { probability: 0.25 } },
} as const satisfies Record<string, AugmentationOptions>;

/** The name of a preset. */
export type AugmentationName = keyof typeof augmentations;

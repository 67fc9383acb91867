import type { AugmentationOptions } from './options.js';

/**
 * Settings with a name, as the command line's `--augment` takes them. `none` changes nothing; `basic` is what courses give a
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
    // Degrees: Keras's users often mean a fraction, and get next to nothing.
    shearRange: 0.2,
    zoomRange: 0.2,
    horizontalFlip: true,
  },
  strong: { randomResizedCrop: true, horizontalFlip: true, randAugment: true, randomErasing: { probability: 0.25 } },
} as const satisfies Record<string, AugmentationOptions>;

/** The name of a preset. */
export type AugmentationName = keyof typeof augmentations;

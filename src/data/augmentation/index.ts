export { augment, augmentation, type AugmentOptions } from './augment.js';
export { AugmentTransform } from './augmentTransform.js';
export {
  imageDataGenerator,
  ImageDataGenerator,
  type FlowOptions,
  type ImageDataGeneratorOptions,
} from './imageDataGenerator.js';
export { mix } from './mixedSet.js';
export type { MixOptions } from './mix.js';
export type {
  AugmentationOptions,
  ColorJitterOptions,
  FillMode,
  PreprocessingFunction,
  RandAugmentOptions,
  RandomErasingOptions,
  RandomResizedCropOptions,
  ScaleJitterOptions,
  StandardizeOptions,
} from './augmentationOptions.js';
export { augmentations, type AugmentationName } from './augmentationOptions.js';
export type { ModuleStep, StepFunction, StepPicture } from './augmentationStep.js';
export { augmentationSteps, type AugmentationStep, type KnownStep } from './steps.js';

import type { Random } from '../../tensor/index.js';
import type { PictureTarget } from '../../pictures/pictureTransform.js';
import type { Affine, Frame } from './affineMatrix.js';
import type { Check } from './optionChecks.js';
import type { ColourPass } from './colourPass.js';
import type { FillMode } from './augmentationOptions.js';

/** A picture as your own steps see it: rows of pixels with interleaved channels, values 0–255. */
export interface StepPicture {
  /** height × width × channels numbers, to be changed in place. */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Your own step.
 *
 * @param random where every random choice comes from: the same for the same seed, epoch and example
 * @param options the step's options, for steps in modules
 */
export type StepFunction = (picture: StepPicture, random: Random, options?: unknown) => void;

/**
 * Your own step in a module, which threads load, too: `{ module: new URL('./mySteps.js', import.meta.url), name: 'fog' }`.
 */
export interface ModuleStep {
  readonly module: URL | string;
  /** The name by which the module exports the function. */
  readonly name: string;
  /** Plain values that are passed to the function. */
  readonly options?: unknown;
}

/** What a step does to one picture, once its random choices are drawn. */
export interface DrawnStep {
  /** Where pixels come from. Consecutive matrices are multiplied, and the picture is sampled once. */
  readonly matrix?: Affine;
  /** The resulting size, if the matrix changes it. */
  readonly frame?: Frame;
  /** Source pixels per result pixel, if the matrix changes the size. */
  readonly scale?: readonly [rows: number, columns: number];
  /** How the picture is extended beyond its border. */
  readonly fill?: { readonly mode: FillMode; readonly cval: number };
  /** Changes of colour, which one pass over the picture accumulates. */
  readonly colours?: (pass: ColourPass) => void;
  /** Changes numbers in place, and multiplies them by `gain`. */
  readonly values?: (data: Float32Array, begin: number, end: number, gain: number) => void;
  /** Changes the picture in place. */
  readonly change?: (picture: StepPicture) => void;
  /** What is done after normalization. */
  readonly finish?: (out: Float32Array, offset: number) => void;
}

/** A kind of step: a row of the table of steps. */
export interface StepKind<Options extends object> {
  /** What each option must be. */
  readonly checks: Readonly<Record<keyof Options, Check>>;
  /** A check of options that depend on each other. */
  readonly check?: (where: string, options: Options) => void;
  /** Whether it crops the picture to the target's size; pictures are then not cropped before. */
  readonly crops?: boolean;
  /** How much larger than the target pictures should be decoded. */
  readonly enlarge?: (options: Options) => number;
  /**
   * Draws what is done to one picture.
   *
   * @param frame the size of the picture so far
   */
  draw(options: Options, frame: Frame, target: PictureTarget, random: Random): DrawnStep;
}

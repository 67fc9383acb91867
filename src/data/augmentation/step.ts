import type { Random } from '../../tensor/index.js';
import type { PictureTarget } from '../../pictures/pictureTransform.js';
import type { Affine, Frame } from './affineMatrix.js';
import type { Check } from './optionChecks.js';
import type { ColourPass } from './colourPass.js';
import type { FillMode } from './augmentationOptions.js';

/** A picture in the hands of a step of your own: rows of pixels, channels side by side, values 0–255. */
export interface StepPicture {
  /** height × width × channels numbers, to be changed in place. */
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A step of your own.
 *
 * @param random where every random choice comes from: the same for the same seed, epoch and example
 * @param options what the step was given, for steps of modules
 */
export type StepFunction = (picture: StepPicture, random: Random, options?: unknown) => void;

/** A step of your own that threads load, too: `{ module: new URL('./mySteps.js', import.meta.url), name: 'fog' }`. */
export interface ModuleStep {
  readonly module: URL | string;
  /** The name by which the module exports the function. */
  readonly name: string;
  /** Plain values that the function is given. */
  readonly options?: unknown;
}

/** What a step does to one picture, once its random choices are drawn. */
export interface DrawnStep {
  /** Where pixels come from. Matrices next to each other are one, and the picture is sampled along it once. */
  readonly matrix?: Affine;
  /** The size that the matrix leads to, where it is another than before. */
  readonly frame?: Frame;
  /** How many pixels before make one after, where the matrix leads to another size. */
  readonly scale?: readonly [rows: number, columns: number];
  /** What lies outside the picture. */
  readonly fill?: { readonly mode: FillMode; readonly cval: number };
  /** Changes of colour, which a pass over the picture collects. */
  readonly colours?: (pass: ColourPass) => void;
  /** Changes numbers in place, and multiplies them by `gain`. */
  readonly values?: (data: Float32Array, begin: number, end: number, gain: number) => void;
  /** Changes the picture in place. */
  readonly change?: (picture: StepPicture) => void;
  /** What is done when numbers are the model's. */
  readonly finish?: (out: Float32Array, offset: number) => void;
}

/** A kind of step: a row of the table of steps. */
export interface StepKind<Options extends object> {
  /** What each option must be. */
  readonly checks: Readonly<Record<keyof Options, Check>>;
  /** What options must be together. */
  readonly check?: (where: string, options: Options) => void;
  /** Whether it brings a part of the picture to the target's size; pictures then come whole. */
  readonly crops?: boolean;
  /** How much larger than the target pictures should come. */
  readonly enlarge?: (options: Options) => number;
  /**
   * Draws what is done to one picture.
   *
   * @param frame the size of the picture so far
   */
  draw(options: Options, frame: Frame, target: PictureTarget, random: Random): DrawnStep;
}

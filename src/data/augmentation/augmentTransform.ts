import type { Random } from '../../tensor/index.js';
import type { PictureTarget, PictureTransform, Pixels, TransformDescription } from '../../pictures/pictureTransform.js';
import { compose, crop, identity, type Affine } from './affine.js';
import { checkOptions } from './checkOptions.js';
import { applyColorJitter } from './colorJitter.js';
import { ColourPass } from './colourPass.js';
import { applyKerasColours } from './kerasColours.js';
import { drawKerasGeometry } from './kerasGeometry.js';
import type { AugmentationOptions, StandardizeOptions } from './options.js';
import { drawRandAugment, type RandAugmentStep } from './randAugment.js';
import { drawErasing, erase } from './randomErasing.js';
import { cropMatrix, drawCrop } from './randomResizedCrop.js';
import type { Source } from './reduce.js';
import { Resampler, type Fill } from './resample.js';
import { Standardizer } from './standardizer.js';

/** Pictures for random crops are kept larger than the result, but not without limit. */
const mostEnlarged = 2;

/** `true` stands for the usual options. */
function optionsOf<T extends object>(value: boolean | T | undefined): T | undefined {
  return typeof value === 'boolean' ? (value ? ({} as T) : undefined) : value;
}

/**
 * Random changes to one picture. All geometry is one matrix, Keras's rotation, shift, shear, zoom and flip, then the crop or
 * resize, then RandAugment's, and the picture is sampled along it once; changes of colour follow (Keras's, the jitter,
 * RandAugment's), then the model's range, and last the erased rectangle.
 *
 * @throws StriateError when an option is unknown or out of range.
 *
 * @example
 * const transform = new AugmentTransform({ rotationRange: 40, horizontalFlip: true });
 * transform.apply(pixels, { height: 150, width: 150, channels: 3 }, new Random([seed, epoch, example]), target, 0);
 */
export class AugmentTransform implements PictureTransform {
  readonly description: TransformDescription | undefined;
  readonly enlarge?: number;
  private readonly resampler = new Resampler();
  private readonly colours = new ColourPass();
  private readonly standardizer: Standardizer;
  private readonly unit = unitTable();
  /** Whether colours change, but for RandAugment. */
  private readonly colourful: boolean;

  constructor(
    private readonly options: AugmentationOptions,
    standardize: StandardizeOptions = {},
  ) {
    checkOptions('augmentation', { ...options, ...standardize });
    this.standardizer = new Standardizer(standardize);
    this.description = standardize.preprocessingFunction ? undefined : { kind: 'augment', options, standardize };
    const { channelShiftRange = 0, brightnessRange, colorJitter } = options;
    this.colourful = channelShiftRange > 0 || brightnessRange !== undefined || colorJitter !== undefined;
    const cropping = optionsOf(options.randomResizedCrop);
    if (cropping) this.enlarge = Math.min(mostEnlarged, 1 / Math.sqrt(cropping.scale?.[0] ?? 0.08));
  }

  apply(pixels: Pixels, target: PictureTarget, random: Random, out: Float32Array, offset: number): void {
    this.applyTo(pixels, target, random, out, offset);
  }

  /** As `apply`, also for pictures of floats on the scale of bytes. */
  applyTo(source: Source, target: PictureTarget, random: Random, out: Float32Array, offset: number): void {
    const { options } = this;
    const randAugment = optionsOf(options.randAugment);
    const { matrix, step } = this.geometry(source, target, random);
    const steps = randAugment ? drawRandAugment(randAugment, target, random) : [];
    const whole = compose(matrix, ...steps.flatMap((one) => ('matrix' in one ? [one.matrix] : [])));
    // The last of the passes over the picture also brings values to 0–1, where nothing else is asked for.
    const { simple } = this.standardizer;
    const coloured = this.colourful || steps.some((one) => 'colour' in one);
    const sampled = simple && !coloured;
    if (sameMatrix(whole, identity)) copy(source, out, offset, sampled ? this.unit : undefined);
    else {
      const { fillMode = 'nearest', cval = 0 } = options;
      const fill: Fill = { mode: fillMode, cval, step, gain: sampled ? 1 / 255 : 1 };
      this.resampler.run(source, whole, target, fill, out, offset);
    }
    if (coloured) this.changeColours(steps, target, random, out, offset, simple ? 1 / 255 : 1);
    if (!simple) this.standardizer.run(out, offset, target);
    const erasing = optionsOf(options.randomErasing);
    const erased = erasing && drawErasing(erasing, target, random);
    if (erased) erase(erased, erasing.value ?? 0, target, target.channels, random, out, offset);
  }

  private geometry(source: Source, target: PictureTarget, random: Random): { matrix: Affine; step: [number, number] } {
    const { options } = this;
    const cropping = optionsOf(options.randomResizedCrop);
    if (!cropping) {
      // As in Keras, the picture is brought to the target's size before degrees and fractions are meant.
      const resize = crop(0, 0, source, target);
      const step: [number, number] = [source.height / target.height, source.width / target.width];
      return { matrix: compose(resize, drawKerasGeometry(options, target, random)), step };
    }
    const turned = drawKerasGeometry(options, source, random);
    const part = drawCrop(cropping, source, random);
    const step: [number, number] = [Math.min(1, part.height / target.height), Math.min(1, part.width / target.width)];
    return { matrix: compose(turned, cropMatrix(part, target)), step };
  }

  private changeColours(
    steps: readonly RandAugmentStep[],
    { height, width, channels }: PictureTarget,
    random: Random,
    out: Float32Array,
    offset: number,
    gain: number,
  ): void {
    const { channelShiftRange = 0, brightnessRange, colorJitter } = this.options;
    const others = colorJitter !== undefined || steps.some((step) => 'colour' in step);
    if (channelShiftRange > 0 || brightnessRange) {
      const shift = channelShiftRange > 0 ? random.uniform(-channelShiftRange, channelShiftRange) : 0;
      const factor = brightnessRange && random.uniform(...brightnessRange);
      applyKerasColours(out, offset, offset + height * width * channels, shift, factor, others ? 1 : gain);
      if (!others) return;
    }
    const pass = this.colours.open(out, offset, height, width, channels);
    if (colorJitter) applyColorJitter(colorJitter, pass, random);
    for (const step of steps) if ('colour' in step) step.colour(pass);
    pass.close(gain);
  }
}

/** The transform that a description tells of. */
export function augmentFromDescription(description: TransformDescription): AugmentTransform {
  const { options, standardize } = description as unknown as {
    readonly options: AugmentationOptions;
    readonly standardize: StandardizeOptions;
  };
  return new AugmentTransform(options, standardize);
}

function sameMatrix(a: Affine, b: Affine): boolean {
  return a.every((value, at) => value === b[at]);
}

/** What every byte becomes: the same number as in sets without augmentation, to the bit. */
function unitTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
}

/** A picture as it is. */
function copy(
  { data, height, width, channels }: Source,
  out: Float32Array,
  offset: number,
  table?: Float32Array,
): void {
  const size = height * width * channels;
  if (!table) out.set(data.length === size ? data : data.subarray(0, size), offset);
  else if (data instanceof Float32Array) for (let at = 0; at < size; at++) out[offset + at] = data[at] / 255;
  else for (let at = 0; at < size; at++) out[offset + at] = table[data[at]];
}

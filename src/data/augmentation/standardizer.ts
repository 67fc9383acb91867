import { formatShape, sameShape, StriateError, Tensor } from '../../tensor/index.js';
import { Normalizer, type Affine } from '../../pictures/normalization.js';
import type { PictureTarget } from '../../pictures/pictureTransform.js';
import { flag, group, isNumber, number, refuse, type Check } from './optionChecks.js';
import type { StandardizeOptions } from './augmentationOptions.js';

/** Avoids division by 0 for constant pictures, as in Keras. */
const epsilon = 1e-6;

/** Turns a picture's byte values, 0–255, into the model's input; the same in training and otherwise. */
export class Standardizer {
  private normalizer: Normalizer | undefined;

  /** Whether it only divides by 255, which the last pass over a picture can do. */
  readonly simple: boolean;

  constructor(private readonly options: StandardizeOptions) {
    const { preprocessingFunction, normalization = {}, samplewiseCenter, samplewiseStdNormalization } = options;
    const { scale, mean, std, order = 'RGB' } = normalization;
    const samplewise = samplewiseCenter === true || samplewiseStdNormalization === true;
    this.simple = !preprocessingFunction && !samplewise && scale === undefined && !mean && !std && order === 'RGB';
  }

  /** Changes one example in place, from `offset` on. */
  run(out: Float32Array, offset: number, target: PictureTarget): void {
    const { preprocessingFunction, normalization = {}, samplewiseCenter, samplewiseStdNormalization } = this.options;
    const end = offset + target.height * target.width * target.channels;
    if (preprocessingFunction) this.preprocess(out.subarray(offset, end), target);
    const samplewise = samplewiseCenter === true || samplewiseStdNormalization === true;
    const { channels } = target;
    if (this.normalizer?.channels !== channels) this.normalizer = new Normalizer(normalization, channels);
    const own = samplewise ? this.samplewise(out, offset, end, normalization.scale ?? 1 / 255) : undefined;
    this.normalizer.numbers(out, offset, end, own);
  }

  /** The factor and shift to apply before the scale so that values are centred after it. */
  private samplewise(out: Float32Array, offset: number, end: number, scale: number): Affine {
    const count = end - offset;
    let sum = 0;
    for (let at = offset; at < end; at++) sum += out[at];
    const mean = sum / count;
    let squares = 0;
    for (let at = offset; at < end; at++) squares += (out[at] - mean) ** 2;
    const { samplewiseCenter, samplewiseStdNormalization } = this.options;
    const deviation = samplewiseStdNormalization ? Math.abs(scale) * Math.sqrt(squares / count) + epsilon : 1;
    return { factor: 1 / deviation, shift: samplewiseCenter ? -mean / deviation : 0 };
  }

  private preprocess(picture: Float32Array, { height, width, channels }: PictureTarget): void {
    const shape = [height, width, channels];
    const result: unknown = this.options.preprocessingFunction!(new Tensor('float32', shape, picture.slice()));
    if (!(result instanceof Tensor) || !sameShape(result.shape, shape)) {
      throw new StriateError({
        where: 'preprocessingFunction',
        rule: `must return a tensor of the picture's shape ${formatShape(shape)}`,
        received: result instanceof Tensor ? formatShape(result.shape) : typeof result,
      });
    }
    picture.set(result.data as Float32Array);
  }
}

/** The checks of StandardizeOptions. */
export const standardizeChecks = {
  preprocessingFunction: (where, value) => {
    if (typeof value !== 'function') throw refuse(where, 'a function over a picture', value);
  },
  normalization: group({ scale: number(-Infinity, Infinity, 'a number'), mean: list, std: list, order: text }, false),
  samplewiseCenter: flag,
  samplewiseStdNormalization: flag,
} satisfies Record<keyof StandardizeOptions, Check>;

function list(where: string, value: unknown): void {
  if (!Array.isArray(value) || !value.every(isNumber)) throw refuse(where, 'a list of numbers', value);
}

function text(where: string, value: unknown): void {
  if (value !== 'RGB' && value !== 'BGR') throw refuse(where, "'RGB' or 'BGR'", value);
}

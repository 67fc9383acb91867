import { StriateError } from '../tensor/index.js';
import {
  completePreprocessing,
  imagenetPreprocessing,
  type CompletePreprocessing,
  type Preprocessing,
} from './preprocessing.js';

/** The preprocessing of a name; sizes come from the model. */
interface Row extends Partial<Omit<Preprocessing, 'size' | 'resize'>> {
  /** The shorter side before the centre crop, as a multiple of the input's; 1 by default. */
  readonly margin?: number;
  /** One sentence for help and documentation. */
  readonly description: string;
}

const bytes = (...values: number[]): number[] => values.map((value) => value / 255);

/** Smaller inputs are not cropped: CIFAR's 32 pixels are all used. */
const cutFrom = 64;

const table = {
  torch: {
    mean: imagenetPreprocessing.mean,
    std: imagenetPreprocessing.std,
    margin: 256 / 224,
    description:
      'RGB 0 to 1, less ImageNet’s means, divided by its deviations; torchvision, most of timm, Keras’s DenseNet',
  },
  tf: {
    mean: [0.5],
    std: [0.5],
    fit: 'stretch',
    description: '−1 to 1; Keras’s MobileNet, Inception, Xception, ResNet v2, NASNet',
  },
  caffe: {
    channels: 'BGR',
    mean: bytes(103.939, 116.779, 123.68),
    std: bytes(1, 1, 1),
    fit: 'stretch',
    description: 'BGR 0 to 255, less ImageNet’s means; Keras’s VGG and ResNet v1',
  },
  '0-1': { description: '0 to 1; what models trained on a folder of pictures are given' },
  '0-255': { std: bytes(1), description: '0 to 255; Keras’s EfficientNet and MobileNet v3, which scale by themselves' },
  'rgb-means': {
    channels: 'RGB',
    mean: bytes(123, 117, 104),
    std: bytes(1, 1, 1),
    fit: 'stretch',
    description: 'RGB 0 to 255, less (123, 117, 104); SqueezeNet as DeepScale published it',
  },
  drawing: {
    channels: 'grey',
    fit: 'contain',
    invert: 'auto',
    description: 'light strokes on dark ground, 0 to 1, whichever way round they were drawn; models of MNIST',
  },
} as const satisfies Readonly<Record<string, Row>>;

/** A name of `namedPreprocessing`. */
export type PreprocessingName = keyof typeof table;

/** Every name with its description: the modes of Keras's `imagenet_utils.preprocess_input`, and more. */
export const preprocessingNames: Readonly<Record<PreprocessingName, string>> = Object.fromEntries(
  Object.entries(table).map(([name, { description }]) => [name, description]),
) as Record<PreprocessingName, string>;

/**
 * Preprocessing by its name, for a model's input.
 *
 * @param inputShape [H, W, C]
 * @throws StriateError when the name is unknown, or is for another number of channels.
 *
 * @example
 * const x = preparePicture(imageData, namedPreprocessing('caffe', [224, 224, 3]));
 */
export function namedPreprocessing(name: string, inputShape: readonly number[]): CompletePreprocessing {
  if (!Object.hasOwn(table, name)) {
    const names = Object.keys(table).join(', ');
    throw new StriateError({
      where: `preprocessing '${name}'`,
      rule: 'there is no such name',
      advice: `use one of ${names}`,
    });
  }
  const { description: _, margin = 1, ...stated }: Row = table[name as PreprocessingName];
  const side = Math.min(inputShape[0], inputShape[1]);
  const resize = Math.round(side * (side < cutFrom ? 1 : margin));
  return completePreprocessing({ ...stated, resize }, inputShape, `preprocessing '${name}'`);
}

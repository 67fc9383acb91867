import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectOneOf } from '../../tensor/check.js';
import type { DataSet } from '../dataSet.js';
import { imageFolder, type ImageFolderOptions } from '../folders/imageFolder.node.js';
import { AugmentedSet } from './augmentedSet.js';
import { AugmentTransform } from './augmentTransform.js';
import { pictureFolderOptionKinds } from '../folders/folderOptions.js';
import {
  checkFlowOptions,
  flowOptionKinds,
  ImageDataGenerator,
  type FlowOptions,
  type ImageDataGeneratorOptions,
} from './imageDataGenerator.js';
import { PictureFlow } from './pictureFlow.js';

/** Options of `flowFromDirectory`: Keras's, and those of `imageFolder` except for what the generator does. */
export interface FlowFromDirectoryOptions
  extends
    FlowOptions,
    Omit<ImageFolderOptions, 'augment' | 'size' | 'channels' | 'seed' | 'mean' | 'std' | 'preprocessing'> {
  /** [height, width]; [256, 256] by default. */
  readonly targetSize?: readonly [height: number, width: number];
  /** 'rgb' by default. */
  readonly colorMode?: 'rgb' | 'grayscale';
}

/** What the generator does itself is no option of the folder's. */
const {
  augment: _augment,
  size: _size,
  channels: _channels,
  mean: _mean,
  std: _std,
  preprocessing: _preprocessing,
  ...folderKinds
} = pictureFolderOptionKinds;

const accepts = {
  where: 'flowFromDirectory',
  kinds: {
    targetSize: 'list',
    colorMode: 'string',
    ...folderKinds,
    ...flowOptionKinds,
    name: 'string',
    workers: 'number',
  },
} as const satisfies AcceptedOptions<FlowFromDirectoryOptions>;

/** An ImageDataGenerator that also reads folders of pictures. */
export class FolderImageDataGenerator extends ImageDataGenerator {
  /**
   * The pictures of a folder with a folder for each class; random changes are made in the threads that decode. As in Keras,
   * pictures are stretched to the target's size unless `fit` says otherwise, and the whole folder is used unless `subset`
   * selects a part.
   *
   * @throws StriateError as `imageFolder` does.
   *
   * @example
   * const train = await generator.flowFromDirectory('cats-dogs/train', { targetSize: [150, 150], batchSize: 20 });
   */
  async flowFromDirectory(path: string, options: FlowFromDirectoryOptions = {}): Promise<PictureFlow> {
    const {
      targetSize = [256, 256],
      colorMode = 'rgb',
      batchSize = 32,
      seed = 0,
      shuffle = true,
      subset,
      ...rest
    } = expectOptions(accepts, options);
    checkFlowOptions('flowFromDirectory', options);
    expectOneOf('flowFromDirectory', 'colorMode', colorMode, ['rgb', 'grayscale']);
    // As in Keras, values stay bytes' unless `rescale` says otherwise.
    const standardize = this.standardizing({ scale: 1 });
    const splits = await imageFolder(path, {
      fit: 'stretch',
      ...rest,
      size: targetSize,
      channels: colorMode === 'grayscale' ? 1 : 3,
      seed,
      validationSplit: subset === undefined ? 0 : this.validationSplit(subset),
      augment: new AugmentTransform(this.changes, standardize),
    });
    const set: DataSet = subset === 'validation' ? (splits.validation ?? splits.test) : splits.train;
    const plain = new AugmentTransform({}, standardize);
    return new PictureFlow(new AugmentedSet(set, { training: undefined, plain }), batchSize, seed, shuffle);
  }
}

/**
 * As `imageDataGenerator` in browsers, with `flowFromDirectory` in addition.
 *
 * @throws StriateError when an option is unknown or out of range.
 *
 * @example
 * const generator = imageDataGenerator({ rescale: 1 / 255, ...augmentations.basic });
 * const train = await generator.flowFromDirectory('cats-dogs/train', { targetSize: [150, 150], batchSize: 20 });
 */
export function imageDataGenerator(options: ImageDataGeneratorOptions = {}): FolderImageDataGenerator {
  return new FolderImageDataGenerator(options);
}

import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import type { SegmentationEvaluation } from '../measures/index.js';
import type { Model, SaveOptions } from '../models/index.js';
import { placedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf } from '../tensor/check.js';
import type { Shape } from '../tensor/index.js';
import { segmentationArchitectures, vocClassNames, type SegmentationName } from '../zoo/segmentation.js';
import type { MaskHeadName } from '../zoo/ownSegmentationHeads.js';
import type { WeightSource } from '../weights/index.js';
import { hubOptionKinds, type HubOptions } from '../zoo/weights/hub.js';
import { ofPictures, picturesKinds, type PicturesOptions } from './ofPictures.js';
import { segmentedPicture, type SegmentedPicture } from './pixelLabels.js';
import {
  designedSegmenter,
  unetSegmenter,
  type SegmenterDesign,
  type SegmenterPlan,
  type UNetOptions,
} from './segmenterDesign.js';
import {
  evaluateSegmenter,
  fitSegmenter,
  type SegmenterEvaluateOptions,
  type SegmenterFitOptions,
} from './segmenterTraining.js';
import { preparedPicture, type PreparedPicture } from './preparedPicture.js';
import { taskClassNames, type TaskClasses } from './taskClasses.js';
import { expectTaskFile, taskKey, taskText } from './taskDescription.js';
import { taskPreprocessing } from './taskPreprocessing.js';
import { loadTaskWeights } from './taskWeights.js';

/** What a segmenter can be made for. */
export interface SegmenterOptions extends HubOptions {
  /** The names of what is looked for; or a number, the background counted. Pascal VOC's 21 by default. */
  readonly classes?: TaskClasses;
  /** [H, W, 3] of the network's input; [520, 520, 3] by default. */
  readonly inputShape?: Shape;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
  /** Whether the auxiliary head, which counts in training alone, is part of the model, where there is one; true by default. */
  readonly auxiliary?: boolean;
  /**
   * `'coco'`, what torchvision published; or a file: a path, bytes or content, safetensors or PyTorch's own format, under
   * torchvision's names.
   */
  readonly weights?: WeightSource;
}

const accepts = {
  where: 'createSegmenter',
  kinds: {
    ...hubOptionKinds,
    classes: 'number or list',
    inputShape: 'list',
    seed: 'number',
    auxiliary: 'boolean',
    weights: 'string or list or object',
  },
} as const satisfies AcceptedOptions<SegmenterOptions>;

/** A network that says what each pixel belongs to, with what its numbers mean. Made by `createSegmenter`. */
export class Segmenter {
  constructor(
    /** torchvision's name of the network, or that of its head. */
    readonly architecture: SegmentationName | MaskHeadName,
    readonly model: Model,
    /** By label, the background first. */
    readonly classNames: readonly string[],
    /** What its numbers mean. */
    readonly plan: SegmenterPlan,
    /** What computes its maps, over the same weights, where it was made on a `backbone`. */
    readonly backbone?: Model,
  ) {
    model.classNames = classNames;
    model.preprocessing = this.preprocessing;
    model.metadata[taskKey] = taskText(model, { task: 'segmentation', architecture, backbone });
  }

  /**
   * Writes the segmenter into one file, as `model.save` does, for `loadSegmenter`: network, names of classes, and how pictures are
   * prepared.
   *
   * @param path - ends in .safetensors
   * @throws StriateError when the file cannot be written.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    expectTaskFile('Segmenter.save', path);
    await this.model.save(path, options);
  }

  /** What `save` writes. */
  toBytes(options: SaveOptions = {}): Promise<Uint8Array> {
    return this.model.toBytes(options);
  }

  /** How its pictures are prepared: as the model's are, brought to its size whole; torchvision's networks' as torchvision does. */
  get preprocessing(): CompletePreprocessing {
    return taskPreprocessing(this.model, this.plan.preprocessing);
  }

  /**
   * A picture as the network takes it, and where it lies in the network's input: what `segment` does first.
   *
   * @throws StriateError when it is no picture.
   */
  async prepare(picture: PictureSource): Promise<PreparedPicture> {
    return preparedPicture(await placedPicture(picture, this.preprocessing));
  }

  /**
   * What each pixel of a picture belongs to, at the picture's own size: of a file, an address, bytes, a canvas, a video's frame. Of
   * many pictures, a list.
   *
   * @throws StriateError when one is no picture.
   *
   * @example
   * const segmenter = await createSegmenter('lraspp_mobilenet_v3_large', { weights: 'lraspp.pth' });
   * const { areas, mask } = await segmenter.segment('photo.jpg');
   * console.log(areas[8], mask(8).box); // the cat
   */
  segment(picture: PictureSource, options?: PicturesOptions): Promise<SegmentedPicture>;
  segment(pictures: readonly PictureSource[], options?: PicturesOptions): Promise<SegmentedPicture[]>;
  segment(
    pictures: PictureSource | readonly PictureSource[],
    options: PicturesOptions = {},
  ): Promise<SegmentedPicture | SegmentedPicture[]> {
    const { batchSize } = expectOptions({ where: 'Segmenter.segment', kinds: picturesKinds }, options);
    return ofPictures(this.model, pictures, batchSize, {
      prepare: (picture) => placedPicture(picture, this.preprocessing),
      read: ([scores], row, placed) => segmentedPicture(scores.slice(row, row + 1), placed, this.classNames),
    });
  }

  /**
   * Trains the network on pictures with masks, by the cross-entropy of every pixel (an auxiliary head's counts half) and, if wanted,
   * Dice; pixels that the set ignores do not count. What is frozen, as `segmenter.backbone.freeze()` does, stays.
   *
   * @throws StriateError when sizes or classes do not suit, a thing has no mask, or as `model.fit` does.
   *
   * @example
   * const { train, test } = scenes({ seed: 1, train: 16, test: 4, size: 64, kinds: ['shapes'] });
   * const segmenter = createSegmenter('unet', { classes: train.classNames, inputShape: [64, 64, 3], filters: 8 });
   * await segmenter.fit(train, { epochs: 1, dice: 1, verbose: 0 });
   * const { meanIou } = await segmenter.evaluate(test);
   */
  fit(set: AnnotatedSet, options: SegmenterFitOptions = {}): Promise<History> {
    return fitSegmenter(this, set, options);
  }

  /**
   * How well the network names the pixels of a set: mean intersection over union, pixel accuracy, boundaries; in pixels of its input,
   * without margins.
   *
   * @throws StriateError when sizes or classes do not suit, or a thing has no mask.
   */
  evaluate(set: AnnotatedSet, options: SegmenterEvaluateOptions = {}): Promise<SegmentationEvaluation> {
    return evaluateSegmenter(this, set, options);
  }
}

/**
 * A segmenter of torchvision's, under its name there: `lraspp_mobilenet_v3_large`, `deeplabv3_mobilenet_v3_large`,
 * `deeplabv3_resnet50` or `fcn_resnet50`; with `weights`, a promise of one that is trained. Or a small head on a backbone of your
 * choice, a model or the name of one of the zoo's; or `'unet'`, a small U-Net that starts afresh.
 *
 * @throws StriateError when there is none of that name, an option is out of range, the backbone has no maps, or the file has
 * other weights.
 *
 * @example
 * import { createSegmenter, zoo } from 'striate';
 *
 * const segmenter = createSegmenter('lraspp_mobilenet_v3_large', { classes: ['road', 'sky'], inputShape: [256, 256, 3] });
 * console.log(segmenter.model.outputShape); // [256, 256, 3]
 *
 * const backbone = zoo.create('resnet18', { inputShape: [128, 128, 3] }); // or a model of your own
 * const own = createSegmenter({ backbone, head: 'unet', classes: ['road', 'sky'] });
 * const small = createSegmenter('unet', { classes: ['road', 'sky'], filters: 8 });
 * console.log(own.model.countParams(), small.model.countParams());
 */
export function createSegmenter(
  name: SegmentationName,
  options: SegmenterOptions & { weights: WeightSource },
): Promise<Segmenter>;
export function createSegmenter(
  name: SegmentationName,
  options?: SegmenterOptions & { weights?: undefined },
): Segmenter;
export function createSegmenter(name: SegmentationName, options: SegmenterOptions): Segmenter | Promise<Segmenter>;
export function createSegmenter(name: 'unet', options?: UNetOptions): Segmenter;
export function createSegmenter(design: SegmenterDesign): Segmenter;
export function createSegmenter(
  name: SegmentationName | 'unet' | SegmenterDesign,
  options: SegmenterOptions | UNetOptions = {},
): Segmenter | Promise<Segmenter> {
  if (typeof name === 'object') return new Segmenter(...designedSegmenter(name));
  if (name === 'unet') return new Segmenter(...unetSegmenter(options));
  const { where } = accepts;
  const { classes, weights, weightsFolder, weightsMirror, onDownload, ...rest } = expectOptions<SegmenterOptions>(
    accepts,
    options,
  );
  expectOneOf(where, 'name', name, [...(Object.keys(segmentationArchitectures) as SegmentationName[]), 'unet']);
  const { create, preprocessing } = segmentationArchitectures[name];
  const classNames = taskClassNames(where, classes, vocClassNames);
  const model = create(name, { ...rest, classes: classNames.length });
  const segmenter = new Segmenter(name, model, classNames, { preprocessing });
  return weights === undefined
    ? segmenter
    : loadTaskWeights(name, model, weights, { weightsFolder, weightsMirror, onDownload }).then(() => segmenter);
}

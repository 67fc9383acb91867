import type { AnnotatedSet, PlacedThings } from '../data/annotated/annotatedSet.js';
import { labelMapOf } from '../data/annotated/labelMapOf.js';
import type { History } from '../fit/history.js';
import { RunLengthMask, type FrameSize } from '../geometry/index.js';
import { evaluateSegmentation, type LabelMap, type SegmentationEvaluation } from '../measures/index.js';
import type { Model, SaveOptions } from '../models/index.js';
import { placedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { Tensor, type Shape } from '../tensor/index.js';
import { segmentationArchitectures, vocClassNames, type SegmentationName } from '../zoo/segmentation.js';
import type { MaskHeadName } from '../zoo/ownSegmentationHeads.js';
import type { WeightSource } from '../weights/index.js';
import { hubOptionKinds, type HubOptions } from '../zoo/weights/hub.js';
import { allOf, examplesOf, expectSuits, fitTask, taskFitKinds, type TaskFitOptions } from './fitTask.js';
import { segmentationLoss, unknownPixel, type SegmentationLossOptions } from './segmentationLoss.js';
import {
  designedSegmenter,
  unetSegmenter,
  type SegmenterDesign,
  type SegmenterPlan,
  type UNetOptions,
} from './segmenterDesign.js';
import { preparedPicture, type PreparedPicture } from './preparedPicture.js';
import { labelsOfClasses, taskClassNames, type TaskClasses } from './taskClasses.js';
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

/** Options of `Segmenter.fit`. */
export interface SegmenterFitOptions extends TaskFitOptions, SegmentationLossOptions {}

const fitAccepts = {
  where: 'Segmenter.fit',
  kinds: { ...taskFitKinds, classWeight: 'list', dice: 'number' },
} as const satisfies AcceptedOptions<SegmenterFitOptions>;

/** Options of `Segmenter.evaluate`. */
export interface SegmenterEvaluateOptions {
  /** Pictures that are looked at together; 16 by default. */
  readonly batchSize?: number;
}

const evaluateAccepts = {
  where: 'Segmenter.evaluate',
  kinds: { batchSize: 'number' },
} as const satisfies AcceptedOptions<SegmenterEvaluateOptions>;

/** What each pixel of a picture belongs to. */
export interface SegmentedPicture extends FrameSize {
  /** The class of each pixel, row by row, 0 the background. */
  readonly labels: Uint8Array | Uint16Array;
  readonly classNames: readonly string[];
  /** How many pixels are of each class. */
  readonly areas: readonly number[];
  /** The pixels of a class. */
  readonly mask: (label: number) => RunLengthMask;
}

/** The labels of a picture's pixels: scores are interpolated between the network's pixels, and the best is taken. */
function labelsOf(
  scores: Float32Array,
  [height, width, classes]: Shape,
  {
    size,
    place,
  }: { readonly size: FrameSize; readonly place: FrameSize & { readonly top: number; readonly left: number } },
): Uint8Array | Uint16Array {
  const labels = new (classes > 256 ? Uint16Array : Uint8Array)(size.height * size.width);
  const between = (length: number, from: number, zoom: number, inside: number) =>
    Array.from({ length }, (_, i) => {
      const at = Math.min(Math.max((i + 0.5) * zoom - 0.5 - from, 0), inside - 1);
      const first = Math.floor(at);
      return { first, second: Math.min(first + 1, inside - 1), share: at - first };
    });
  const rows = between(size.height, place.top, place.height / size.height, height);
  const columns = between(size.width, place.left, place.width / size.width, width);
  const line = new Float32Array(width * classes);
  rows.forEach(({ first, second, share }, y) => {
    for (let i = 0; i < line.length; i++) {
      const above = scores[first * line.length + i];
      line[i] = above + share * (scores[second * line.length + i] - above);
    }
    columns.forEach((column, x) => {
      let best = 0;
      let highest = -Infinity;
      for (let label = 0; label < classes; label++) {
        const before = line[column.first * classes + label];
        const score = before + column.share * (line[column.second * classes + label] - before);
        if (score > highest) [best, highest] = [label, score];
      }
      labels[y * size.width + x] = best;
    });
  });
  return labels;
}

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
   * What each pixel of a picture belongs to, at the picture's own size: of a file, an address, bytes, a canvas, a video's frame.
   *
   * @throws StriateError when it is no picture.
   *
   * @example
   * const segmenter = await createSegmenter('lraspp_mobilenet_v3_large', { weights: 'lraspp.pth' });
   * const { areas, mask } = await segmenter.segment('photo.jpg');
   * console.log(areas[8], mask(8).box); // the cat
   */
  async segment(picture: PictureSource): Promise<SegmentedPicture> {
    const { x, size, place } = await placedPicture(picture, this.preprocessing);
    const scores: Tensor<'float32'> = await this.model.predict(x.reshape([1, ...x.shape]));
    const labels = labelsOf(scores.data, scores.shape.slice(1), { size, place });
    const areas = this.classNames.map(() => 0);
    for (const label of labels) areas[label]++;
    const { height, width } = size;
    const mask = (label: number): RunLengthMask =>
      RunLengthMask.fromArray(
        labels.map((own) => (own === label ? 1 : 0)),
        height,
        width,
      );
    return { height, width, labels, classNames: this.classNames, areas, mask };
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
  async fit(set: AnnotatedSet, options: SegmenterFitOptions = {}): Promise<History> {
    const { where } = fitAccepts;
    const { classWeight, dice, ...rest } = expectOptions(fitAccepts, options);
    expectNumber(where, 'dice', dice ?? 0, { least: 0 });
    const { model } = this;
    const maps = (of: AnnotatedSet): ReturnType<typeof ownLabels> => ownLabels(where, of, this.classNames);
    if (options.validationData) maps(options.validationData);
    const own = maps(set);
    const [height, width] = model.inputShape;
    const loss = segmentationLoss({ ...(classWeight && { classWeight }), ...(dice !== undefined && { dice }) });
    const targets = (things: readonly PlacedThings[]): Tensor => {
      const labels = new Int32Array(things.length * height * width);
      things.forEach((one, i) => {
        labels.set(
          labelMapOf(one, { height, width }).data.map((label) => own[label]),
          i * height * width,
        );
      });
      return new Tensor('int32', [things.length, height, width], labels);
    };
    return fitTask(model, set, { where, loss, targets }, rest);
  }

  /**
   * How well the network names the pixels of a set: mean intersection over union, pixel accuracy, boundaries; in pixels of its input,
   * without margins.
   *
   * @throws StriateError when sizes or classes do not suit, or a thing has no mask.
   */
  async evaluate(set: AnnotatedSet, options: SegmenterEvaluateOptions = {}): Promise<SegmentationEvaluation> {
    const { where } = evaluateAccepts;
    const { batchSize = 16 } = expectOptions(evaluateAccepts, options);
    expectWhole(where, 'batchSize', batchSize);
    expectSuits(where, this.model, set);
    const own = ownLabels(where, set, this.classNames);
    const [height, width] = this.model.inputShape;
    const [truth, found]: [LabelMap[], LabelMap[]] = [[], []];
    for await (const { x, things, indices } of examplesOf(set, allOf(set), batchSize)) {
      const { data, shape } = await this.model.predict(x, { batchSize });
      things.forEach((one, i) => {
        const real = labelMapOf(one, { height, width }).data.map((label) => own[label]);
        const { left, top, scaleX, scaleY } = set.placed(indices[i]);
        const picture = set.picture(indices[i]);
        const [right, bottom] = [left + scaleX * picture.width, top + scaleY * picture.height];
        const outside = (y: number, at: number): boolean => at < left || at >= right || y < top || y >= bottom;
        for (let at = 0; at < real.length; at++)
          if (outside(Math.floor(at / width), at % width)) real[at] = unknownPixel;
        const scores = data.subarray(i * height * width * shape[3], (i + 1) * height * width * shape[3]);
        const frame = { size: { height, width }, place: { height, width, top: 0, left: 0 } };
        truth.push({ height, width, data: real });
        found.push({ height, width, data: Uint8Array.from(labelsOf(scores, shape.slice(1), frame)) });
      });
    }
    return evaluateSegmentation(truth, found, this.classNames.length);
  }
}

/**
 * The classes of a set's things by their names here: place 0 is the background, place i + 1 class i.
 *
 * @throws StriateError when the network does not know one.
 */
function ownLabels(where: string, set: AnnotatedSet, classNames: readonly string[]): Uint8Array {
  const own = Uint8Array.from({ length: 256 }, () => unknownPixel).fill(0, 0, 1);
  own.set(labelsOfClasses(where, set, classNames), 1);
  return own;
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

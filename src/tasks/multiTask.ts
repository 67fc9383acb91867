import type { History } from '../fit/history.js';
import { clipBox, unplaceBox } from '../geometry/index.js';
import { model as modelOf, Model } from '../models/index.js';
import { placedPicture, type PlacedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
import { StriateError, type Tensor } from '../tensor/index.js';
import { Detector } from './detector.js';
import { KeypointDetector } from './keypointDetector.js';
import { fitHeads, type MultiTaskFitOptions } from './multiTaskTraining.js';
import { ofPictures, picturesKinds, type PicturesOptions } from './ofPictures.js';
import { segmentedPicture } from './pixelLabels.js';
import { preparedPicture } from './preparedPicture.js';
import { Segmenter } from './segmenter.js';
import {
  networkOf,
  placesOfHeads,
  type FoundByHeads,
  type MultiTaskData,
  type TaskHead,
  type TaskHeads,
} from './taskHeads.js';
import { taskPreprocessing } from './taskPreprocessing.js';

/** Several heads on one backbone, which computes its maps once for all. Made by `multiTask`. */
export class MultiTask<Heads extends TaskHeads = TaskHeads> {
  constructor(
    readonly heads: Heads,
    /** All heads' outputs of one forward pass, over the same weights. */
    readonly model: Model,
  ) {}

  /** How its pictures are prepared: as its heads for boxes, masks and points want them, brought in whole. */
  get preprocessing(): CompletePreprocessing {
    const heads = Object.values(this.heads);
    const task = heads.find((head) => !(head instanceof Model)) ?? this.model;
    return taskPreprocessing(this.model, task.preprocessing ?? { fit: 'contain' });
  }

  /**
   * Trains heads together, and the backbone where it is not frozen: in one pass for all, by the sum of their losses, each times its weight.
   * Pictures that one head's set has and another's does not teach the first alone. Options are those of `Detector.fit`.
   *
   * @returns losses and validation's measures epoch by epoch, a head's name before each: `boxesBoxRegression`, `valBoxesMap50`
   * @throws StriateError when there is no data, sets do not suit their heads, or as `model.fit` does.
   *
   * @example
   * const { train, test } = scenes({ seed: 1, train: 16, test: 4, size: 64, kinds: ['shapes'] });
   * const backbone = zoo.create('mobilenet_v3_small', { inputShape: [64, 64, 3] });
   * const net = multiTask({
   *   boxes: createDetector({ backbone, classes: train.classNames }),
   *   masks: createSegmenter({ backbone, classes: train.classNames }),
   * });
   * await net.fit({ boxes: train, masks: train }, { epochs: 1, lossWeights: { masks: 0.5 }, verbose: 0 });
   */
  fit(data: MultiTaskData<Heads>, options: MultiTaskFitOptions<Heads> = {}): Promise<History> {
    return fitHeads(this, data, options);
  }

  /**
   * What all heads say of a picture, or of each of many, in one forward pass.
   *
   * @throws StriateError when one is no picture.
   */
  predict(picture: PictureSource, options?: PicturesOptions): Promise<FoundByHeads<Heads>>;
  predict(pictures: readonly PictureSource[], options?: PicturesOptions): Promise<FoundByHeads<Heads>[]>;
  predict(
    pictures: PictureSource | readonly PictureSource[],
    options: PicturesOptions = {},
  ): Promise<FoundByHeads<Heads> | FoundByHeads<Heads>[]> {
    const { batchSize } = expectOptions({ where: 'MultiTask.predict', kinds: picturesKinds }, options);
    const places = placesOfHeads(this.heads);
    return ofPictures(this.model, pictures, batchSize, {
      prepare: (picture) => placedPicture(picture, this.preprocessing),
      read: (outputs, row, placed) =>
        Object.fromEntries(
          Object.entries(this.heads).map(([name, head]) => {
            const own = outputs.slice(...places.get(name)!).map((output) => output.slice(row, row + 1));
            return [name, found(head, own, placed)];
          }),
        ) as FoundByHeads<Heads>,
    });
  }
}

/** What a head says of the one picture that its outputs are of. */
function found(head: TaskHead, outputs: readonly Tensor<'float32'>[], placed: PlacedPicture): unknown {
  const [first] = outputs;
  if (head instanceof Segmenter) return segmentedPicture(first, placed, head.classNames);
  const { frame, size } = preparedPicture(placed);
  if (head instanceof KeypointDetector) return head.decode(first, frame);
  if (head instanceof Detector) {
    return head.decode(outputs).map((one) => ({ ...one, box: clipBox(unplaceBox(one.box, frame), size) }));
  }
  return first.reshape(first.shape.slice(1));
}

/**
 * Several heads on one backbone as one network: one forward pass gives boxes, masks, points, classes and an embedding, and heads are trained
 * together (or each alone, by its own `fit`).
 *
 * @param heads - by names of your own: detectors, segmenters and keypoint detectors made on the same `backbone`, and models over it with one
 * output, its classifier or its `embedding`
 * @throws StriateError when they stand on different backbones.
 *
 * @example
 * import { createDetector, createSegmenter, multiTask, zoo } from 'striate';
 *
 * const backbone = zoo.create('mobilenet_v3_small', { inputShape: [64, 64, 3], classes: 3 });
 * const net = multiTask({
 *   kind: backbone,
 *   boxes: createDetector({ backbone, classes: ['cat', 'dog'] }),
 *   masks: createSegmenter({ backbone, classes: ['cat', 'dog'] }),
 *   vector: backbone.embedding,
 * });
 * const { kind, boxes, masks, vector } = await net.predict({ width: 2, height: 2, data: new Uint8ClampedArray(16) });
 * console.log(kind.data, boxes, masks.areas, vector.size);
 */
export function multiTask<const Heads extends TaskHeads>(heads: Heads): MultiTask<Heads> {
  const where = 'multiTask';
  const all = Object.entries(heads);
  if (all.length === 0) throw new StriateError({ where, rule: 'needs heads: { boxes: detector, masks: segmenter }' });
  for (const [name, head] of all) {
    const isHead = [Detector, Segmenter, KeypointDetector, Model].some((kind) => head instanceof kind);
    if (!isHead) {
      const rule = `'${name}' must be a detector, a segmenter, a keypoint detector or a model`;
      throw new StriateError({ where, rule });
    }
    if (head instanceof Model && head.outputs.length > 1) {
      const rule = `the model '${name}' must have one output`;
      throw new StriateError({ where, rule, received: head.outputs.length });
    }
  }
  const networks = all.map(([, head]) => networkOf(head));
  const [{ inputs, seed }] = networks;
  const other = networks.findIndex((one) => one.inputs.length !== 1 || one.inputs[0] !== inputs[0]);
  if (other !== -1) {
    throw new StriateError({
      where,
      rule: `'${all[other][0]}' does not stand on the backbone of '${all[0][0]}'`,
      advice: 'make all of them with the same model as `backbone`',
    });
  }
  const network = modelOf({ inputs, outputs: networks.flatMap(({ outputs }) => outputs), name: 'multi_task', seed });
  const made = new MultiTask(heads, network);
  network.preprocessing = made.preprocessing;
  return made;
}

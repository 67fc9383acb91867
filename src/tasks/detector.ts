import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import { clipBox, unplaceBox, type FrameSize } from '../geometry/index.js';
import type { SymbolicTensor } from '../layers/index.js';
import type { DetectionEvaluation } from '../measures/index.js';
import type { Model, SaveOptions } from '../models/index.js';
import { placedPicture, type PlacedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, zeros, type Shape, type Tensor } from '../tensor/index.js';
import { detectionArchitectures, type DetectionArchitecture, type DetectionName } from '../zoo/detection.js';
import type { DetectionHeadName } from '../zoo/detectionHeads.js';
import type { WeightSource } from '../weights/index.js';
import { hubOptionKinds, type HubOptions } from '../zoo/weights/hub.js';
import { decodeDetections, type DecodedDetection } from './decodeDetections.js';
import { defaultBoxesOf, type DefaultBoxes } from './defaultBoxes.js';
import { designedDetector, type DetectorDesign } from './detectorDesign.js';
import { publishedPlan, type DetectorPlan } from './detectorPlan.js';
import { cocoClassNames, taskClassNames, type TaskClasses } from './taskClasses.js';
import { ofPictures, picturesKinds, type PicturesOptions } from './ofPictures.js';
import { preparedPicture, type PreparedPicture } from './preparedPicture.js';
import { expectTaskFile, taskKey, taskText } from './taskDescription.js';
import { taskPreprocessing } from './taskPreprocessing.js';
import { evaluateDetector, fitDetector } from './detectorTraining.js';
import type { TaskFitOptions } from './fitTask.js';
import { loadTaskWeights, publishedEpsilon } from './taskWeights.js';

/** What a detector can be made for. */
export interface DetectorOptions extends HubOptions {
  /** The names of what is looked for; or a number, the background counted. COCO's 91 by default. */
  readonly classes?: TaskClasses;
  /** [H, W, 3] of the network's input; the network's own by default. */
  readonly inputShape?: Shape;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number;
  /**
   * What the frozen normalizations of FCOS's and RetinaNet's backbones add to the variance; 1e-5 by default, and 0 with
   * torchvision's published file of RetinaNet, known by its name.
   */
  readonly epsilon?: number;
  /**
   * `'coco'`, what torchvision published; or a file: a path, bytes or content, safetensors or PyTorch's own format, under
   * torchvision's names.
   */
  readonly weights?: WeightSource;
}

const accepts = {
  where: 'createDetector',
  kinds: {
    ...hubOptionKinds,
    classes: 'number or list',
    inputShape: 'list',
    seed: 'number',
    epsilon: 'number',
    weights: 'string or list or object',
  },
} as const satisfies AcceptedOptions<DetectorOptions>;

/** Options of `detect`. */
export interface DetectOptions {
  /** What is said with less is left out; the network's own by default, torchvision's. */
  readonly scoreThreshold?: number;
  /** How many things a picture has at most; the network's own by default. */
  readonly maxDetections?: number;
}

const detectAccepts = {
  where: 'detect',
  kinds: { scoreThreshold: 'number', maxDetections: 'number' },
} as const satisfies AcceptedOptions<DetectOptions>;

/** A thing that was found, with its class's name; its box is in pixels of the picture. */
export interface NamedDetection extends DecodedDetection {
  readonly name: string;
}

/** The maps that the rows of an output come from. */
export function mapsOf(rows: SymbolicTensor): readonly SymbolicTensor[] {
  const parts = rows.source?.layer.className === 'Concatenate' ? rows.source.inputs : [rows];
  return parts.map(({ source }) => source!.inputs[0]);
}

const sizeOf = ({ shape: [height, width] }: SymbolicTensor): FrameSize => ({ height, width });

/**
 * A picture with margins on both sides, moved to the upper left corner, as torchvision's detectors see it: it pads normalized
 * pictures, so that margins are zeros.
 */
function movedToCorner({ x, place }: PlacedPicture): Tensor<'float32'> {
  const [height, width, channels] = x.shape;
  const [rows, columns] = [Math.min(height, place.height), Math.min(width, place.width)];
  if (rows === height && columns === width) return x;
  const moved = zeros(x.shape);
  const [down, right] = [Math.max(0, -place.top), Math.max(0, -place.left)];
  for (let row = 0; row < rows; row++) {
    const from = ((row + down) * width + right) * channels;
    moved.data.set(x.data.subarray(from, from + columns * channels), row * width * channels);
  }
  return moved;
}

/** A network that finds things in pictures, with what its numbers mean. Made by `createDetector`. */
export class Detector {
  /** The boxes that the network's rows start from, [x1, y1, x2, y2] in pixels of its input. */
  readonly defaults: DefaultBoxes;
  /** How many of the network's rows each of its maps has. */
  readonly places: readonly number[];

  constructor(
    /** torchvision's name of the network, or that of its head. */
    readonly architecture: DetectionName | DetectionHeadName,
    readonly model: Model,
    /** By label, the background first. */
    readonly classNames: readonly string[],
    /** What its numbers mean. */
    readonly plan: DetectorPlan,
    /** What computes its maps, over the same weights, where it was made on a `backbone`. */
    readonly backbone?: Model,
  ) {
    const maps = mapsOf(model.outputs[1]);
    const sizes = maps.map(sizeOf);
    this.defaults = defaultBoxesOf(plan.boxes, sizes, sizeOf(model.inputs[0]));
    this.places = maps.map(({ shape: [height, width, numbers] }) => (height * width * numbers) / 4);
    const { preprocessing: _, ...own } = plan;
    // So that whatever saves the model, during a training, too, saves the detector.
    model.metadata[taskKey] = taskText(model, { task: 'detection', architecture, plan: own, backbone });
  }

  /**
   * Writes the detector into one file, as `model.save` does, for `loadDetector`: network, names of classes, default boxes, and how
   * pictures are prepared.
   *
   * @param path - ends in .safetensors
   * @throws StriateError when the file cannot be written.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    expectTaskFile('Detector.save', path);
    await this.model.save(path, options);
  }

  /** What `save` writes. */
  toBytes(options: SaveOptions = {}): Promise<Uint8Array> {
    return this.model.toBytes(options);
  }

  /**
   * How its pictures are prepared: as the model's are, brought to its size; torchvision's networks' as torchvision does. Their
   * `detect` puts what is brought in whole into the upper left corner, as torchvision does, instead of the middle.
   */
  get preprocessing(): CompletePreprocessing {
    return taskPreprocessing(this.model, this.plan.preprocessing);
  }

  /**
   * What is in a picture: a file, an address, bytes, a canvas, a video's frame. Of many pictures, a list for each.
   *
   * @returns by falling score
   * @throws StriateError when one is no picture, or an option is out of range.
   *
   * @example
   * const detector = await createDetector('ssdlite320_mobilenet_v3_large', { weights: 'ssdlite320.pth' });
   * for (const { name, score, box } of await detector.detect('photo.jpg', { scoreThreshold: 0.5 })) console.log(name, score, box);
   * const [first, second] = await detector.detect(['photo.jpg', 'holiday.jpg']);
   */
  detect(picture: PictureSource, options?: DetectOptions & PicturesOptions): Promise<NamedDetection[]>;
  detect(pictures: readonly PictureSource[], options?: DetectOptions & PicturesOptions): Promise<NamedDetection[][]>;
  detect(
    pictures: PictureSource | readonly PictureSource[],
    options: DetectOptions & PicturesOptions = {},
  ): Promise<NamedDetection[] | NamedDetection[][]> {
    const accepts = { where: 'detect', kinds: { ...detectAccepts.kinds, ...picturesKinds } };
    const { batchSize, ...how } = expectOptions<DetectOptions & PicturesOptions>(accepts, options);
    return ofPictures(this.model, pictures, batchSize, {
      prepare: (picture) => this.prepare(picture),
      read: (outputs, row, { size, frame, extent }) =>
        this.decoded(outputs, how, row, extent).map(({ box, ...found }) => ({
          ...found,
          box: clipBox(unplaceBox(box, frame), size),
        })),
    });
  }

  /**
   * A picture as the network takes it, and where it lies in the network's input: what `detect` does first.
   *
   * @throws StriateError when it is no picture.
   */
  async prepare(picture: PictureSource): Promise<PreparedPicture & { readonly extent: FrameSize }> {
    const placed = await placedPicture(picture, this.preprocessing);
    const { inCorner } = this.plan;
    const prepared = preparedPicture(placed);
    // What reaches into the margins is cut before boxes are compared, as in torchvision.
    if (!inCorner) return { ...prepared, extent: sizeOf(this.model.inputs[0]) };
    return {
      ...prepared,
      x: movedToCorner(placed),
      frame: { ...prepared.frame, left: 0, top: 0 },
      extent: placed.place,
    };
  }

  /**
   * Learns from annotated pictures, whose classes it knows by name: by SSD's, RetinaNet's or FCOS's loss, whichever its network
   * has. What its backbone's layers are frozen for stays as it is.
   *
   * @returns the loss and its parts, `classification`, `boxRegression` (and `centerness`), epoch by epoch
   * @throws StriateError when an option is unknown or out of range, or there are things of a class that it does not know.
   *
   * @example
   * import { createDetector, scenes, zoo } from 'striate';
   *
   * const { train, test } = scenes({ seed: 1, train: 16, test: 4, size: 64, kinds: ['shapes'] });
   * const backbone = zoo.create('mobilenet_v3_small', { inputShape: [64, 64, 3] });
   * const detector = createDetector({ backbone, head: 'fcos', classes: train.classNames });
   * await detector.fit(train, { epochs: 1, verbose: 0 });
   * console.log((await detector.evaluate(test)).figures.map50);
   */
  fit(set: AnnotatedSet, options: TaskFitOptions = {}): Promise<History> {
    return fitDetector(this, set, options);
  }

  /**
   * Looks for the things of annotated pictures: COCO's figures, mean average precision first (`figures.map`, `figures.map50`).
   *
   * @throws StriateError when there are things of a class that it does not know.
   */
  evaluate(set: AnnotatedSet): Promise<DetectionEvaluation> {
    return evaluateDetector(this, set);
  }

  /**
   * What the network's raw outputs say, with boxes in pixels of its input.
   *
   * @param outputs - what `model.predictAll` gives
   * @param row - which picture of the batch; the first by default
   */
  decode(outputs: readonly Tensor<'float32'>[], options: DetectOptions = {}, row = 0): NamedDetection[] {
    return this.decoded(outputs, options, row, sizeOf(this.model.inputs[0]));
  }

  /** `decode` for a picture that fills only so much of the input's upper left. */
  private decoded(
    outputs: readonly Tensor<'float32'>[],
    options: DetectOptions,
    row: number,
    frame: FrameSize,
  ): NamedDetection[] {
    const usual = this.plan.decoding;
    const { scoreThreshold = usual.scoreThreshold, maxDetections = usual.detections } = expectOptions(
      detectAccepts,
      options,
    );
    expectNumber('detect', 'scoreThreshold', scoreThreshold, { least: 0, most: 1 });
    expectWhole('detect', 'maxDetections', maxDetections);
    const [scores, boxes, centerness] = outputs.map(({ data, shape: [batch] }) => {
      const each = data.length / batch;
      return data.subarray(row * each, (row + 1) * each);
    });
    const raw = { scores, boxes, centerness, defaults: this.defaults, places: this.places };
    const decoding = { ...usual, scoreThreshold, detections: maxDetections };
    return decodeDetections(raw, this.classNames.length, frame, decoding).map((found) => ({
      ...found,
      name: this.classNames[found.label],
    }));
  }
}

/**
 * A detector of torchvision's, under its name there: `ssdlite320_mobilenet_v3_large`, `ssd300_vgg16`, `fcos_resnet50_fpn` or
 * `retinanet_resnet50_fpn`; with `weights`, a promise of one that is trained. Or a small head on a backbone of your choice, a model
 * or the name of one of the zoo's; without one, on a compact network that starts afresh.
 *
 * @throws StriateError when there is none of that name, an option is out of range, the backbone has no maps, or the file has
 * other weights.
 *
 * @example
 * import { createDetector, zoo } from 'striate';
 *
 * const detector = createDetector('ssdlite320_mobilenet_v3_large', { classes: ['cat', 'dog'] });
 * console.log(detector.model.countParams());
 *
 * const backbone = zoo.create('mobilenet_v3_large', { inputShape: [128, 128, 3] }); // or a model of your own
 * const own = createDetector({ backbone, head: 'fcos', classes: ['cat', 'dog'] });
 * own.backbone?.freeze(); // its layers are the backbone's own
 */
export function createDetector(
  name: DetectionName,
  options: DetectorOptions & { weights: WeightSource },
): Promise<Detector>;
export function createDetector(name: DetectionName, options?: DetectorOptions & { weights?: undefined }): Detector;
export function createDetector(design: DetectorDesign): Detector;
export function createDetector(name: DetectionName, options: DetectorOptions): Detector | Promise<Detector>;
export function createDetector(
  name: DetectionName | DetectorDesign,
  options: DetectorOptions = {},
): Detector | Promise<Detector> {
  const { where } = accepts;
  const { classes, weights, epsilon, inputShape, seed, ...hub } = expectOptions(accepts, options);
  if (typeof name === 'object') return ready(new Detector(...designedDetector(name)));
  expectOneOf(where, 'name', name, Object.keys(detectionArchitectures) as DetectionName[]);
  const classNames = taskClassNames(where, classes, cocoClassNames);
  const row: DetectionArchitecture = detectionArchitectures[name];
  if (epsilon !== undefined && row.epsilon === undefined) {
    throw new StriateError({
      where,
      rule: `epsilon is of networks whose normalizations are frozen`,
      received: `epsilon of '${name}'`,
      advice: 'leave it out',
    });
  }
  if (epsilon !== undefined) expectNumber(where, 'epsilon', epsilon, { least: 0 });
  const model = row.create(name, {
    inputShape,
    seed,
    epsilon: epsilon ?? publishedEpsilon(name, weights),
    classes: classNames.length,
  });
  const detector = ready(new Detector(name, model, classNames, publishedPlan(name)));
  return weights === undefined ? detector : loadTaskWeights(name, model, weights, hub).then(() => detector);
}

/** With what a model knows of its pictures and classes. */
function ready(detector: Detector): Detector {
  const { model, classNames, preprocessing } = detector;
  model.classNames = classNames;
  model.preprocessing = preprocessing;
  return detector;
}

import { clipBox, unplaceBox, type Detection, type FrameSize } from '../geometry/index.js';
import type { SymbolicTensor } from '../layers/index.js';
import type { Model } from '../models/index.js';
import { placedPicture, type PlacedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { zeros, type Shape, type Tensor } from '../tensor/index.js';
import { detectionArchitectures, type DetectionArchitecture, type DetectionName } from '../zoo/detection.js';
import type { WeightSource } from '../weights/index.js';
import { decodeDetections } from './decodeDetections.js';
import { anchorBoxes, ssdBoxes, type DefaultBoxes } from './defaultBoxes.js';
import { cocoClassNames, taskClassNames, type TaskClasses } from './taskClasses.js';
import { loadTaskWeights } from './taskWeights.js';

/** What a detector can be made for. */
export interface DetectorOptions {
  /** The names of what is looked for; or a number, the background counted. COCO's 91 by default. */
  readonly classes?: TaskClasses;
  /** [H, W, 3] of the network's input; the network's own by default. */
  readonly inputShape?: Shape;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number;
  /** A file: a path, bytes or content, safetensors or PyTorch's own format, under torchvision's names. */
  readonly weights?: WeightSource;
}

const accepts = {
  where: 'createDetector',
  kinds: { classes: 'number or list', inputShape: 'list', seed: 'number', weights: 'string or list or object' },
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
export interface NamedDetection extends Detection {
  readonly name: string;
}

/** Rows and columns of the maps that the rows of an output come from. */
function mapsOf({ source }: SymbolicTensor): readonly SymbolicTensor[] {
  const parts = source?.layer.className === 'Concatenate' ? source.inputs : [];
  return parts.map((rows) => rows.source!.inputs[0]);
}

const sizeOf = ({ shape: [height, width] }: SymbolicTensor): FrameSize => ({ height, width });

/** The default boxes of torchvision's networks, by what they are called. */
const defaultBoxes: Readonly<Record<DetectionName, (maps: readonly FrameSize[], frame: FrameSize) => DefaultBoxes>> = {
  ssdlite320_mobilenet_v3_large: (maps, frame) =>
    ssdBoxes(
      {
        // From a fifth of the side to all of it, evenly.
        scales: [...maps.map((_, i) => 0.2 + ((0.95 - 0.2) * i) / (maps.length - 1)), 1],
        aspectRatios: maps.map(() => [2, 3]),
      },
      maps,
      frame,
    ),
  ssd300_vgg16: (maps, frame) =>
    ssdBoxes(
      {
        scales: [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05],
        aspectRatios: [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
        steps: [8, 16, 32, 64, 100, 300],
      },
      maps,
      frame,
    ),
  fcos_resnet50_fpn: (maps, frame) =>
    anchorBoxes(
      [8, 16, 32, 64, 128].map((size) => [size]),
      [1],
      maps,
      frame,
    ),
  retinanet_resnet50_fpn: (maps, frame) =>
    anchorBoxes(
      [32, 64, 128, 256, 512].map((size) => [size, Math.floor(size * 2 ** (1 / 3)), Math.floor(size * 2 ** (2 / 3))]),
      [0.5, 1, 2],
      maps,
      frame,
    ),
};

/**
 * A picture with margins on both sides, moved to the upper left corner, as torchvision's detectors see it: it pads normalized
 * pictures, so that margins are zeros.
 */
function inCorner({ x, place }: PlacedPicture): Tensor<'float32'> {
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
  private readonly places: readonly number[];

  constructor(
    readonly architecture: DetectionName,
    readonly model: Model,
    /** By label, the background first. */
    readonly classNames: readonly string[],
  ) {
    const maps = mapsOf(model.outputs[1]);
    const sizes = maps.map(sizeOf);
    this.defaults = defaultBoxes[architecture](sizes, sizeOf(model.inputs[0]));
    this.places = maps.map(({ shape: [height, width, numbers] }) => (height * width * numbers) / 4);
  }

  /**
   * How its pictures are prepared: as torchvision's are, brought to the network's size. `detect` puts what is brought in whole into
   * the upper left corner, as torchvision does, instead of the middle.
   */
  get preprocessing(): CompletePreprocessing {
    const [height, width] = this.model.inputShape;
    return { ...detectionArchitectures[this.architecture].preprocessing, size: [height, width], resize: height };
  }

  /**
   * What is in a picture: a file, an address, bytes, a canvas, a video's frame.
   *
   * @returns by falling score
   * @throws StriateError when it is no picture, or an option is out of range.
   *
   * @example
   * const detector = await createDetector('ssdlite320_mobilenet_v3_large', { weights: 'ssdlite320.pth' });
   * for (const { name, score, box } of await detector.detect('photo.jpg', { scoreThreshold: 0.5 })) console.log(name, score, box);
   */
  async detect(picture: PictureSource, options: DetectOptions = {}): Promise<NamedDetection[]> {
    expectOptions(detectAccepts, options);
    const placed = await placedPicture(picture, this.preprocessing);
    const { size, place } = placed;
    const x = inCorner(placed);
    const outputs = await this.model.predictAll(x.reshape([1, ...x.shape]));
    const inFrame = { scaleX: place.width / size.width, scaleY: place.height / size.height, left: 0, top: 0 };
    // What reaches into the margins is cut before boxes are compared, as in torchvision.
    return this.decoded(outputs, options, 0, place).map(({ box, ...found }) => ({
      ...found,
      box: clipBox(unplaceBox(box, inFrame), size),
    }));
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
    const usual: DetectionArchitecture['decoding'] = detectionArchitectures[this.architecture].decoding;
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
 * `retinanet_resnet50_fpn`; with `weights`, a promise of one that is trained.
 *
 * @throws StriateError when there is none of that name, an option is out of range, or the file has other weights.
 *
 * @example
 * const detector = createDetector('ssdlite320_mobilenet_v3_large', { classes: ['cat', 'dog'] });
 * console.log(detector.model.countParams());
 */
export function createDetector(
  name: DetectionName,
  options: DetectorOptions & { weights: WeightSource },
): Promise<Detector>;
export function createDetector(name: DetectionName, options?: DetectorOptions & { weights?: undefined }): Detector;
export function createDetector(name: DetectionName, options: DetectorOptions = {}): Detector | Promise<Detector> {
  const { where } = accepts;
  const { classes, weights, ...rest } = expectOptions(accepts, options);
  expectOneOf(where, 'name', name, Object.keys(detectionArchitectures) as DetectionName[]);
  const classNames = taskClassNames(where, classes, cocoClassNames);
  const model = detectionArchitectures[name].create(name, { ...rest, classes: classNames.length });
  model.classNames = classNames;
  const detector = new Detector(name, model, classNames);
  model.preprocessing = detector.preprocessing;
  return weights === undefined ? detector : loadTaskWeights(model, weights).then(() => detector);
}

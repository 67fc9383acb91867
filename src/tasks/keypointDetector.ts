import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import { unplaceBox, type PlacedFrame } from '../geometry/index.js';
import { model, type Model, type SaveOptions } from '../models/index.js';
import { placedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing, Preprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, type Tensor } from '../tensor/index.js';
import { keypointHeads, type KeypointHeadName } from '../zoo/keypointHeads.js';
import { stageBackbone } from '../zoo/stageBackbone.js';
import { pointsOfHeatMaps } from './heatMaps.js';
import {
  evaluateKeypoints,
  fitKeypoints,
  type KeypointEvaluateOptions,
  type KeypointEvaluation,
  type KeypointFitOptions,
} from './keypointTraining.js';
import { ofPictures, picturesKinds, type PicturesOptions } from './ofPictures.js';
import { preparedPicture, type PreparedPicture } from './preparedPicture.js';
import { backboneKinds, taskBackbone, type BackboneOptions } from './taskBackbone.js';
import { expectTaskFile, taskKey, taskText } from './taskDescription.js';
import { taskPreprocessing } from './taskPreprocessing.js';

/** A network for points: a backbone, and a head on its maps. */
export interface KeypointDetectorDesign extends Omit<BackboneOptions, 'backbone'> {
  /** A model, or the name of one of the zoo's; a small one of five stages that starts afresh, for pictures of 128×128, by default. */
  readonly backbone?: BackboneOptions['backbone'];
  /** The names of the points, in their order. */
  readonly points: readonly string[];
  /**
   * 'joined' (the default): the maps of all levels, by bilinear resizing; 'simpleBaselines': transposed convolutions from the coarsest
   * map, as Xiao et al. have it.
   */
  readonly head?: KeypointHeadName;
  /** Channels of the head's maps; 32 for 'joined', 256 for 'simpleBaselines' by default. */
  readonly filters?: number;
}

const accepts = {
  where: 'createKeypointDetector',
  kinds: { ...backboneKinds, points: 'list', head: 'string', filters: 'number' },
} as const satisfies AcceptedOptions<KeypointDetectorDesign>;

/** A point that was found in a picture. */
export interface NamedPoint {
  readonly name: string;
  /** In pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** How sure it is, from 0 to 1. */
  readonly score: number;
}

/**
 * A network that says where the points of the one thing in a picture are: of several things, each is cut out first, by a detector's
 * boxes. Made by `createKeypointDetector`.
 */
export class KeypointDetector {
  constructor(
    readonly architecture: KeypointHeadName,
    readonly model: Model,
    readonly pointNames: readonly string[],
    /** What its pictures are prepared like until its model says otherwise. */
    readonly plan: { readonly preprocessing: Preprocessing },
    /** What computes its maps, over the same weights. */
    readonly backbone?: Model,
  ) {
    // So that whatever saves the model, during a training, too, saves what finds points.
    model.metadata[taskKey] = taskText(model, { task: 'keypoints', architecture, pointNames, backbone });
  }

  /**
   * Writes the network into one file, as `model.save` does, for `loadKeypointDetector`, with the names of its points and how pictures
   * are prepared.
   *
   * @param path - ends in .safetensors
   * @throws StriateError when the file cannot be written.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    expectTaskFile('KeypointDetector.save', path);
    await this.model.save(path, options);
  }

  /** What `save` writes. */
  toBytes(options: SaveOptions = {}): Promise<Uint8Array> {
    return this.model.toBytes(options);
  }

  /** How its pictures are prepared: as the model's are, brought to its size whole. */
  get preprocessing(): CompletePreprocessing {
    return taskPreprocessing(this.model, this.plan.preprocessing);
  }

  /** Pixels of the input between neighbours on heat maps, by column and row. */
  get step(): readonly [x: number, y: number] {
    const [height, width] = this.model.inputShape;
    const [rows, columns] = this.model.outputShape;
    return [width / columns, height / rows];
  }

  /**
   * A picture as the network takes it, and where it lies in the network's input: what `detect` does first.
   *
   * @throws StriateError when it is no picture.
   */
  async prepare(picture: PictureSource): Promise<PreparedPicture> {
    return preparedPicture(await placedPicture(picture, this.preprocessing));
  }

  /**
   * Where the points of the one thing in a picture are: a file, an address, bytes, a canvas, a video's frame. Of many pictures, a list
   * for each.
   *
   * @throws StriateError when one is no picture.
   */
  detect(picture: PictureSource, options?: PicturesOptions): Promise<NamedPoint[]>;
  detect(pictures: readonly PictureSource[], options?: PicturesOptions): Promise<NamedPoint[][]>;
  detect(
    pictures: PictureSource | readonly PictureSource[],
    options: PicturesOptions = {},
  ): Promise<NamedPoint[] | NamedPoint[][]> {
    const { batchSize } = expectOptions({ where: 'KeypointDetector.detect', kinds: picturesKinds }, options);
    return ofPictures(this.model, pictures, batchSize, {
      prepare: (one) => this.prepare(one),
      read: ([maps], row, { frame }) => this.decode(maps, frame, row),
    });
  }

  /**
   * What heat maps say, in pixels of the picture.
   *
   * @param maps - what `model.predict` gives
   * @param frame - where the picture lies in the network's input; the pixels are the input's where it is left out
   * @param row - which picture of the batch; the first by default
   */
  decode(
    maps: Tensor<'float32'>,
    frame: PlacedFrame = { scaleX: 1, scaleY: 1, left: 0, top: 0 },
    row = 0,
  ): NamedPoint[] {
    const { data } = maps.slice(row, row + 1);
    return pointsOfHeatMaps(data, this.model.outputShape, this.step).map(([ownX, ownY, score], i) => {
      const [x, y] = unplaceBox([ownX, ownY, ownX, ownY], frame);
      return { name: this.pointNames[i], x, y, score };
    });
  }

  /**
   * Trains the network on pictures with one thing each, by the squared difference of heat maps; points that are not labelled do not
   * count.
   *
   * @throws StriateError when sizes or points do not suit, a picture shows several things with points, or as `model.fit` does.
   *
   * @example
   * const { train, test } = scenes({ seed: 1, train: 16, test: 4, size: 64, kinds: ['xo'], things: [1, 1] });
   * const backbone = zoo.create('mobilenet_v3_small', { inputShape: [64, 64, 3] });
   * const pose = createKeypointDetector({ backbone, points: train.pointNames });
   * await pose.fit(train, { epochs: 1, verbose: 0 });
   * console.log((await pose.evaluate(test)).pck);
   */
  fit(set: AnnotatedSet, options: KeypointFitOptions = {}): Promise<History> {
    return fitKeypoints(this, set, options);
  }

  /**
   * How well points are found: PCK, and the mean OKS.
   *
   * @throws StriateError when sizes or points do not suit, or a picture shows several things with points.
   */
  evaluate(set: AnnotatedSet, options: KeypointEvaluateOptions = {}): Promise<KeypointEvaluation> {
    return evaluateKeypoints(this, set, options);
  }
}

/** Points are told apart on a map of a quarter of the side. */
const finest = 2;

/**
 * A network that finds the points of the one thing in a picture: a head on a backbone, a model or the name of one of the zoo's, or on a
 * small one that starts afresh.
 *
 * @throws StriateError when an option is out of range, or the backbone has no maps.
 *
 * @example
 * import { createKeypointDetector, zoo } from 'striate';
 *
 * const backbone = zoo.create('resnet18', { inputShape: [128, 128, 3] });
 * const pose = createKeypointDetector({ backbone, points: ['left_eye', 'right_eye', 'nose'] });
 * console.log(pose.model.outputShape); // [32, 32, 3]
 * const small = createKeypointDetector({ points: ['left_eye', 'right_eye', 'nose'] }); // learns from nothing in minutes
 * console.log(small.model.countParams());
 */
export function createKeypointDetector(design: KeypointDetectorDesign): KeypointDetector {
  const { where } = accepts;
  const { points, head = 'joined', seed = 0 } = expectOptions(accepts, design);
  expectOneOf(where, 'head', head, Object.keys(keypointHeads) as KeypointHeadName[]);
  const names = points as readonly unknown[] | undefined;
  if (!names?.length || names.some((one) => typeof one !== 'string') || new Set(names).size < names.length)
    throw new StriateError({ where, rule: 'points must be names, each once' });
  const filters = expectWhole(where, 'filters', design.filters ?? (head === 'joined' ? 32 : 256));
  const usual = (_: readonly number[], known: readonly number[]): readonly number[] => {
    const fine = known.filter((level) => level >= finest);
    return head === 'joined' ? fine : fine.slice(-1);
  };
  const { maps, levels, preprocessing } = taskBackbone(
    where,
    { ...design, backbone: design.backbone ?? stageBackbone(design) },
    usual,
  );
  const doublings = Math.max(0, levels[levels.length - 1] - finest);
  const outputs = keypointHeads[head](maps.outputs, { name: 'keypoints', points: points.length, filters }, doublings);
  const name = `keypoints_${maps.name.replace(/_levels$/, '')}`;
  const network = model({ inputs: maps.inputs, outputs, name, seed, features: maps.outputs[maps.outputs.length - 1] });
  const detector = new KeypointDetector(head, network, points, { preprocessing }, maps);
  network.preprocessing = detector.preprocessing;
  return detector;
}

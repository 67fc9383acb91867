import type { AnnotatedSet, PlacedThings } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import { labelledPoints, type Annotation } from '../geometry/annotation.js';
import { unplaceBox } from '../geometry/index.js';
import { objectKeypointSimilarity, pck, type Pck } from '../measures/index.js';
import { model, type Model, type SaveOptions } from '../models/index.js';
import { placedPicture } from '../pictures/preparePicture.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing, Preprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { keypointHeads, type KeypointHeadName } from '../zoo/keypointHeads.js';
import { allOf, examplesOf, expectSuits, fitTask, taskFitKinds, type TaskFitOptions } from './fitTask.js';
import { drawHeatMap, heatMapLoss, pointsOfHeatMaps, type FoundPoint } from './heatMaps.js';
import { preparedPicture } from './preparedPicture.js';
import { backboneKinds, taskBackbone, type BackboneOptions } from './taskBackbone.js';
import { expectTaskFile, taskKey, taskText } from './taskDescription.js';
import { taskPreprocessing } from './taskPreprocessing.js';

/** A network for points: a backbone, and a head on its maps. */
export interface KeypointDetectorDesign extends BackboneOptions {
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

/** Options of `KeypointDetector.fit`. */
export interface KeypointFitOptions extends TaskFitOptions {
  /** How wide a target's Gaussian is, in pixels of the heat map; a 32nd of its shorter side, but 1.5 at least, by default. */
  readonly sigma?: number;
}

const fitAccepts = {
  where: 'KeypointDetector.fit',
  kinds: { ...taskFitKinds, sigma: 'number' },
} as const satisfies AcceptedOptions<KeypointFitOptions>;

/** Options of `KeypointDetector.evaluate`. */
export interface KeypointEvaluateOptions {
  /** How far off a point may be, as a share of the longer side of the thing's box; 0.1 by default. */
  readonly threshold?: number;
  /** Each point's deviation by the root of the area, for OKS; COCO's for seventeen points, otherwise 0.05 for each. */
  readonly sigmas?: readonly number[];
  /** Pictures that are looked at together; 16 by default. */
  readonly batchSize?: number;
}

const evaluateAccepts = {
  where: 'KeypointDetector.evaluate',
  kinds: { threshold: 'number', sigmas: 'list', batchSize: 'number' },
} as const satisfies AcceptedOptions<KeypointEvaluateOptions>;

/** A point that was found in a picture. */
export interface NamedPoint {
  readonly name: string;
  /** In pixels of the picture. */
  readonly x: number;
  readonly y: number;
  /** How sure it is, from 0 to 1. */
  readonly score: number;
}

/** How well points were found. */
export interface KeypointEvaluation extends Pck {
  /** The mean object keypoint similarity of things with labelled points. */
  readonly oks: number;
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
  private get step(): readonly [x: number, y: number] {
    const [height, width] = this.model.inputShape;
    const [rows, columns] = this.model.outputShape;
    return [width / columns, height / rows];
  }

  /**
   * Where the points of the one thing in a picture are: a file, an address, bytes, a canvas, a video's frame.
   *
   * @throws StriateError when it is no picture.
   */
  async detect(picture: PictureSource): Promise<NamedPoint[]> {
    const { x, frame } = preparedPicture(await placedPicture(picture, this.preprocessing));
    const maps = await this.model.predict(x.reshape([1, ...x.shape]));
    return pointsOfHeatMaps(maps.data, this.model.outputShape, this.step).map(([ownX, ownY, score], i) => {
      const [px, py] = unplaceBox([ownX, ownY, ownX, ownY], frame);
      return { name: this.pointNames[i], x: px, y: py, score };
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
  async fit(set: AnnotatedSet, options: KeypointFitOptions = {}): Promise<History> {
    const { where } = fitAccepts;
    const [rows, columns, points] = this.model.outputShape;
    const { sigma = Math.max(1.5, Math.min(rows, columns) / 32), ...rest } = expectOptions(fitAccepts, options);
    expectNumber(where, 'sigma', sigma, { above: 0 });
    for (const one of [set, options.validationData]) if (one) this.expectPoints(where, one);
    const targets = (things: readonly PlacedThings[]): Tensor => {
      const size = rows * columns * points;
      const maps = new Float32Array(things.length * size);
      things.forEach(({ annotations }, i) => {
        const thing = onlyThing(where, annotations);
        const own = maps.subarray(i * size, (i + 1) * size);
        for (let point = 0; point < points; point++)
          drawHeatMap(own, this.model.outputShape, point, thing?.points?.[point], this.step, sigma);
      });
      return new Tensor('float32', [things.length, rows, columns, points], maps);
    };
    return fitTask(this.model, set, { where, loss: heatMapLoss(), targets }, rest);
  }

  /**
   * How well points are found: PCK, and the mean OKS.
   *
   * @throws StriateError when sizes or points do not suit, or a picture shows several things with points.
   */
  async evaluate(set: AnnotatedSet, options: KeypointEvaluateOptions = {}): Promise<KeypointEvaluation> {
    const { where } = evaluateAccepts;
    const { threshold = 0.1, batchSize = 16 } = expectOptions(evaluateAccepts, options);
    expectWhole(where, 'batchSize', batchSize);
    expectSuits(where, this.model, set);
    this.expectPoints(where, set);
    const count = this.pointNames.length;
    const sigmas = options.sigmas ?? (count === 17 ? undefined : this.pointNames.map(() => 0.05));
    const [real, found]: [Annotation[], FoundPoint[][]] = [[], []];
    for await (const { x, things } of examplesOf(set, allOf(set), batchSize)) {
      const { data } = await this.model.predict(x, { batchSize });
      const size = data.length / things.length;
      things.forEach(({ annotations }, i) => {
        const thing = onlyThing(where, annotations);
        if (!thing) return;
        real.push(thing);
        found.push(pointsOfHeatMaps(data.subarray(i * size, (i + 1) * size), this.model.outputShape, this.step));
      });
    }
    const similarities = real.map((thing, i) => objectKeypointSimilarity(thing, found[i], sigmas));
    const oks = similarities.reduce((a, b) => a + b, 0) / similarities.length;
    return { ...pck(real, found, { threshold }), oks };
  }

  private expectPoints(where: string, { name, pointNames }: AnnotatedSet): void {
    if (pointNames.length === this.pointNames.length && pointNames.every((one, i) => one === this.pointNames[i]))
      return;
    throw new StriateError({
      where,
      rule: `the network finds ${this.pointNames.join(', ')}`,
      received: `the data set '${name}' with points ${pointNames.join(', ') || 'none'}`,
      advice: 'make it for these: { points: set.pointNames }',
    });
  }
}

/** The thing with labelled points in a picture; undefined where there is none. */
function onlyThing(where: string, annotations: readonly Annotation[]): Annotation | undefined {
  const labelled = annotations.filter((thing) => labelledPoints(thing).length > 0);
  if (labelled.length <= 1) return labelled[0];
  const rule = 'each picture must show one thing with points';
  const advice = 'cut each thing out by its box first, and find its points in the cut';
  throw new StriateError({ where, rule, received: `${labelled.length} things`, advice });
}

/** Points are told apart on a map of a quarter of the side. */
const finest = 2;

/**
 * A network that finds the points of the one thing in a picture: a head on a backbone, a model or the name of one of the zoo's.
 *
 * @throws StriateError when an option is out of range, or the backbone has no maps.
 *
 * @example
 * import { createKeypointDetector, zoo } from 'striate';
 *
 * const backbone = zoo.create('resnet18', { inputShape: [128, 128, 3] });
 * const pose = createKeypointDetector({ backbone, points: ['left_eye', 'right_eye', 'nose'] });
 * console.log(pose.model.outputShape); // [32, 32, 3]
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
  const { maps, levels, preprocessing } = taskBackbone(where, design, usual);
  const doublings = Math.max(0, levels[levels.length - 1] - finest);
  const outputs = keypointHeads[head](maps.outputs, { name: 'keypoints', points: points.length, filters }, doublings);
  const name = `keypoints_${maps.name.replace(/_levels$/, '')}`;
  const network = model({ inputs: maps.inputs, outputs, name, seed, features: maps.outputs[maps.outputs.length - 1] });
  const detector = new KeypointDetector(head, network, points, { preprocessing }, maps);
  network.preprocessing = detector.preprocessing;
  return detector;
}

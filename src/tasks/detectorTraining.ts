import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import { clipBox, unplaceBox, type Annotation, type Detection, type PlacedThings } from '../geometry/index.js';
import { evaluateDetections, type DetectionEvaluation } from '../measures/index.js';
import type { PixelSource, RawPicture } from '../pictures/rgbaPicture.js';
import { scaled } from '../ops/affine.js';
import { add, mul } from '../ops/allOperators.js';
import { positive } from '../training/metric.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { Tensor } from '../tensor/index.js';
import type { JointLoss } from '../training/jointLoss.js';
import { codeTargets, countedThings, distanceTargets, type Places } from './assignment.js';
import type { DetectorPlan } from './detectorPlan.js';
import {
  fitTask,
  taskFitKinds,
  taskFitOptions,
  type LearningTask,
  type TaskFitOptions,
  type TaskObjective,
} from './fitTask.js';
import { fcosLoss, retinanetLoss } from './losses/pyramidLosses.js';
import { columns } from './losses/lossParts.js';
import { ssdLoss } from './losses/ssdLoss.js';
import { labelsOfClasses } from './taskClasses.js';
import type { TaskMeasure } from './taskSet.js';

const accepts = { where: 'Detector.fit', kinds: taskFitKinds } as const satisfies AcceptedOptions<TaskFitOptions>;

/** What of a detector its training and its tests need. */
interface LearningDetector extends Places, LearningTask {
  readonly plan: DetectorPlan;
  /** By label, the background first. */
  readonly classNames: readonly string[];
  detect(picture: PixelSource): Promise<readonly Detection[]>;
  decode(outputs: readonly Tensor<'float32'>[], options: object, row: number): readonly Detection[];
}

/** How each kind of network learns. */
const kinds = {
  ssd: { loss: ssdLoss, length: 5 },
  retinanet: { loss: retinanetLoss, length: 5 },
  fcos: { loss: fcosLoss, length: 6 },
} as const satisfies Readonly<
  Record<DetectorPlan['decoding']['kind'], { loss: (places: number, classes: number) => JointLoss; length: number }>
>;

/** What a detector's places are to say of the things of pictures: [N, places, numbers]. */
export function detectionTargets(
  detector: Pick<LearningDetector, 'plan' | 'defaults' | 'places'>,
  labels: readonly number[],
  pictures: readonly PlacedThings[],
): Tensor<'float32'> {
  const { kind } = detector.plan.decoding;
  const shape = [detector.defaults.length / 4, kinds[kind].length] as const;
  const data = new Float32Array(pictures.length * shape[0] * shape[1]);
  pictures.forEach(({ annotations }, i) => {
    const out = data.subarray(i * shape[0] * shape[1], (i + 1) * shape[0] * shape[1]);
    const things = countedThings(annotations);
    if (kind === 'fcos') distanceTargets(things, labels, detector, out);
    else codeTargets(things, labels, detector, kind, out);
  });
  return new Tensor('float32', [pictures.length, ...shape], data);
}

/** The loss of a detector. */
export function detectionLoss({
  plan,
  defaults,
  classNames,
}: Pick<LearningDetector, 'plan' | 'defaults' | 'classNames'>): JointLoss {
  return kinds[plan.decoding.kind].loss(defaults.length / 4, classNames.length);
}

/** The label of places of pictures of which nothing is known. */
const unknownPlace = -3;

/**
 * A detector's loss, in which pictures of which nothing is known do not count: they are given scores that are right beyond doubt, so that they
 * add nothing, and no gradient.
 */
export function knownPlacesLoss({ loss, ssd }: { readonly loss: JointLoss; readonly ssd: boolean }): JointLoss {
  return {
    ...loss,
    emit([scores, ...others], targets) {
      const label = columns(targets.places, 0, 1);
      const known = positive(scaled(label, 1, 2));
      const classes = scores.type.shape[2];
      // SSD's first class is the background, the others say yes or no of each.
      const sure = Float32Array.from({ length: classes }, (_, i) => (ssd && i === 0 ? 30 : -30));
      const right = mul(scaled(known, -1, 1), scores.graph.constant(sure, [1, 1, classes], 'sure'));
      return loss.emit([add(mul(scores, known), right), ...others], targets);
    },
  };
}

/** What a detector learns, and what is measured: COCO's mean average precision, and that at an overlap of a half. */
export function detectorObjective(
  where: string,
  detector: LearningDetector,
): TaskObjective & { readonly loss: JointLoss } {
  const { length } = kinds[detector.plan.decoding.kind];
  return {
    where,
    loss: detectionLoss(detector),
    figures: ['map', 'map50'],
    unknown(target) {
      for (let place = 0; place < target.length; place += length) target[place] = unknownPlace;
    },
    on(set) {
      const labels = labelsOfClasses(where, set, detector.classNames);
      return {
        targets: (pictures) => detectionTargets(detector, labels, pictures),
        measure: () => new BoxesMeasure(detector, set, labels),
      };
    },
  };
}

/** Trains a detector; `Detector.fit`. */
export async function fitDetector(
  detector: LearningDetector,
  set: AnnotatedSet,
  options: TaskFitOptions,
): Promise<History> {
  const { where } = accepts;
  return fitTask(detector, set, detectorObjective(where, detector), taskFitOptions(accepts, options));
}

/** Compares boxes with those of the things, both in pixels of the pictures. */
class BoxesMeasure implements TaskMeasure {
  private readonly truth: (readonly Annotation[])[] = [];
  private readonly found: (readonly Detection[])[] = [];

  constructor(
    private readonly detector: LearningDetector,
    private readonly set: AnnotatedSet,
    private readonly labels: readonly number[],
  ) {}

  add(indices: ArrayLike<number>, _: readonly PlacedThings[], outputs: readonly Tensor<'float32'>[]): void {
    const { set, detector, labels } = this;
    for (let row = 0; row < indices.length; row++) {
      const picture = set.picture(indices[row]);
      const frame = set.placed(indices[row]);
      this.truth.push(picture.annotations);
      const things = detector.decode(outputs, {}, row);
      const placed = things.map((one) => ({ ...one, box: clipBox(unplaceBox(one.box, frame), picture) }));
      this.found.push(byLabelsOfSet(placed, labels));
    }
  }

  figures(): { map: number; map50: number } {
    const { map, map50 } = evaluateDetections(this.truth, this.found, { classNames: this.set.classNames }).figures;
    return { map, map50 };
  }
}

/** What was found by the labels of a set. Of classes that the set does not have nothing is known, and they are left out. */
function byLabelsOfSet(things: readonly Detection[], labels: readonly number[]): Detection[] {
  return things.flatMap(({ label, score, box }) => {
    const own = labels.indexOf(label);
    return own === -1 ? [] : [{ label: own, score, box }];
  });
}

/** A set's picture as a model takes it. */
export async function rawPicture(set: AnnotatedSet, index: number): Promise<RawPicture> {
  const { data, ...info } = await set.pixels(index);
  return { data, info };
}

/** What is in the pictures of a set, and what a detector finds there, both by the set's labels. */
export interface FoundInSet {
  readonly truth: readonly (readonly Annotation[])[];
  readonly found: readonly (readonly Detection[])[];
}

/**
 * Looks for things in all pictures of a set, of its own classes.
 *
 * @param labels - the detector's label of each of the set's classes
 * @param onPicture - called with the number of pictures that are done
 */
export async function findInSet(
  detector: Pick<LearningDetector, 'detect'>,
  set: AnnotatedSet,
  labels: readonly number[],
  onPicture?: (done: number) => void,
): Promise<FoundInSet> {
  const found: Detection[][] = [];
  for (let i = 0; i < set.size; i++) {
    const things = await detector.detect(await rawPicture(set, i));
    found.push(byLabelsOfSet(things, labels));
    onPicture?.(i + 1);
  }
  return { truth: Array.from({ length: set.size }, (_, i) => set.annotations(i)), found };
}

/** COCO's figures of a detector on annotated pictures; `Detector.evaluate`. */
export async function evaluateDetector(detector: LearningDetector, set: AnnotatedSet): Promise<DetectionEvaluation> {
  const { truth, found } = await findInSet(
    detector,
    set,
    labelsOfClasses('Detector.evaluate', set, detector.classNames),
  );
  return evaluateDetections(truth, found, { classNames: set.classNames });
}

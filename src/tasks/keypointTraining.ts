import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { History } from '../fit/history.js';
import { labelledPoints, type Annotation, type PlacedThings } from '../geometry/annotation.js';
import { objectKeypointSimilarity, pck, type Pck } from '../measures/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { StriateError, Tensor } from '../tensor/index.js';
import {
  fitTask,
  measureOn,
  taskFitKinds,
  taskFitOptions,
  type LearningTask,
  type TaskFitOptions,
  type TaskObjective,
} from './fitTask.js';
import { drawHeatMap, heatMapLoss, pointsOfHeatMaps, unknownPoint, type FoundPoint } from './heatMaps.js';
import type { TaskMeasure } from './taskSet.js';

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

/** How well points were found. */
export interface KeypointEvaluation extends Pck {
  /** The mean object keypoint similarity of things with labelled points. */
  readonly oks: number;
}

/** What of a keypoint detector its training and its tests need. */
interface LearningKeypoints extends LearningTask {
  readonly pointNames: readonly string[];
  /** Pixels of the input between neighbours on heat maps, by column and row. */
  readonly step: readonly [x: number, y: number];
}

/** What a keypoint detector learns, and what is measured: PCK at a tenth of the box's longer side, OKS. */
export function keypointObjective(
  where: string,
  detector: LearningKeypoints,
  { sigma }: Pick<KeypointFitOptions, 'sigma'> = {},
): TaskObjective {
  const { outputShape } = detector.model;
  const [rows, columns, points] = outputShape;
  const wide = expectNumber(where, 'sigma', sigma ?? Math.max(1.5, Math.min(rows, columns) / 32), { above: 0 });
  return {
    where,
    loss: heatMapLoss(),
    figures: ['pck', 'oks'],
    unknown: (maps) => maps.fill(unknownPoint),
    on(set) {
      expectPoints(where, detector.pointNames, set);
      return {
        targets(things) {
          const size = rows * columns * points;
          const maps = new Float32Array(things.length * size);
          things.forEach(({ annotations }, i) => {
            const thing = onlyThing(where, annotations);
            const own = maps.subarray(i * size, (i + 1) * size);
            for (let point = 0; point < points; point++)
              drawHeatMap(own, outputShape, point, thing?.points?.[point], detector.step, wide);
          });
          return new Tensor('float32', [things.length, rows, columns, points], maps);
        },
        measure: () => new PointsMeasure(where, detector),
      };
    },
  };
}

/** Trains a keypoint detector; `KeypointDetector.fit`. */
export async function fitKeypoints(
  detector: LearningKeypoints,
  set: AnnotatedSet,
  options: KeypointFitOptions,
): Promise<History> {
  const { where } = fitAccepts;
  const { sigma, ...rest } = taskFitOptions(fitAccepts, options);
  const objective = keypointObjective(where, detector, { ...(sigma !== undefined && { sigma }) });
  return fitTask(detector, set, objective, rest);
}

/** How well points are found in the pictures of a set; `KeypointDetector.evaluate`. */
export async function evaluateKeypoints(
  detector: LearningKeypoints,
  set: AnnotatedSet,
  options: KeypointEvaluateOptions,
): Promise<KeypointEvaluation> {
  const { where } = evaluateAccepts;
  const { batchSize = 16, ...measured } = expectOptions(evaluateAccepts, options);
  expectWhole(where, 'batchSize', batchSize);
  expectPoints(where, detector.pointNames, set);
  const measure = new PointsMeasure(where, detector, measured);
  await measureOn(where, detector.model, set.prepared(detector.preprocessing), measure, batchSize);
  return measure.evaluation();
}

/** Compares points with those of the things, in pixels of the network's input. */
class PointsMeasure implements TaskMeasure {
  private readonly real: Annotation[] = [];
  private readonly found: FoundPoint[][] = [];

  constructor(
    private readonly where: string,
    private readonly detector: LearningKeypoints,
    private readonly options: Pick<KeypointEvaluateOptions, 'threshold' | 'sigmas'> = {},
  ) {}

  add(_: ArrayLike<number>, things: readonly PlacedThings[], [{ data }]: readonly Tensor<'float32'>[]): void {
    const { model, step } = this.detector;
    const size = data.length / things.length;
    things.forEach(({ annotations }, i) => {
      const thing = onlyThing(this.where, annotations);
      if (!thing) return;
      this.real.push(thing);
      this.found.push(pointsOfHeatMaps(data.subarray(i * size, (i + 1) * size), model.outputShape, step));
    });
  }

  figures(): { pck: number; oks: number } {
    const { pck: share, oks } = this.evaluation();
    return { pck: share, oks };
  }

  evaluation(): KeypointEvaluation {
    const { real, found } = this;
    const { threshold = 0.1, sigmas = usualSigmas(this.detector.pointNames) } = this.options;
    const similarities = real.map((thing, i) => objectKeypointSimilarity(thing, found[i], sigmas));
    const oks = similarities.reduce((a, b) => a + b, 0) / similarities.length;
    return { ...pck(real, found, { threshold }), oks };
  }
}

function expectPoints(where: string, known: readonly string[], { name, pointNames }: AnnotatedSet): void {
  if (pointNames.length === known.length && pointNames.every((one, i) => one === known[i])) return;
  throw new StriateError({
    where,
    rule: `the network finds ${known.join(', ')}`,
    received: `the data set '${name}' with points ${pointNames.join(', ') || 'none'}`,
    advice: 'make it for these: { points: set.pointNames }',
  });
}

/**
 * The thing with labelled points in a picture; undefined where there is none.
 *
 * @param picture - its name, for the message
 * @throws StriateError when there are several.
 */
export function onlyThing(where: string, annotations: readonly Annotation[], picture?: string): Annotation | undefined {
  const labelled = annotations.filter((thing) => labelledPoints(thing).length > 0);
  if (labelled.length <= 1) return labelled[0];
  const rule = 'each picture must show one thing with points';
  const advice = 'cut each thing out by its box first, and find its points in the cut';
  const received = `${labelled.length} things${picture === undefined ? '' : ` in ${picture}`}`;
  throw new StriateError({ where, rule, received, advice });
}

/** How exactly people place points, for OKS: COCO knows it of each of its seventeen (undefined), of others 0.05 is taken. */
export function usualSigmas(pointNames: readonly string[]): readonly number[] | undefined {
  return pointNames.length === 17 ? undefined : pointNames.map(() => 0.05);
}

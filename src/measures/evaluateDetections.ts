import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { areaOf, labelledPoints, type Annotation, type Detection, type Keypoint } from '../geometry/annotation.js';
import { boxArea, boxAround } from '../geometry/box.js';
import { boxOverlapWithCrowd } from '../geometry/boxOverlap.js';
import { maskIou, type RunLengthMask } from '../geometry/runLengthMask.js';
import { precisionRecall, recallSteps, type MatchedPicture, type PrecisionRecall } from './averagePrecision.js';
import { objectKeypointSimilarity, sigmasFor } from './keypointSimilarity.js';
import { matchDetections, type AreaRange, type ClassInPicture } from './matchDetections.js';

/** What is compared of things: their boxes, masks or points. */
export type DetectionKind = 'boxes' | 'masks' | 'points';

/** Options of `evaluateDetections`. */
export interface EvaluateDetectionsOptions {
  /** What is compared; `boxes` by default. */
  readonly kind?: DetectionKind;
  /** The names of the classes, in label order; numbers if omitted. */
  readonly classNames?: readonly string[];
  /** For points: each point's deviation by the root of the area; COCO's if omitted and there are seventeen. */
  readonly sigmas?: readonly number[];
}

const accepts = {
  where: 'evaluateDetections',
  kinds: { kind: 'string', classNames: 'list', sigmas: 'list' },
} as const satisfies AcceptedOptions<EvaluateDetectionsOptions>;

type SizeName = 'all' | 'small' | 'medium' | 'large';

/** COCO's ranges of areas, in pixels. */
const areaRanges: Readonly<Record<SizeName, AreaRange>> = {
  all: [0, 1e10],
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, 1e10],
};

/** COCO's thresholds of overlap: 0.5, 0.55, …, 0.95, rounded as NumPy's linspace rounds them. */
const thresholds = Float64Array.from({ length: 10 }, (_, i) => (i < 9 ? i * ((0.95 - 0.5) / 9) + 0.5 : 0.95));

/** One of COCO's figures: the mean over classes, and over thresholds unless it names one. */
interface Figure {
  readonly of: 'precision' | 'recall';
  readonly at?: number;
  readonly size?: SizeName;
  /** How many detections of each picture and class count; as many as the kind's most by default. */
  readonly most?: number;
}

const boxFigures = {
  map: { of: 'precision' },
  map50: { of: 'precision', at: 0.5 },
  map75: { of: 'precision', at: 0.75 },
  mapSmall: { of: 'precision', size: 'small' },
  mapMedium: { of: 'precision', size: 'medium' },
  mapLarge: { of: 'precision', size: 'large' },
  mar1: { of: 'recall', most: 1 },
  mar10: { of: 'recall', most: 10 },
  mar100: { of: 'recall', most: 100 },
  marSmall: { of: 'recall', size: 'small' },
  marMedium: { of: 'recall', size: 'medium' },
  marLarge: { of: 'recall', size: 'large' },
} as const satisfies Readonly<Record<string, Figure>>;

const pointFigures = {
  map: { of: 'precision' },
  map50: { of: 'precision', at: 0.5 },
  map75: { of: 'precision', at: 0.75 },
  mapMedium: { of: 'precision', size: 'medium' },
  mapLarge: { of: 'precision', size: 'large' },
  mar: { of: 'recall' },
  mar50: { of: 'recall', at: 0.5 },
  mar75: { of: 'recall', at: 0.75 },
  marMedium: { of: 'recall', size: 'medium' },
  marLarge: { of: 'recall', size: 'large' },
} as const satisfies Readonly<Record<string, Figure>>;

/** How one class fared. */
export interface ClassEvaluation {
  readonly className: string;
  /** The things that count. */
  readonly things: number;
  /** Average precision over COCO's ten overlaps, and at 0.5; −1 where there are no things. */
  readonly averagePrecision: number;
  readonly averagePrecision50: number;
  /** Average recall over COCO's ten overlaps; −1 where there are no things. */
  readonly averageRecall: number;
}

/** What COCO's evaluation came to. */
export interface DetectionEvaluation {
  readonly kind: DetectionKind;
  /**
   * COCO's figures: for boxes and masks `map`, `map50`, `map75`, `mapSmall`, `mapMedium`, `mapLarge`, `mar1`, `mar10`, `mar100`,
   * `marSmall`, `marMedium`, `marLarge`; for points `map`, `map50`, `map75`, `mapMedium`, `mapLarge`, `mar`, `mar50`, `mar75`, `marMedium`,
   * `marLarge`. −1 where there are no things of that size.
   */
  readonly figures: Readonly<Record<string, number>>;
  readonly perClass: readonly ClassEvaluation[];
  /** The mean average precision at each of COCO's ten overlaps; −1 where there are no things. */
  readonly byIou: readonly { readonly iou: number; readonly averagePrecision: number }[];
  /** Precision at the recalls 0, 0.01, …, 1 of each class, at an overlap of 0.5; no curve for classes without things. */
  readonly curves: readonly (PrecisionRecallCurve | undefined)[];
}

/** The precision-recall curve of one class. */
export interface PrecisionRecallCurve {
  readonly className: string;
  readonly recall: Float64Array;
  readonly precision: Float64Array;
  /** The score from which on each recall is reached; 0 where it never is. */
  readonly scores: Float64Array;
}

/** How a kind of things is compared. */
interface Comparison {
  readonly figures: Readonly<Record<string, Figure>>;
  /** How many detections of each picture and class count at most. */
  readonly most: number;
  passedOver(thing: Annotation): boolean;
  area(detection: Detection): number;
  /** [detections × things] */
  overlaps(found: readonly Detection[], things: readonly Annotation[]): ArrayLike<number>;
}

function comparisonOf(kind: DetectionKind, sigmas: readonly number[] | undefined): Comparison {
  const { where } = accepts;
  const isCrowd = ({ crowd = false }: Annotation): boolean => crowd;
  const own = <Value>(value: Value | undefined, what: string): Value => {
    if (value !== undefined) return value;
    throw new StriateError({
      where,
      rule: `comparing ${kind} needs the ${what} of every detection${kind === 'masks' ? ' and thing' : ''}`,
    });
  };
  const maskOf = ({ mask }: { readonly mask?: RunLengthMask }): RunLengthMask => own(mask, 'mask');
  const pointsOf = ({ points }: { readonly points?: readonly Keypoint[] }): readonly Keypoint[] =>
    own(points, 'points');
  const comparisons: Readonly<Record<DetectionKind, Comparison>> = {
    boxes: {
      figures: boxFigures,
      most: 100,
      passedOver: isCrowd,
      area: ({ box }) => boxArea(box),
      overlaps: (found, things) =>
        boxOverlapWithCrowd(
          found.map(({ box }) => box),
          things.map(({ box }) => box),
          things.map(isCrowd),
        ),
    },
    masks: {
      figures: boxFigures,
      most: 100,
      passedOver: isCrowd,
      area: (detection) => maskOf(detection).area,
      overlaps: (found, things) => maskIou(found.map(maskOf), things.map(maskOf), things.map(isCrowd)),
    },
    points: {
      figures: pointFigures,
      most: 20,
      passedOver: (thing) => isCrowd(thing) || labelledPoints(thing).length === 0,
      area: (detection) => boxArea(boxAround(pointsOf(detection)) ?? [0, 0, 0, 0]),
      overlaps(found, things) {
        return found.flatMap((detection) =>
          things.map((thing) => {
            if (!thing.points) return 0;
            const deviations = sigmasFor(where, thing.points.length, sigmas);
            return objectKeypointSimilarity(thing, pointsOf(detection), deviations);
          }),
        );
      },
    },
  };
  return comparisons[kind];
}

/**
 * Evaluates detections as COCO does: average precision and recall over overlaps from 0.5 to 0.95, by size, and for each class;
 * the figures are those of pycocotools.
 *
 * @param truth the things in each picture
 * @param found what was found in each picture, in the same order
 * @throws StriateError when there are not as many pictures, a class has no name, or a thing lacks what is compared.
 *
 * @example
 * const truth = [[{ label: 0, box: [10, 10, 60, 60] }]] as const;
 * const found = [[{ label: 0, score: 0.9, box: [12, 10, 60, 60] }]] as const;
 * evaluateDetections(truth, found, { classNames: ['cat'] }).figures.map50; // 1
 */
export function evaluateDetections(
  truth: readonly (readonly Annotation[])[],
  found: readonly (readonly Detection[])[],
  options: EvaluateDetectionsOptions = {},
): DetectionEvaluation {
  const { where } = accepts;
  const { classNames, sigmas } = expectOptions(accepts, options);
  const kind = expectOneOf(where, 'kind', options.kind ?? 'boxes', ['boxes', 'masks', 'points']);
  const names = expectDetections(where, truth, found, classNames);
  const comparison = comparisonOf(kind, sigmas);
  const sizes = Object.keys(areaRanges) as SizeName[];
  // [class][size][picture]
  const matches = names.map((_, label) => {
    const pictures = truth.flatMap((things, i) => classIn(things, found[i], label, comparison) ?? []);
    return Object.fromEntries(
      sizes.map((size) => [size, pictures.map((one) => matchDetections(one, thresholds, areaRanges[size]))]),
    ) as unknown as Record<SizeName, readonly MatchedPicture[]>;
  });
  const known = new Map<string, PrecisionRecall | undefined>();
  const measured = (label: number, size: SizeName, row: number, most: number): PrecisionRecall | undefined => {
    const key = [label, size, row, most].join(' ');
    if (!known.has(key)) known.set(key, precisionRecall(matches[label][size], row, most));
    return known.get(key);
  };
  const rows = thresholds.map((_, i) => i);
  const labels = names.map((_, label) => label);
  const figure = ({ of, at, size = 'all', most = comparison.most }: Figure, among = labels): number => {
    const values = (at === undefined ? [...rows] : [Math.round((at - 0.5) / 0.05)]).flatMap((row) =>
      among.flatMap((label) => {
        const one = measured(label, size, row, most);
        return one === undefined ? [] : of === 'recall' ? one.recall : mean(one.precision);
      }),
    );
    return values.length > 0 ? mean(values) : -1;
  };
  return {
    kind,
    figures: Object.fromEntries(Object.entries(comparison.figures).map(([name, one]) => [name, figure(one)])),
    perClass: names.map((className, label) => ({
      className,
      things: matches[label].all.reduce((sum, { things }) => sum + things, 0),
      averagePrecision: figure({ of: 'precision' }, [label]),
      averagePrecision50: figure({ of: 'precision', at: 0.5 }, [label]),
      averageRecall: figure({ of: 'recall' }, [label]),
    })),
    byIou: Array.from(thresholds, (iou) => ({
      iou: Math.round(iou * 100) / 100,
      averagePrecision: figure({ of: 'precision', at: iou }),
    })),
    curves: names.map((className, label) => {
      const one = measured(label, 'all', 0, comparison.most);
      return one && { className, recall: recallSteps.slice(), precision: one.precision, scores: one.scores };
    }),
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/**
 * The classes' names; their numbers where none are given.
 *
 * @throws StriateError when there are not as many pictures, or a class has no name.
 */
export function expectDetections(
  where: string,
  truth: readonly (readonly Annotation[])[],
  found: readonly (readonly Detection[])[],
  classNames: readonly string[] | undefined,
): readonly string[] {
  if (truth.length !== found.length) {
    throw new StriateError({
      where,
      rule: `there must be a list of detections for each of ${truth.length} pictures`,
      received: found.length,
    });
  }
  const all: readonly { readonly label: number }[] = [...truth.flat(), ...found.flat()];
  const count = classNames?.length ?? all.reduce((most, { label }) => Math.max(most, label + 1), 0);
  const strange = all.find(({ label }) => !Number.isInteger(label) || label < 0 || label >= count);
  if (strange) {
    throw new StriateError({
      where,
      rule: `labels must be whole numbers below ${count}`,
      received: shown(strange.label),
    });
  }
  return classNames ?? Array.from({ length: count }, (_, i) => String(i));
}

/** The things of one class in a picture, and the detections of it; undefined where there are neither. */
function classIn(
  things: readonly Annotation[],
  found: readonly Detection[],
  label: number,
  comparison: Comparison,
): ClassInPicture | undefined {
  const own = things.filter((thing) => thing.label === label);
  // Sorting is stable, as NumPy's merge sort.
  const detections = found
    .filter((detection) => detection.label === label)
    .sort((a, b) => b.score - a.score)
    .slice(0, comparison.most);
  if (own.length === 0 && detections.length === 0) return undefined;
  return {
    areas: own.map(areaOf),
    passedOver: own.map((thing) => comparison.passedOver(thing)),
    crowd: own.map(({ crowd = false }) => crowd),
    scores: detections.map(({ score }) => score),
    foundAreas: detections.map((detection) => comparison.area(detection)),
    overlaps: comparison.overlaps(detections, own),
  };
}

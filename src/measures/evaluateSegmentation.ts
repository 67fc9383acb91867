import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { squaredDistances } from './squaredDistances.js';

/** A picture's mask of all classes: each pixel's class, row by row. */
export interface LabelMap {
  readonly height: number;
  readonly width: number;
  /** [height × width] indices into `classNames`; 255 where nobody knows. */
  readonly data: Uint8Array;
}

/** Options of `evaluateSegmentation`. */
export interface EvaluateSegmentationOptions {
  /** The class of pixels that do not count; 255 by default. */
  readonly ignoredLabel?: number;
  /** How far off a boundary may be, as a share of the picture's diagonal; 0.0075 by default. */
  readonly boundaryTolerance?: number;
}

const accepts = {
  where: 'evaluateSegmentation',
  kinds: { ignoredLabel: 'number', boundaryTolerance: 'number' },
} as const satisfies AcceptedOptions<EvaluateSegmentationOptions>;

/** How well pixels were named. */
export interface SegmentationEvaluation {
  /** Of each class (rows), how many pixels were taken for each class (columns). */
  readonly counts: readonly Float64Array[];
  /** The share of pixels that are right. */
  readonly pixelAccuracy: number;
  /** The mean over classes of the share of their pixels that are right. */
  readonly meanAccuracy: number;
  /** Of each class, intersection over union of its pixels in all pictures; NaN where it is neither there nor found. */
  readonly iou: Float64Array;
  /** The mean of `iou` over classes that are there or were found. */
  readonly meanIou: number;
  /** The mean of `iou`, classes weighted by their pixels. */
  readonly frequencyWeightedIou: number;
  /** Of each class, the mean over pictures of how well its boundaries agree; NaN where there are none. */
  readonly boundaryF: Float64Array;
  /** The mean of `boundaryF` over classes that have some. */
  readonly meanBoundaryF: number;
}

/**
 * Evaluates masks of classes: mean intersection over union, pixel accuracy, and the boundary F score (Csurka et al. 2013), the
 * harmonic mean of the shares of boundary pixels that have one of the other mask near.
 *
 * @param classes how many classes there are
 * @throws StriateError when there are not as many masks, sizes differ, or a pixel has no class.
 *
 * @example
 * const truth = [{ height: 1, width: 4, data: Uint8Array.of(0, 0, 1, 255) }];
 * const found = [{ height: 1, width: 4, data: Uint8Array.of(0, 1, 1, 1) }];
 * evaluateSegmentation(truth, found, 2).meanIou; // 0.5: half of both classes
 */
export function evaluateSegmentation(
  truth: readonly LabelMap[],
  found: readonly LabelMap[],
  classes: number,
  options: EvaluateSegmentationOptions = {},
): SegmentationEvaluation {
  const { where } = accepts;
  const { ignoredLabel = 255, boundaryTolerance = 0.0075 } = expectOptions(accepts, options);
  expectWhole(where, 'classes', classes, 1, 256);
  expectWhole(where, 'ignoredLabel', ignoredLabel, 0, 255);
  expectNumber(where, 'boundaryTolerance', boundaryTolerance, { least: 0 });
  if (truth.length !== found.length) {
    throw new StriateError({
      where,
      rule: `there must be a mask for each of ${truth.length} pictures`,
      received: found.length,
    });
  }
  const counts = Array.from({ length: classes }, () => new Float64Array(classes));
  const [boundaries, boundaryPictures] = [new Float64Array(classes), new Float64Array(classes)];
  truth.forEach((map, picture) => {
    const own = found[picture];
    expectFits(picture, map, own);
    const { height, width, data } = map;
    const named = own.data.slice();
    data.forEach((label, at) => {
      // Boundaries of what nobody knows count on neither side.
      if (label === ignoredLabel) named[at] = ignoredLabel;
      else if (label >= classes || named[at] >= classes) {
        const [mask, strange] = label >= classes ? ['true', label] : ['found', named[at]];
        const rule = `classes of the ${mask} mask of picture ${picture} must be below ${classes}`;
        throw new StriateError({ where, rule, received: strange });
      } else counts[label][named[at]]++;
    });
    const reach = boundaryTolerance * Math.hypot(height, width);
    for (let label = 0; label < classes; label++) {
      const score = boundaryScore(data, named, { height, width, label, ignoredLabel, reach });
      if (score === undefined) continue;
      boundaries[label] += score;
      boundaryPictures[label]++;
    }
  });
  const sum = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((a, b) => a + b, 0);
  const rows = Float64Array.from(counts, sum);
  const columns = Float64Array.from(counts, (_, label) => sum(counts.map((row) => row[label])));
  const right = Float64Array.from(counts, (row, label) => row[label]);
  const iou = right.map((both, label) => both / (rows[label] + columns[label] - both));
  const boundaryF = boundaries.map((score, label) => score / boundaryPictures[label]);
  const total = sum(rows);
  return {
    counts,
    pixelAccuracy: sum(right) / total,
    meanAccuracy: meanOfNumbers(right.map((both, label) => both / rows[label])),
    iou,
    meanIou: meanOfNumbers(iou),
    frequencyWeightedIou: sum(iou.map((one, label) => (rows[label] > 0 ? (one * rows[label]) / total : 0))),
    boundaryF,
    meanBoundaryF: meanOfNumbers(boundaryF),
  };
}

function expectFits(picture: number, truth: LabelMap, found: LabelMap): void {
  const said = ({ height, width, data }: LabelMap): string => `${width} × ${height} of ${data.length} pixels`;
  const whole = [truth, found].every(({ height, width, data }) => data.length === height * width);
  if (whole && truth.height === found.height && truth.width === found.width) return;
  throw new StriateError({
    where: accepts.where,
    rule: `both masks of picture ${picture} must be of one size`,
    received: `${said(truth)} and ${said(found)}`,
  });
}

/** The mean of those that are numbers; NaN where none is. */
function meanOfNumbers(values: Float64Array): number {
  const own = values.filter((value) => !Number.isNaN(value));
  return own.reduce((a, b) => a + b, 0) / own.length;
}

/** What boundaries are looked for in. */
interface Outlined {
  readonly height: number;
  readonly width: number;
  readonly label: number;
  readonly ignoredLabel: number;
  /** In pixels. */
  readonly reach: number;
}

/** The pixels of a class with one of another class beside, above or below. */
function boundaryOf(data: Uint8Array, { height, width, label, ignoredLabel }: Outlined): Uint8Array {
  const boundary = new Uint8Array(data.length);
  const other = (at: number): boolean => data[at] !== label && data[at] !== ignoredLabel;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] !== label) continue;
      const beside =
        (x > 0 && other(at - 1)) ||
        (x < width - 1 && other(at + 1)) ||
        (y > 0 && other(at - width)) ||
        (y < height - 1 && other(at + width));
      boundary[at] = Number(beside);
    }
  }
  return boundary;
}

/** The boundary F score of one class in one picture; undefined where neither mask has a boundary of it. */
function boundaryScore(truth: Uint8Array, found: Uint8Array, outlined: Outlined): number | undefined {
  const [real, own] = [boundaryOf(truth, outlined), boundaryOf(found, outlined)];
  const [anyReal, anyOwn] = [real.includes(1), own.includes(1)];
  if (!anyReal && !anyOwn) return undefined;
  if (!anyReal || !anyOwn) return 0;
  const near = (boundary: Uint8Array, other: Uint8Array): number => {
    const distances = squaredDistances(other, outlined.height, outlined.width);
    let [hits, count] = [0, 0];
    boundary.forEach((mark, at) => {
      count += mark;
      hits += mark && distances[at] <= outlined.reach ** 2 ? 1 : 0;
    });
    return hits / count;
  };
  const [precision, recall] = [near(own, real), near(real, own)];
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}

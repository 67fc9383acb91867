import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { flatBoxes, type Boxes } from './box.js';
import { iouOf } from './boxOverlap.js';

/** What both kinds of suppression can be told. */
interface SuppressionOptions {
  /** The class of each box: boxes of different classes do not suppress each other; all are of one class if omitted. */
  readonly labels?: ArrayLike<number>;
  /** How many boxes are kept at most; all by default. */
  readonly maxDetections?: number;
}

/** Options of `nms`. */
export interface NmsOptions extends SuppressionOptions {
  /** A box goes where it overlaps one of a higher score by more than this; 0.5 by default. */
  readonly iouThreshold?: number;
  /** Boxes of lower scores, and those whose scores are no numbers, go at once; none by default. */
  readonly scoreThreshold?: number;
}

/** Options of `softNms`. */
export interface SoftNmsOptions extends SuppressionOptions {
  /**
   * How scores fall with the overlap o: `gaussian` (the default) multiplies them by exp(−o² / sigma), `linear` by 1 − o where o
   * is above `iouThreshold`.
   */
  readonly method?: 'gaussian' | 'linear';
  /** Of `gaussian`; 0.5 by default. */
  readonly sigma?: number;
  /** Of `linear`; 0.3 by default. */
  readonly iouThreshold?: number;
  /** Boxes whose scores fall below this go; 0.001 by default. */
  readonly scoreThreshold?: number;
}

const shared = { labels: 'list', maxDetections: 'number', iouThreshold: 'number', scoreThreshold: 'number' } as const;
const accepts = { where: 'nms', kinds: shared } as const satisfies AcceptedOptions<NmsOptions>;
const acceptsSoft = {
  where: 'softNms',
  kinds: { ...shared, method: 'string', sigma: 'number' },
} as const satisfies AcceptedOptions<SoftNmsOptions>;

/**
 * Non-maximum suppression: of boxes that overlap, the one of the highest score is kept. The same boxes in the same order as
 * torchvision's `nms` and `batched_nms`, in single precision as there: of equal scores, the first comes first.
 *
 * @returns the numbers of the boxes that are kept, by falling score
 * @throws StriateError when there are not as many scores (and labels) as boxes, or an option is out of range.
 *
 * @example
 * nms([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]], [0.7, 0.9, 0.8]); // [1, 2]
 */
export function nms(boxes: Boxes, scores: ArrayLike<number>, options: NmsOptions = {}): Int32Array {
  const { where } = accepts;
  expectOptions(accepts, options);
  const { iouThreshold = 0.5, scoreThreshold, labels, maxDetections = Infinity } = options;
  expectNumber(where, 'iouThreshold', iouThreshold, { least: 0, most: 1 });
  if (scoreThreshold !== undefined) expectNumber(where, 'scoreThreshold', scoreThreshold);
  if (maxDetections !== Infinity) expectWhole(where, 'maxDetections', maxDetections);
  const given = flatBoxes(where, boxes);
  const count = expectCounts(where, given.length / 4, scores, labels);
  const edges = Float32Array.from(given);
  const single = Float32Array.from(scores);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const candidates = scoreThreshold === undefined ? order : order.filter((i) => scores[i] >= scoreThreshold);
  // Typed arrays are sorted stably, numbers that are none last.
  candidates.sort((a, b) => rank(single[b]) - rank(single[a]) || a - b);
  const { fround } = Math;
  const areas = Float32Array.from({ length: count }, (_, i) =>
    fround(fround(edges[i * 4 + 2] - edges[i * 4]) * fround(edges[i * 4 + 3] - edges[i * 4 + 1])),
  );
  const kept: number[] = [];
  /** The boxes kept of each class. */
  const byClass = new Map<number, number[]>();
  for (const i of candidates) {
    const label = labels ? labels[i] : 0;
    const rivals = byClass.get(label) ?? [];
    byClass.set(label, rivals);
    const suppressed = rivals.some((k) => {
      const width = Math.min(edges[i * 4 + 2], edges[k * 4 + 2]) - Math.max(edges[i * 4], edges[k * 4]);
      const height = Math.min(edges[i * 4 + 3], edges[k * 4 + 3]) - Math.max(edges[i * 4 + 1], edges[k * 4 + 1]);
      if (!(width > 0 && height > 0)) return false;
      const common = fround(fround(width) * fround(height));
      return fround(common / fround(fround(areas[k] + areas[i]) - common)) > iouThreshold;
    });
    if (suppressed) continue;
    rivals.push(i);
    kept.push(i);
    if (kept.length === maxDetections) break;
  }
  return Int32Array.from(kept);
}

const rank = (score: number): number => (Number.isNaN(score) ? -Infinity : score);

/** Boxes that soft suppression kept, by falling score. */
export interface SoftNmsResult {
  readonly indices: Int32Array;
  /** Their scores after they have fallen. */
  readonly scores: Float64Array;
}

/**
 * Soft non-maximum suppression (Bodla et al. 2017): boxes that overlap one of a higher score are not dropped, their scores fall,
 * so that of two things behind one another both are found. TensorFlow's `soft_nms_sigma` is half of `sigma`.
 *
 * @throws StriateError when there are not as many scores (and labels) as boxes, or an option is out of range.
 *
 * @example
 * const { indices, scores } = softNms([[0, 0, 10, 10], [1, 0, 11, 10]], [0.7, 0.9]); // [1, 0]; 0.9 and 0.18
 */
export function softNms(boxes: Boxes, scores: ArrayLike<number>, options: SoftNmsOptions = {}): SoftNmsResult {
  const { where } = acceptsSoft;
  expectOptions(acceptsSoft, options);
  const { sigma = 0.5, iouThreshold = 0.3, scoreThreshold = 0.001, labels, maxDetections = Infinity } = options;
  const method = expectOneOf(where, 'method', options.method ?? 'gaussian', ['gaussian', 'linear']);
  expectNumber(where, 'sigma', sigma, { above: 0 });
  expectNumber(where, 'iouThreshold', iouThreshold, { least: 0, most: 1 });
  expectNumber(where, 'scoreThreshold', scoreThreshold);
  if (maxDetections !== Infinity) expectWhole(where, 'maxDetections', maxDetections);
  const edges = flatBoxes(where, boxes);
  const count = expectCounts(where, edges.length / 4, scores, labels);
  const factor = {
    gaussian: (overlap: number): number => Math.exp(-(overlap ** 2) / sigma),
    linear: (overlap: number): number => (overlap > iouThreshold ? 1 - overlap : 1),
  }[method];
  const current = Float64Array.from(scores);
  let open = Array.from({ length: count }, (_, i) => i).filter((i) => current[i] >= scoreThreshold);
  const kept: number[] = [];
  while (open.length > 0 && kept.length < maxDetections) {
    const best = open.reduce((a, b) => (current[b] > current[a] ? b : a));
    kept.push(best);
    open = open.filter((i) => {
      if (i === best) return false;
      if (labels === undefined || labels[i] === labels[best])
        current[i] *= factor(iouOf(edges, i * 4, edges, best * 4));
      return current[i] >= scoreThreshold;
    });
  }
  return { indices: Int32Array.from(kept), scores: Float64Array.from(kept, (i) => current[i]) };
}

/** The number of boxes, when there are as many scores and labels. */
function expectCounts(where: string, count: number, scores: ArrayLike<number>, labels?: ArrayLike<number>): number {
  for (const [name, list] of Object.entries({ scores, labels })) {
    if (list !== undefined && list.length !== count) {
      throw new StriateError({
        where,
        rule: `there must be as many ${name} as boxes, ${count}`,
        received: list.length,
      });
    }
  }
  return count;
}

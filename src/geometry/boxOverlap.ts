import { flatBoxes, type Boxes } from './box.js';

/** As torchvision has it, against a division by 0. */
const epsilon = 1e-7;

/** What two boxes have in common, and what is around them. */
interface Pair {
  readonly common: number;
  readonly iou: number;
  readonly union: number;
  /** Width and height of the smallest box around both. */
  readonly width: number;
  readonly height: number;
}

function pair(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): Pair {
  const [ax1, ay1, ax2, ay2] = [a[i], a[i + 1], a[i + 2], a[i + 3]];
  const [bx1, by1, bx2, by2] = [b[j], b[j + 1], b[j + 2], b[j + 3]];
  const common =
    Math.max(0, Math.min(ax2, bx2) - Math.max(ax1, bx1)) * Math.max(0, Math.min(ay2, by2) - Math.max(ay1, by1));
  const union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - common;
  return {
    common,
    // Two boxes without area have nothing in common.
    iou: union > 0 ? common / union : 0,
    union,
    width: Math.max(ax2, bx2) - Math.min(ax1, bx1),
    height: Math.max(ay2, by2) - Math.min(ay1, by1),
  };
}

/** Intersection over union of two boxes, whose four numbers begin at these places. */
export function iouOf(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number {
  return pair(a, i, b, j).iou;
}

/** A measure of each box of one list with each of another. */
function everyPair(
  where: string,
  boxes: Boxes,
  others: Boxes,
  measure: (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number) => number,
): Float64Array {
  const [a, b] = [flatBoxes(where, boxes), flatBoxes(where, others)];
  const [rows, columns] = [a.length / 4, b.length / 4];
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[i * columns + j] = measure(a, i * 4, b, j * 4);
  }
  return out;
}

/**
 * Intersection over union of each box with each other one: 1 where they are the same, 0 where they do not touch.
 *
 * @returns N × M numbers, a row for each of `boxes`
 * @throws StriateError when they are no boxes.
 *
 * @example
 * boxIou([[0, 0, 10, 10]], [[0, 0, 10, 10], [5, 0, 15, 10]]); // [1, 0.3333…]
 */
export function boxIou(boxes: Boxes, others: Boxes): Float64Array {
  return everyPair('boxIou', boxes, others, iouOf);
}

/**
 * Generalized intersection over union (Rezatofighi et al. 2019): from it is taken the share of the box around both that
 * neither covers, so that it says how far apart boxes are that do not touch; from −1 to 1.
 *
 * @returns N × M numbers, a row for each of `boxes`
 * @throws StriateError when they are no boxes.
 */
export function generalizedBoxIou(boxes: Boxes, others: Boxes): Float64Array {
  return everyPair('generalizedBoxIou', boxes, others, (a, i, b, j) => {
    const { iou, union, width, height } = pair(a, i, b, j);
    const around = width * height;
    return around > 0 ? iou - (around - union) / around : iou;
  });
}

/** The distance of two centres, squared, by the diagonal of the box around both, squared. */
function centreDistance(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, around: Pair): number {
  const across = (a[i] + a[i + 2] - b[j] - b[j + 2]) / 2;
  const down = (a[i + 1] + a[i + 3] - b[j + 1] - b[j + 3]) / 2;
  return (across ** 2 + down ** 2) / (around.width ** 2 + around.height ** 2 + epsilon);
}

/**
 * Distance intersection over union (Zheng et al. 2020): from it is taken how far the centres are apart.
 *
 * @returns N × M numbers, a row for each of `boxes`
 * @throws StriateError when they are no boxes.
 */
export function distanceBoxIou(boxes: Boxes, others: Boxes): Float64Array {
  return everyPair('distanceBoxIou', boxes, others, (a, i, b, j) => {
    const both = pair(a, i, b, j);
    return both.iou - centreDistance(a, i, b, j, both);
  });
}

/**
 * Complete intersection over union (Zheng et al. 2020): from it is taken how far the centres are apart, and how different the
 * aspect ratios are.
 *
 * @returns N × M numbers, a row for each of `boxes`
 * @throws StriateError when they are no boxes.
 */
export function completeBoxIou(boxes: Boxes, others: Boxes): Float64Array {
  return everyPair('completeBoxIou', boxes, others, (a, i, b, j) => {
    const both = pair(a, i, b, j);
    const angles =
      Math.atan((a[i + 2] - a[i]) / (a[i + 3] - a[i + 1])) - Math.atan((b[j + 2] - b[j]) / (b[j + 3] - b[j + 1]));
    const shape = (4 / Math.PI ** 2) * angles ** 2;
    const weight = shape / (1 - both.iou + shape + epsilon);
    return both.iou - centreDistance(a, i, b, j, both) - weight * shape;
  });
}

/**
 * As `boxIou`, but of what is marked as a crowd, what is covered counts by the box's own area alone, as in COCO.
 *
 * @param crowd which of `others` stand for many things
 */
export function boxOverlapWithCrowd(boxes: Boxes, others: Boxes, crowd: readonly boolean[]): Float64Array {
  return everyPair('boxIou', boxes, others, (a, i, b, j) => {
    const { common, iou } = pair(a, i, b, j);
    return crowd[j / 4] && common > 0 ? common / ((a[i + 2] - a[i]) * (a[i + 3] - a[i + 1])) : iou;
  });
}

import type { Keypoint } from '../geometry/index.js';
import type { Node } from '../graph/index.js';
import { clip, div, mul, reduceSum, square, sub } from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import type { Loss } from '../training/loss.js';
import { losses } from '../training/losses.js';

/** A point that was found: where, in pixels, and how sure it is, the height of its heat map. */
export type FoundPoint = readonly [x: number, y: number, score: number];

/** What a point that nobody labelled has everywhere. */
export const unknownPoint = -1;

/**
 * Writes a point's heat map, a Gaussian of height 1 around it; without a labelled point the map says that nothing is known.
 *
 * @param maps - [height, width, points] of one picture
 * @param step - pixels of the picture between neighbours on the map, by column and row
 */
export function drawHeatMap(
  maps: Float32Array,
  [height, width, points]: readonly number[],
  index: number,
  point: Keypoint | undefined,
  [stepX, stepY]: readonly [number, number],
  sigma: number,
): void {
  const labelled = point !== undefined && point[2] > 0;
  const [x, y] = labelled ? [point[0] / stepX - 0.5, point[1] / stepY - 0.5] : [0, 0];
  for (let row = 0, at = index; row < height; row++) {
    for (let column = 0; column < width; column++, at += points) {
      const distance = (row - y) ** 2 + (column - x) ** 2;
      maps[at] = labelled ? Math.exp(-distance / (2 * sigma ** 2)) : unknownPoint;
    }
  }
}

/**
 * Where heat maps are highest, between their pixels: three values along each axis lie on a Gaussian, whose middle follows.
 *
 * @param maps - [height, width, points] of one picture
 */
export function pointsOfHeatMaps(
  maps: Float32Array,
  [height, width, points]: readonly number[],
  [stepX, stepY]: readonly [number, number],
): FoundPoint[] {
  return Array.from({ length: points }, (_, index): FoundPoint => {
    const value = (row: number, column: number): number => maps[(row * width + column) * points + index];
    let [row, column] = [0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) if (value(y, x) > value(row, column)) [row, column] = [y, x];
    const across = column > 0 && column < width - 1 ? between(value(row, column - 1), value(row, column), value(row, column + 1)) : 0; // prettier-ignore
    const down = row > 0 && row < height - 1 ? between(value(row - 1, column), value(row, column), value(row + 1, column)) : 0; // prettier-ignore
    const score = Math.min(1, Math.max(0, value(row, column)));
    return [(column + 0.5 + across) * stepX, (row + 0.5 + down) * stepY, score];
  });
}

/** How far beside the middle one of three values the top of their Gaussian is, at most half a pixel. */
function between(before: number, middle: number, after: number): number {
  const [a, b, c] = [before, middle, after].map((value) => Math.log(Math.max(value, 1e-6)));
  const bend = a - 2 * b + c;
  return bend < 0 ? Math.min(0.5, Math.max(-0.5, (a - c) / (2 * bend))) : 0;
}

/** The squared difference of heat maps, over those of points that are labelled: a mean over them in the whole batch. */
export function heatMapLoss(): Loss {
  return {
    ...losses.meanSquaredError(),
    name: 'heatMaps',
    own: true,
    emit(prediction: Node, target: Node) {
      const { shape } = prediction.type;
      // 1 where the target is no less than 0, 0 where it is −1.
      const counted = scaled(clip(scaled(target, -1), { min: 0, max: 1 }), -1, 1);
      const sum = (x: Node, axes: readonly number[]): Node => reduceSum(x, { axes, keepDims: false });
      const squares = sum(mul(counted, square(sub(prediction, target))), [1, 2, 3]);
      return div(scaled(squares, shape[0]), scaled(sum(counted, [0, 1, 2, 3]), 1, 1e-12));
    },
  };
}

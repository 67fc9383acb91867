import { isWhole, isWholes, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import type { Box } from './box.js';
import { polygonRuns } from './polygonRuns.js';
import { runLengthsFromText, runLengthsToText } from './runLengths.js';

/** A mask as COCO's files have it: its size, and run lengths as numbers or as COCO's text. */
export interface CocoRunLengths {
  readonly size: readonly [height: number, width: number];
  readonly counts: readonly number[] | string;
}

const where = 'RunLengthMask';

/**
 * The pixels of one thing in a picture, as COCO keeps them: how many are outside, how many inside, and so on in turns, down the
 * columns from the left. A mask of a photo has some hundred numbers instead of a million.
 *
 * @throws StriateError when the runs do not fill the picture.
 *
 * @example
 * const mask = RunLengthMask.fromPolygons([[1, 1, 6, 1, 6, 4, 1, 4]], 8, 8);
 * mask.area; // 15
 * mask.box; // [1, 1, 6, 4]
 */
export class RunLengthMask {
  constructor(
    readonly height: number,
    readonly width: number,
    /** Outside, inside, outside, …: the first may be 0. */
    readonly counts: ArrayLike<number>,
  ) {
    if (!isWhole(height, 1) || !isWhole(width, 1)) {
      throw new StriateError({
        where,
        rule: 'height and width must be whole numbers from 1',
        received: `${shown(height)} × ${shown(width)}`,
      });
    }
    let sum = 0;
    for (let i = 0; i < counts.length; i++) sum += counts[i];
    if (sum !== height * width || !isWholes(Array.from(counts), 0)) {
      throw new StriateError({
        where,
        rule: `run lengths of a mask of ${width} × ${height} must be whole numbers with the sum ${width * height}`,
        received: sum,
      });
    }
  }

  /**
   * A mask of numbers, row by row: what is not 0 is inside.
   *
   * @param pixels [height × width]
   * @throws StriateError when there are not as many numbers as pixels.
   */
  static fromArray(pixels: ArrayLike<number>, height: number, width: number): RunLengthMask {
    if (pixels.length !== height * width) {
      throw new StriateError({
        where,
        rule: `a mask of ${width} × ${height} has ${width * height} numbers`,
        received: pixels.length,
      });
    }
    const counts: number[] = [];
    let inside = false;
    let run = 0;
    for (let column = 0; column < width; column++) {
      for (let row = 0; row < height; row++) {
        if ((pixels[row * width + column] !== 0) !== inside) {
          counts.push(run);
          run = 0;
          inside = !inside;
        }
        run++;
      }
    }
    counts.push(run);
    return new RunLengthMask(height, width, counts);
  }

  /**
   * The pixels inside any of some polygons, as COCO's tools fill them.
   *
   * @param polygons each [x, y, x, y, …] of three corners or more
   * @throws StriateError when a polygon has fewer corners, or numbers that are not finite.
   */
  static fromPolygons(polygons: readonly ArrayLike<number>[], height: number, width: number): RunLengthMask {
    const masks = polygons.map((polygon) => {
      const numbers = Array.from(polygon);
      if (numbers.length < 6 || numbers.length % 2 === 1 || !numbers.every(Number.isFinite)) {
        throw new StriateError({
          where,
          rule: 'a polygon has x and y of three corners or more, all finite',
          received: shown(numbers),
        });
      }
      return new RunLengthMask(height, width, polygonRuns(numbers, height, width));
    });
    return RunLengthMask.union(masks, height, width);
  }

  /**
   * A mask of one of COCO's files, its run lengths compressed or not.
   *
   * @throws StriateError when the text is damaged, or the runs do not fill the picture.
   */
  static fromCoco({ size, counts }: CocoRunLengths): RunLengthMask {
    const numbers = typeof counts === 'string' ? runLengthsFromText(counts) : counts;
    if (!numbers) {
      throw new StriateError({ where, rule: 'the text of the run lengths is damaged', received: shown(counts) });
    }
    return new RunLengthMask(size[0], size[1], numbers);
  }

  /** The pixels that are in any of some masks of one size; none where there are no masks. */
  static union(masks: readonly RunLengthMask[], height: number, width: number): RunLengthMask {
    return masks.length === 0
      ? new RunLengthMask(height, width, [height * width])
      : masks.reduce((a, b) => combined(a, b, (first, second) => first || second));
  }

  /** The pixels that are in this and in another mask of the same size. */
  intersection(other: RunLengthMask): RunLengthMask {
    return combined(this, other, (first, second) => first && second);
  }

  /** The pixels that are in this and not in another mask of the same size. */
  without(other: RunLengthMask): RunLengthMask {
    return combined(this, other, (first, second) => first && !second);
  }

  /** The number of pixels. */
  get area(): number {
    let area = 0;
    for (let i = 1; i < this.counts.length; i += 2) area += this.counts[i];
    return area;
  }

  /** The smallest box around the pixels; without area where there are none. */
  get box(): Box {
    const { counts, height } = this;
    let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
    let at = 0;
    for (let i = 0; i < counts.length; i++) {
      const end = at + counts[i];
      if (i % 2 === 1 && end > at) {
        const [first, last] = [Math.floor(at / height), Math.floor((end - 1) / height)];
        left = Math.min(left, first);
        right = Math.max(right, last + 1);
        // A run that goes on in the next column touches the bottom of one and the top of the other.
        top = Math.min(top, first === last ? at % height : 0);
        bottom = Math.max(bottom, first === last ? ((end - 1) % height) + 1 : height);
      }
      at = end;
    }
    return right === 0 ? [0, 0, 0, 0] : [left, top, right, bottom];
  }

  /**
   * The mask as pixels, row by row.
   *
   * @returns [height × width], 1 inside and 0 outside
   */
  toArray(): Uint8Array {
    const pixels = new Uint8Array(this.height * this.width);
    this.paint(pixels, 1);
    return pixels;
  }

  /** Writes a value into the pixels of a picture of this size, row by row, that the mask covers. */
  paint(pixels: Record<number, number>, value: number): void {
    const { counts, height, width } = this;
    let at = 0;
    for (let i = 0; i < counts.length; i++) {
      const end = at + counts[i];
      if (i % 2 === 1) {
        for (let k = at; k < end; k++) pixels[(k % height) * width + Math.floor(k / height)] = value;
      }
      at = end;
    }
  }

  /** The mask as COCO's files have it, its run lengths as text. */
  toCoco(): { readonly size: readonly [number, number]; readonly counts: string } {
    return { size: [this.height, this.width], counts: runLengthsToText(this.counts) };
  }
}

/** How many pixels two masks have in common. */
function commonPixels(a: RunLengthMask, b: RunLengthMask): number {
  let common = 0;
  walk(a, b, (inA, inB, length) => {
    if (inA && inB) common += length;
  });
  return common;
}

/**
 * Intersection over union of each mask with each other one, all of one size.
 *
 * @param crowd which of `others` stand for many things: of those, what is covered counts by the mask's own area alone, as in COCO
 * @returns N × M numbers, a row for each of `masks`
 * @throws StriateError when sizes differ.
 *
 * @example
 * const left = RunLengthMask.fromPolygons([[0, 0, 4, 0, 4, 8, 0, 8]], 8, 8);
 * maskIou([left], [left]); // [1]
 */
export function maskIou(
  masks: readonly RunLengthMask[],
  others: readonly RunLengthMask[],
  crowd: readonly boolean[] = [],
): Float64Array {
  const out = new Float64Array(masks.length * others.length);
  const [areas, boxes] = [others.map(({ area }) => area), others.map(({ box }) => box)];
  masks.forEach((mask, i) => {
    const { area, box } = mask;
    others.forEach((other, j) => {
      expectSameSize(mask, other);
      const apart = box[0] >= boxes[j][2] || boxes[j][0] >= box[2] || box[1] >= boxes[j][3] || boxes[j][1] >= box[3];
      if (apart) return;
      const common = commonPixels(mask, other);
      const union = crowd[j] ? area : area + areas[j] - common;
      out[i * others.length + j] = common / union;
    });
  });
  return out;
}

function expectSameSize(a: RunLengthMask, b: RunLengthMask): void {
  if (a.height === b.height && a.width === b.width) return;
  throw new StriateError({
    where,
    rule: 'masks must be of one size',
    received: `${a.width} × ${a.height} and ${b.width} × ${b.height}`,
  });
}

/** Goes through two masks at once, a stretch on which neither changes at a time. */
function walk(a: RunLengthMask, b: RunLengthMask, see: (inA: boolean, inB: boolean, length: number) => void): void {
  expectSameSize(a, b);
  let [i, j] = [0, 0];
  let [leftA, leftB] = [a.counts[0], b.counts[0]];
  for (;;) {
    while (leftA === 0 && i + 1 < a.counts.length) leftA = a.counts[++i];
    while (leftB === 0 && j + 1 < b.counts.length) leftB = b.counts[++j];
    const length = Math.min(leftA, leftB);
    if (length === 0) return;
    see(i % 2 === 1, j % 2 === 1, length);
    leftA -= length;
    leftB -= length;
  }
}

function combined(a: RunLengthMask, b: RunLengthMask, holds: (inA: boolean, inB: boolean) => boolean): RunLengthMask {
  const counts: number[] = [];
  let inside = false;
  let run = 0;
  walk(a, b, (inA, inB, length) => {
    if (holds(inA, inB) !== inside) {
      counts.push(run);
      run = 0;
      inside = !inside;
    }
    run += length;
  });
  counts.push(run);
  return new RunLengthMask(a.height, a.width, counts);
}

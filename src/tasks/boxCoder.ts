/** The largest logarithm of a size that is believed, so that numbers stay finite: a thousand pixels of sixteen. */
export const largestLog = Math.log(1000 / 16);

const { fround } = Math;

/** What the four codes are divided by: SSD's codes of places by 10, of sizes by 5. */
export type CoderWeights = readonly [x: number, y: number, width: number, height: number];

/** What torchvision's networks of default boxes divide by. */
export const coderWeights = { ssd: [10, 10, 5, 5], retinanet: [1, 1, 1, 1] } as const satisfies Readonly<
  Record<string, CoderWeights>
>;

/**
 * Boxes from codes that say how they differ from default boxes (torchvision's BoxCoder): the middle moves by shares of the size,
 * and sizes grow by exponentials. In single precision.
 *
 * @param codes - four numbers a row, of the rows that `rows` names
 * @returns [x1, y1, x2, y2] for each of `rows`
 */
export function decodeBoxes(
  codes: Float32Array,
  defaults: Float32Array,
  rows: Int32Array,
  [wx, wy, ww, wh]: CoderWeights,
): Float32Array {
  const boxes = new Float32Array(4 * rows.length);
  rows.forEach((row, i) => {
    const at = 4 * row;
    const width = fround(defaults[at + 2] - defaults[at]);
    const height = fround(defaults[at + 3] - defaults[at + 1]);
    const middleX = fround(defaults[at] + fround(0.5 * width));
    const middleY = fround(defaults[at + 1] + fround(0.5 * height));
    const x = fround(fround(fround(codes[at] / wx) * width) + middleX);
    const y = fround(fround(fround(codes[at + 1] / wy) * height) + middleY);
    const halfW = fround(fround(0.5 * fround(Math.exp(Math.min(codes[at + 2] / ww, largestLog)))) * width);
    const halfH = fround(fround(0.5 * fround(Math.exp(Math.min(codes[at + 3] / wh, largestLog)))) * height);
    boxes.set([x - halfW, y - halfH, x + halfW, y + halfH], 4 * i);
  });
  return boxes;
}

/** The codes that `decodeBoxes` makes these boxes of: what a network is trained to give. */
export function encodeBoxes(boxes: Float32Array, defaults: Float32Array, [wx, wy, ww, wh]: CoderWeights): Float32Array {
  const codes = new Float32Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) {
    const size = (of: Float32Array, axis: 0 | 1): number => of[at + 2 + axis] - of[at + axis];
    const middle = (of: Float32Array, axis: 0 | 1): number => of[at + axis] + 0.5 * size(of, axis);
    codes[at] = (wx * (middle(boxes, 0) - middle(defaults, 0))) / size(defaults, 0);
    codes[at + 1] = (wy * (middle(boxes, 1) - middle(defaults, 1))) / size(defaults, 1);
    codes[at + 2] = ww * Math.log(size(boxes, 0) / size(defaults, 0));
    codes[at + 3] = wh * Math.log(size(boxes, 1) / size(defaults, 1));
  }
  return codes;
}

/** Boxes from the distances of their sides from the middle of default boxes, in their sizes (torchvision's BoxLinearCoder). */
export function decodeDistances(distances: Float32Array, defaults: Float32Array, rows: Int32Array): Float32Array {
  const boxes = new Float32Array(4 * rows.length);
  rows.forEach((row, i) => {
    const at = 4 * row;
    const [x1, y1, x2, y2] = defaults.subarray(at, at + 4);
    const [width, height] = [x2 - x1, y2 - y1];
    const [x, y] = [fround(0.5 * (x1 + x2)), fround(0.5 * (y1 + y2))];
    boxes.set(
      [
        x - fround(distances[at] * width),
        y - fround(distances[at + 1] * height),
        x + fround(distances[at + 2] * width),
        y + fround(distances[at + 3] * height),
      ],
      4 * i,
    );
  });
  return boxes;
}

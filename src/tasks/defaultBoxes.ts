import type { FrameSize } from '../geometry/index.js';

/** The boxes [x1, y1, x2, y2] that a network's rows start from, four numbers each, in pixels of its input. */
export type DefaultBoxes = Float32Array;

/** Single precision step by step, as torchvision computes boxes. */
const { fround } = Math;

/** The default boxes of SSD: scales of each map, one more, and each map's aspect ratios besides 1. */
export interface SsdBoxesPlan {
  /** As shares of the picture's side, one for each map and one behind them. */
  readonly scales: readonly number[];
  readonly aspectRatios: readonly (readonly number[])[];
  /** How far a map's positions lie apart, in pixels; the picture divided by the map where they are left out. */
  readonly steps?: readonly number[];
}

/** Width and height of a map's boxes: of its scale, of the mean between it and the next, and both ways for each ratio. */
function ssdSizes({ scales, aspectRatios }: SsdBoxesPlan, map: number): (readonly [number, number])[] {
  const scale = scales[map];
  const between = Math.sqrt(scale * scales[map + 1]);
  const inside = (size: number): number => Math.min(Math.max(fround(size), 0), 1);
  return [
    [scale, scale] as const,
    [between, between] as const,
    ...aspectRatios[map].flatMap((ratio) => {
      const root = Math.sqrt(ratio);
      return [[scale * root, scale / root] as const, [scale / root, scale * root] as const];
    }),
  ].map(([width, height]) => [inside(width), inside(height)]);
}

/**
 * SSD's default boxes (torchvision's DefaultBoxGenerator): around the middle of each position of each map, row by row.
 *
 * @param maps - rows and columns of each map
 */
export function ssdBoxes(plan: SsdBoxesPlan, maps: readonly FrameSize[], picture: FrameSize): DefaultBoxes {
  const boxes: number[] = [];
  maps.forEach(({ height, width }, map) => {
    const sizes = ssdSizes(plan, map);
    const step = plan.steps?.[map];
    const rows = step === undefined ? height : picture.height / step;
    const columns = step === undefined ? width : picture.width / step;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (const [w, h] of sizes) {
          const [x, y] = [fround((column + 0.5) / columns), fround((row + 0.5) / rows)];
          const [halfW, halfH] = [fround(0.5 * w), fround(0.5 * h)];
          boxes.push(
            fround(fround(x - halfW) * picture.width),
            fround(fround(y - halfH) * picture.height),
            fround(fround(x + halfW) * picture.width),
            fround(fround(y + halfH) * picture.height),
          );
        }
  });
  return Float32Array.from(boxes);
}

/** To the nearest whole number, halves to the even one. */
function roundEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/**
 * The default boxes of a pyramid (torchvision's AnchorGenerator): at the corner of each position of each map, row by row; of each
 * position first all sizes of the first ratio.
 *
 * @param sizes - of each map, in pixels
 * @param aspectRatios - height by width
 * @param steps - how far a map's positions lie apart, in pixels; the picture divided by the map where they are left out
 */
export function anchorBoxes(
  sizes: readonly (readonly number[])[],
  aspectRatios: readonly number[],
  maps: readonly FrameSize[],
  picture: FrameSize,
  steps?: readonly number[],
): DefaultBoxes {
  const boxes: number[] = [];
  maps.forEach(({ height, width }, map) => {
    const base = aspectRatios.flatMap((ratio) =>
      sizes[map].map((size) => {
        const root = fround(Math.sqrt(ratio));
        const [w, h] = [fround(fround(1 / root) * size), fround(root * size)];
        return [roundEven(-w / 2), roundEven(-h / 2), roundEven(w / 2), roundEven(h / 2)] as const;
      }),
    );
    const down = steps?.[map] ?? Math.floor(picture.height / height);
    const right = steps?.[map] ?? Math.floor(picture.width / width);
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (const [x1, y1, x2, y2] of base) {
          const [x, y] = [column * right, row * down];
          boxes.push(x1 + x, y1 + y, x2 + x, y2 + y);
        }
  });
  return Float32Array.from(boxes);
}

/** How a network's default boxes are made, as plain data: SSD's, or a pyramid's. */
export type DefaultBoxesPlan =
  | ({ readonly kind: 'ssd' } & SsdBoxesPlan)
  | {
      readonly kind: 'anchors';
      /** Of each map, in pixels. */
      readonly sizes: readonly (readonly number[])[];
      /** Height by width. */
      readonly aspectRatios: readonly number[];
      readonly steps?: readonly number[];
    };

/** The default boxes of a plan, for maps and a picture of these sizes. */
export function defaultBoxesOf(plan: DefaultBoxesPlan, maps: readonly FrameSize[], picture: FrameSize): DefaultBoxes {
  if (plan.kind === 'ssd') return ssdBoxes(plan, maps, picture);
  return anchorBoxes(plan.sizes, plan.aspectRatios, maps, picture, plan.steps);
}

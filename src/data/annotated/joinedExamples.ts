import type { Annotation, Keypoint, PlacedThings } from '../../geometry/annotation.js';
import { boxArea, boxWithin } from '../../geometry/box.js';
import type { Move, PlanarMap } from '../../geometry/moveAnnotation.js';
import { RunLengthMask } from '../../geometry/runLengthMask.js';
import { Random } from '../../tensor/index.js';

/** Where an example goes that is a quarter of another. */
export interface Quarter extends Required<Pick<Move, 'region'>> {
  readonly moved: PlanarMap;
}

/** What examples are made of. */
export interface Examples {
  /** How many there are. */
  readonly size: number;
  /** [H, W, C] of one. */
  readonly shape: readonly number[];
  /** Writes one, with its own random changes, and says what is in it. */
  readonly draw: (index: number, random: Random, out: Float32Array, quarter?: Quarter) => Promise<PlacedThings>;
}

/** Four examples around a random place, each cut at the borders of its quarter (Bochkovskiy et al. 2020). */
export async function mosaic(
  index: number,
  { size, shape: [height, width, channels], draw }: Examples,
  random: Random,
  out: Float32Array,
): Promise<PlacedThings> {
  const middle = [Math.round(height * random.uniform(0.3, 0.7)), Math.round(width * random.uniform(0.3, 0.7))];
  const one = new Float32Array(out.length);
  const annotations: Annotation[] = [];
  const ignored: RunLengthMask[] = [];
  for (const quarter of [0, 1, 2, 3]) {
    const [low, right] = [quarter >= 2, quarter % 2 === 1];
    const [top, bottom] = low ? [middle[0], height] : [0, middle[0]];
    const [left, end] = right ? [middle[1], width] : [0, middle[1]];
    // Each picture lies with a corner at the middle.
    const [down, across] = [low ? middle[0] : middle[0] - height, right ? middle[1] : middle[1] - width];
    const own = quarter === 0 ? index : random.integer(size);
    const things = await draw(own, new Random([random.uint32(), quarter]), one, {
      moved: [1, 0, across, 0, 1, down],
      region: [left, top, end, bottom],
    });
    annotations.push(...things.annotations);
    if (things.ignored) ignored.push(things.ignored);
    for (let y = top; y < bottom; y++) {
      const from = ((y - down) * width + left - across) * channels;
      out.set(one.subarray(from, from + (end - left) * channels), (y * width + left) * channels);
    }
  }
  return { annotations, ...(ignored.length > 0 && { ignored: RunLengthMask.union(ignored, height, width) }) };
}

/** A thing on the way, and its area before others came to lie on it. */
interface Lying {
  readonly thing: Annotation;
  readonly whole: number;
}

/**
 * An example on which things of another one are laid, cut out by their masks, each with a chance of a half (Ghiasi et al. 2021). What
 * would leave less than `minVisibility` of a thing to see is not laid there; nor what has no mask.
 */
export async function copyPaste(
  index: number,
  { size, shape: [height, width, channels], draw }: Examples,
  random: Random,
  out: Float32Array,
  minVisibility: number,
): Promise<PlacedThings> {
  const { annotations, ignored } = await draw(index, new Random([random.uint32(), 0]), out);
  const one = new Float32Array(out.length);
  const other = await draw(random.integer(size), new Random([random.uint32(), 1]), one);
  let lying: readonly Lying[] = annotations.map((thing) => ({ thing, whole: thing.mask?.area ?? boxArea(thing.box) }));
  const laid: RunLengthMask[] = [];
  for (const thing of other.annotations) {
    const { mask, crowd = false } = thing;
    if (!mask || crowd || random.uniform() < 0.5) continue;
    const left = lying.map((below) => ({ ...below, thing: under(below, mask, minVisibility) }));
    if (!left.every((below): below is Lying => below.thing !== undefined)) continue;
    lying = [...left, { thing, whole: mask.area }];
    laid.push(mask);
  }
  const pixels = RunLengthMask.union(laid, height, width);
  pixels.toArray().forEach((covers, at) => {
    for (let c = at * channels; covers && c < (at + 1) * channels; c++) out[c] = one[c];
  });
  return { annotations: lying.map(({ thing }) => thing), ...(ignored && { ignored: ignored.without(pixels) }) };
}

/** What is left to see of a thing under a mask; undefined where that is too little. */
function under({ thing, whole }: Lying, above: RunLengthMask, minVisibility: number): Annotation | undefined {
  const { mask, box, points, area, ...rest } = thing;
  const left = mask?.without(above);
  const [x1, y1, x2, y2] = boxWithin(box, above.box);
  if (x2 <= x1 || y2 <= y1) return thing;
  const share = left ? left.area / whole : 1 - boxArea([x1, y1, x2, y2]) / whole;
  if (share < minVisibility || share <= 0) return undefined;
  const covers = points && above.toArray();
  return {
    ...rest,
    box: left && left.area < mask!.area ? left.box : box,
    ...(left && { mask: left }),
    ...(area !== undefined && { area: left ? area * (left.area / mask!.area) : area }),
    ...(points && {
      points: points.map(([x, y, visibility]): Keypoint => {
        const at = Math.floor(y) * above.width + Math.floor(x);
        return [x, y, visibility === 2 && covers![at] === 1 ? 1 : visibility];
      }),
    }),
  };
}

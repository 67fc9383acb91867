import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { formatShape, sameShape, StriateError } from '../../tensor/index.js';
import { heatColours } from '../colourMap.js';
import { seenPicture } from '../seenPicture.js';
import type { CanvasPicture } from '../toPicture.js';
import type { TakenPicture } from './mostActivating.js';
import type { UnitReceptiveField } from './receptiveFieldOf.js';

/** Options of `drawReceptiveField`. */
export interface ReceptiveFieldDrawingOptions {
  /** How many pixels wide and high each pixel becomes; 1 by default. */
  readonly scale?: number;
}

const accepts = {
  where: 'drawReceptiveField',
  kinds: { scale: 'number' },
} satisfies AcceptedOptions<ReceptiveFieldDrawingOptions>;

/** The frame around what a unit can see. */
const frame = [0, 158, 255] as const;

/**
 * A unit's receptive field on a picture: a blue frame around what it can see, and heat where it does see; the rest of the picture is
 * grey.
 *
 * @param picture numbers as the model takes them, with how they came about: what `explain` and `mostActivating` give
 * @throws StriateError when the picture is of another size than the field's.
 *
 * @example
 * const field = await receptiveFieldOf(model, { layer: 'dense', unit: 3, count: 2 });
 * const input = picture.reshape([28, 28, 1]);
 * const { width, height } = drawReceptiveField(field, { input, preprocessing: undefined }, { scale: 8 });
 */
export function drawReceptiveField(
  field: UnitReceptiveField,
  picture: TakenPicture,
  options: ReceptiveFieldDrawingOptions = {},
): CanvasPicture {
  const { scale = 1 } = expectOptions(accepts, options);
  expectWhole('drawReceptiveField', 'scale', scale);
  const { effective, visible } = field;
  if (!sameShape(picture.input.shape.slice(0, 2), effective.shape)) {
    throw new StriateError({
      where: 'drawReceptiveField',
      rule: `needs a picture of the field's size ${formatShape(effective.shape)}`,
      received: formatShape(picture.input.shape),
    });
  }
  const below = seenPicture(picture);
  const colours = heatColours();
  const [width, height] = [below.width * scale, below.height * scale];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.floor(x / scale), Math.floor(y / scale)];
      const from = row * below.width + column;
      const grey = [0.299, 0.587, 0.114].reduce((sum, share, c) => sum + share * below.data[4 * from + c], 0);
      // Sums of gradients fall off like a bell: their roots show the slopes, too.
      const share = Math.sqrt(effective.data[from]);
      const over = colours(share);
      const to = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        data[to + c] = isFrame(x, y) ? frame[c] : grey + 0.8 * share * (over[c] - grey);
      }
      data[to + 3] = 255;
    }
  }
  return { width, height, data };

  function isFrame(x: number, y: number): boolean {
    const [left, top] = [visible.left * scale, visible.top * scale];
    const [right, bottom] = [left + visible.width * scale - 1, top + visible.height * scale - 1];
    const inside = x >= left && x <= right && y >= top && y <= bottom;
    return inside && (x === left || x === right || y === top || y === bottom);
  }
}

import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumbers } from '../../tensor/check.js';
import { formatShape, StriateError, Tensor } from '../../tensor/index.js';
import { resizedMap } from '../resizedMap.js';

/**
 * A box in pixels: from `left` to `right` and from `top` to `bottom`, both ends' edges. They are pixels of the picture as the model takes
 * it, or of one of size `of`, which was stretched to it.
 */
export interface RegionBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly of?: { readonly width: number; readonly height: number };
}

const accepts = {
  where: 'energyInside',
  kinds: { left: 'number', top: 'number', right: 'number', bottom: 'number', of: 'object' },
} satisfies AcceptedOptions<RegionBox>;

/** A part of a picture: a box, several, or a mask [H, W] of any size, above 0.5 where the part is. */
export type Region = RegionBox | readonly RegionBox[] | Tensor;

/** How much of a map lies inside a part of the picture. */
export interface EnergyInside {
  /** The share of the map's sum that lies inside; of maps with a sign, what speaks for the target. */
  readonly energy: number;
  /** The share of the picture that lies inside, which a map that knows nothing would have. */
  readonly area: number;
  /** Whether the map's largest number lies inside: the pointing game (Zhang et al. 2016). */
  readonly pointing: boolean;
}

/**
 * The energy of a map inside a part of the picture (Wang et al. 2020, Score-CAM), and the pointing game.
 *
 * @param heat [H, W]
 * @throws StriateError when the part is no box or mask, or is empty.
 *
 * @example
 * const why = await explain(squeezenet, 'photo.jpg');
 * const { energy, area } = energyInside(why.heat(), { left: 30, top: 10, right: 120, bottom: 90 });
 */
export function energyInside(heat: Tensor<'float32'>, region: Region): EnergyInside {
  const [height, width] = heat.shape;
  const mask = maskOf(region, height, width);
  let [inside, sum, pixels, largest] = [0, 0, 0, 0];
  heat.data.forEach((value, place) => {
    const positive = Math.max(0, value);
    sum += positive;
    if (value > heat.data[largest]) largest = place;
    if (!mask[place]) return;
    inside += positive;
    pixels++;
  });
  if (pixels === 0)
    throw new StriateError({ where: 'energyInside', rule: 'the part must hold a pixel of the picture' });
  return { energy: sum > 0 ? inside / sum : 0, area: pixels / heat.size, pointing: mask[largest] === 1 };
}

/** [H, W] with 1 for pixels whose centre lies inside. */
function maskOf(region: Region, height: number, width: number): Uint8Array {
  if (region instanceof Tensor) {
    if (region.shape.length !== 2) {
      throw new StriateError({
        where: 'energyInside',
        rule: 'a mask must be [height, width]',
        received: formatShape(region.shape),
      });
    }
    const numbers = new Tensor('float32', region.shape, Float32Array.from(region.data));
    return Uint8Array.from(resizedMap(numbers, height, width).data, (value) => (value > 0.5 ? 1 : 0));
  }
  const mask = new Uint8Array(height * width);
  const boxes = Array.isArray(region) ? (region as readonly RegionBox[]) : [region as RegionBox];
  for (const box of boxes) {
    const { left, top, right, bottom, of = { width, height } } = expectOptions(accepts, box);
    expectNumbers('energyInside', { left, top, right, bottom });
    expectNumbers('energyInside', { width: of.width, height: of.height }, { above: 0 });
    const [across, down] = [width / of.width, height / of.height];
    const between = (at: number, from: number, to: number): boolean => at + 0.5 >= from && at + 0.5 < to;
    for (let y = 0; y < height; y++) {
      if (!between(y, top * down, bottom * down)) continue;
      for (let x = 0; x < width; x++) if (between(x, left * across, right * across)) mask[y * width + x] = 1;
    }
  }
  return mask;
}

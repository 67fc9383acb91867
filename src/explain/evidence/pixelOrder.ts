import { Random } from '../../tensor/index.js';

/**
 * Places of a picture, the most important first. Equal numbers, as maps without negative ones have many, come in an order drawn
 * from the seed: by their place they would all lie in one corner.
 */
export function pixelOrder(heat: Float32Array, seed: number): Uint32Array {
  const places = new Random([seed, heat.length]).shuffle(Uint32Array.from(heat, (_, place) => place));
  // Sorting keeps the order of equals.
  return places.sort((a, b) => heat[b] - heat[a]);
}

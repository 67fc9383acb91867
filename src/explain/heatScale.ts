import { expectNumber } from '../tensor/check.js';
import type { Tensor } from '../tensor/index.js';
import { divergingColour, heatColours, type ColourMap } from './colourMap.js';
import type { Explanation } from './explanation.js';

/** Which colour each number of an explanation has. */
export interface HeatScale {
  /** The number with the full colour. */
  readonly limit: number;
  /** Whether the map has numbers beyond the limit, which have its colour. */
  readonly clipped: boolean;
  /** Whether zero lies in the middle. */
  readonly signed: boolean;
  /** The colour of a number of the map. */
  readonly colour: ColourMap;
}

/** Of maps over pixels, of which single ones are far above all others, this share is below the full colour. */
const below = 0.98;

/**
 * The scale of a map's colours: from zero to its largest number; of a map with signs, as far below zero as above. Of maps over
 * pixels two in a hundred have the full colour.
 *
 * @param limit in place of the limit found, for maps that are compared
 */
export function heatScale({ signed, at }: Explanation, heat: Tensor<'float32'>, limit?: number): HeatScale {
  if (limit !== undefined) expectNumber('overlay', 'limit', limit, { above: 0 });
  const sizes = heat.data.map((value) => (signed ? Math.abs(value) : Math.max(0, value))).sort();
  const largest = sizes.at(-1) ?? 0;
  const usual = at === 'picture' ? sizes[Math.floor(below * (sizes.length - 1))] : largest;
  // Of a map with few numbers above zero, the largest.
  const full = limit ?? (usual > 0 ? usual : largest);
  const colours = signed ? divergingColour : heatColours();
  return { limit: full, clipped: largest > full, signed, colour: (value) => colours(full > 0 ? value / full : 0) };
}

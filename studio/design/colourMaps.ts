import { difference, lch, toLab, toRgb, type Lab, type Rgb } from './oklab.js';
import { tokens, type Theme } from './tokens.js';

/**
 * How numbers become colours: `sequential` from the ground to ink, for activations and pictures; `diverging` with the
 * ground's own colour at zero, orange below and blue above, for weights and signed maps; `grey`, for photographs in grey.
 */
export type ColourMapName = 'sequential' | 'diverging' | 'grey';

/** Colours from the lowest to the highest number, as bytes: red, green, blue of each of `steps`. */
export type ColourMap = Uint8Array;

/** Odd, so that zero has a colour of its own. */
export const steps = 257;

/** Points that a map's colours pass through. */
type Path = (share: number) => Lab;

const paths: Readonly<Record<Theme, Readonly<Record<ColourMapName, Path>>>> = {
  dark: {
    sequential: (t) => lch(groundOf('dark')[0] + 0.76 * t, 0.012 + 0.105 * Math.sin(Math.PI * t ** 0.9), 268 - 172 * t),
    diverging: (t) => diverging('dark', t, lch(0.82, 0.13, 236), lch(0.82, 0.15, 62)),
    grey: (t) => [0.12 + 0.88 * t, 0, 0],
  },
  light: {
    sequential: (t) => lch(groundOf('light')[0] - 0.76 * t, 0.008 + 0.1 * Math.sin(Math.PI * t ** 0.8), 110 + 168 * t),
    diverging: (t) => diverging('light', t, lch(0.44, 0.16, 256), lch(0.52, 0.155, 46)),
    grey: (t) => [0.12 + 0.88 * t, 0, 0],
  },
};

/** A path's points, as many that all steps between them, but for rounding, are equally long. */
const fine = 4096;

const made = new Map<string, ColourMap>();

/** The colours of a map on a theme's ground, equally far apart to the eye from each to the next. */
export function colourMap(name: ColourMapName, theme: Theme): ColourMap {
  const key = `${name} ${theme}`;
  const before = made.get(key);
  if (before) return before;
  const points = Array.from({ length: fine }, (_, i) => paths[theme][name](i / (fine - 1)));
  // Both halves of a diverging map by themselves: its middle stays in the middle.
  const halves = name === 'diverging' ? [points.slice(0, fine / 2), points.slice(fine / 2)] : [points];
  const colours = halves.flatMap((half, i) => even(half, halves.length === 1 ? steps : 128 + i));
  const map = new Uint8Array(colours.flatMap((colour) => [...toRgb(colour)]));
  if (name === 'diverging') map.set(toRgb(groundOf(theme)), 3 * 128);
  made.set(key, map);
  return map;
}

/** A colour as style sheets write it. */
export function colourAt(map: ColourMap, share: number): string {
  const [r, g, b] = rgbAt(map, share);
  return `rgb(${r} ${g} ${b})`;
}

/** A colour of a map, 0 the lowest and 1 the highest; what is no number has none. */
export function rgbAt(map: ColourMap, share: number): Rgb {
  const step = Math.round((steps - 1) * Math.min(1, Math.max(0, Number.isNaN(share) ? 0 : share)));
  return [map[3 * step], map[3 * step + 1], map[3 * step + 2]];
}

/** Whether text on a colour is dark. */
export function isLight([r, g, b]: Rgb): boolean {
  return toLab([r, g, b])[0] > 0.62;
}

/** Where a number lies in a range, 0 to 1; the middle of a range without extent. */
export function shareOf(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}

function groundOf(theme: Theme): Lab {
  const { ground } = tokens[theme];
  return toLab([1, 3, 5].map((at) => parseInt(ground.slice(at, at + 2), 16)) as unknown as Rgb);
}

function diverging(theme: Theme, t: number, above: Lab, below: Lab): Lab {
  const ground = groundOf(theme);
  const end = t < 0.5 ? below : above;
  const far = Math.abs(2 * t - 1);
  return [0, 1, 2].map((i) => ground[i] + far * (end[i] - ground[i])) as unknown as Lab;
}

/** Points along a path at equal distances. */
function even(points: readonly Lab[], count: number): Lab[] {
  const lengths = [0];
  for (let i = 1; i < points.length; i++) lengths.push(lengths[i - 1] + difference(points[i - 1], points[i]));
  const whole = lengths[lengths.length - 1];
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    while (at < points.length - 1 && lengths[at] < (whole * i) / (count - 1)) at++;
    return points[at];
  });
}

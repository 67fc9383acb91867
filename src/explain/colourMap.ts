/** Red, green and blue, from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A number as a colour. */
export type ColourMap = (value: number) => Rgb;

/**
 * From white outwards: near ColorBrewer's RdBu, which readers who confuse red and green can tell apart, with more colour on the way and
 * darker ends; from each to the next it is as far for the eye (in OKLab) as to any other.
 */
const red: readonly Rgb[] = [
  [247, 247, 247],
  [246, 183, 159],
  [230, 115, 94],
  [192, 41, 51],
  [124, 0, 36],
];
const blue: readonly Rgb[] = [
  [247, 247, 247],
  [158, 201, 233],
  [80, 149, 211],
  [28, 93, 174],
  [8, 44, 110],
];

/** Dark blue at −1, white at 0, dark red at 1; what lies outside has the colour of the nearer end. */
export function divergingColour(value: number): Rgb {
  const colours = value < 0 ? blue : red;
  const place = Math.min(1, Math.abs(value)) * (colours.length - 1);
  const first = Math.min(Math.floor(place), colours.length - 2);
  const [from, to] = [colours[first], colours[first + 1]];
  const mix = (i: 0 | 1 | 2): number => from[i] + (place - first) * (to[i] - from[i]);
  return [mix(0), mix(1), mix(2)];
}

/** What `heatColours` goes through, dark to light: night, violet, crimson, orange, straw. */
const heat: readonly Rgb[] = [
  [9, 8, 38],
  [52, 20, 104],
  [122, 28, 124],
  [190, 46, 96],
  [232, 96, 54],
  [246, 166, 50],
  [252, 244, 164],
];

/** How many colours the map tells apart, and how many points measure its length. */
const colours = 256;
const measured = 2048;

/**
 * The colours of heat between 0 and 1, from dark to light: equal steps of a number are equal steps for the eye, as distances in
 * OKLab (Ottosson 2020) measure them, and lightness rises all the way, so that a print in grey tells the same. A smooth curve
 * (Catmull–Rom) through a few colours, walked at constant speed.
 */
export function heatColours(): ColourMap {
  const points = heat.map(toOklab);
  const curve = Array.from({ length: measured }, (_, i) => onCurve(points, (i / (measured - 1)) * (heat.length - 1)));
  const lengths = [0];
  for (let i = 1; i < measured; i++)
    lengths.push(lengths[i - 1] + Math.hypot(...curve[i].map((v, c) => v - curve[i - 1][c])));
  const table: Rgb[] = [];
  for (let i = 0, at = 0; i < colours; i++) {
    const wanted = (lengths[measured - 1] * i) / (colours - 1);
    while (at < measured - 1 && lengths[at] < wanted) at++;
    table.push(fromOklab(curve[at]));
  }
  return (value) => table[Math.round(Math.min(Math.max(value, 0), 1) * (colours - 1))];
}

type Lab = readonly [lightness: number, greenRed: number, blueYellow: number];

/** A point on the Catmull–Rom curve through all points, where t = 2.5 lies between the third and the fourth. */
function onCurve(points: readonly Lab[], t: number): Lab {
  const first = Math.min(Math.floor(t), points.length - 2);
  const u = t - first;
  const [a, b, c, d] = [-1, 0, 1, 2].map((by) => points[Math.min(Math.max(first + by, 0), points.length - 1)]);
  const along = (i: 0 | 1 | 2): number =>
    b[i] +
    0.5 * u * (c[i] - a[i] + u * (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i] + u * (3 * (b[i] - c[i]) + d[i] - a[i])));
  return [along(0), along(1), along(2)];
}

/** A colour of sRGB in OKLab. */
export function toOklab(colour: Rgb): Lab {
  const [r, g, b] = colour.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (value: number): number => {
    const clipped = Math.min(Math.max(value, 0), 1);
    return 255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055);
  };
  return [
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

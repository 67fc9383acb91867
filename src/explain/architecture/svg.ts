import { escapeMarkup } from '../../platform/escapeMarkup.js';

/** A drawing around an axis at x = 0, from y = 0 down. */
export interface Drawn {
  /** How far it reaches to either side of its axis. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly svg: string;
  /** Whether what leads to it ends in an arrow; otherwise the line goes on inside. */
  readonly arrow: boolean;
}

/** A point of a line. */
export type Point = readonly [x: number, y: number];

/** Characters of a sans-serif font that are not of the usual width, in ems. */
const widths: readonly (readonly [characters: RegExp, ems: number])[] = [
  [/[iljI.,:;·|'’!]/, 0.32],
  [/[ ftr/()[\]-]/, 0.38],
  [/[mwMW…]/, 0.95],
  [/[A-Z×+_<>=]/, 0.69],
];

/** How wide a text will be at most, in the fonts that browsers take for `sans-serif`. */
export function textWidth(text: string, size: number): number {
  const ems = Array.from(text).reduce(
    (sum, character) => sum + (widths.find(([set]) => set.test(character))?.[1] ?? 0.6),
    0,
  );
  return Math.ceil(ems * size);
}

/** A number without needless digits. */
export const short = (value: number): string => String(Math.round(value * 10) / 10);

/** An element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content = '',
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeMarkup(value!)}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** One line of text; `size` is in pixels, y that of its baseline. */
export function textLine(
  x: number,
  y: number,
  text: string,
  style: 'label' | 'small' | 'shape' | 'title' | 'count',
  anchor?: 'middle' | 'end',
): string {
  return element('text', { class: style, x, y, 'text-anchor': anchor }, escapeMarkup(text));
}

/** A drawing moved by (x, y). */
export function moved(svg: string, x: number, y: number): string {
  return element('g', { transform: `translate(${short(x)} ${short(y)})` }, svg);
}

/** A line along points, with round corners; an arrow at its end where asked. */
export function line(points: readonly Point[], arrow = false): string {
  const radius = 6;
  const last = points.length - 1;
  const path = points.map(([x, y], i) => {
    if (i === 0) return `M${short(x)} ${short(y)}`;
    if (i === last) return `L${short(x)} ${short(y)}`;
    const toward = ([tx, ty]: Point): Point => {
      const length = Math.hypot(tx - x, ty - y);
      const part = length === 0 ? 0 : Math.min(radius, length / 2) / length;
      return [x + (tx - x) * part, y + (ty - y) * part];
    };
    const [before, after] = [toward(points[i - 1]), toward(points[i + 1])];
    return `L${before.map(short).join(' ')}Q${[x, y, ...after].map(short).join(' ')}`;
  });
  const drawn = element('path', { class: 'edge', d: path.join('') });
  return arrow ? drawn + arrowHead(points[last]) : drawn;
}

/** An arrow's head that points down to (x, y). */
export function arrowHead([x, y]: Point): string {
  return element('path', { class: 'arrow', d: `M${short(x - 3.5)} ${short(y - 6)}h7l-3.5 6z` });
}

import { escapeMarkup } from '../../platform/escapeMarkup.js';
import { formatCount, formatUnits } from '../../platform/textTable.js';
import type { Shape } from '../../tensor/index.js';
import type { Block } from './blockGraph.js';
import { element, textLine, textWidth, type Drawn } from './svg.js';

/** What blocks look like in their surroundings. */
export interface BlockLook {
  /** What names begin with, and is left out of them. */
  readonly prefix: string;
  /** The longest side of the model's maps. */
  readonly largestSide: number;
  /** Fewest and most parameters of blocks that represent several. */
  readonly ranges: ReadonlyMap<Block, readonly [least: number, most: number]>;
}

/** 56×56×256 */
export const shapeText = (shape: Shape): string => shape.join('×') || '1';

/** A block in two lines (what it does; its name and parameters), or in one where it has none. */
export function drawBlock(block: Block, look: BlockLook): Drawn {
  const { kind, parts, shape, layers } = block;
  const ends = kind === 'input' || kind === 'output';
  const label = parts.join(' · ');
  const [least, most] = look.ranges.get(block) ?? [block.parameters, block.parameters];
  const withWeights = layers.filter(({ weights }) => weights.length > 0);
  const name = ends ? shapeText(shape) : relative(mainName(block), look.prefix);
  const count = !most ? (withWeights.length ? 'shared' : '') : least === most ? formatUnits(most) : range(least, most);
  const tall = ends || withWeights.length > 0;
  const map = withWeights.length > 0 ? mapSize(shape, look.largestSide) : undefined;
  const side = map ? map.width + 12 : 10;
  const second = tall ? textWidth(name, 10.5) + (count ? textWidth(count, 10.5) + 14 : 0) : 0;
  const width = Math.max(textWidth(label, 12), second, tall ? 60 : 14) + side + 10;
  const height = tall ? 38 : 22;
  const left = -width / 2;
  const svg = [
    element('title', {}, escapeMarkup(tooltip(block))),
    element('rect', { class: kind, x: left, y: 0, width, height, rx: tall ? 6 : 11 }),
  ];
  if (map) {
    const y = (height - map.height) / 2;
    svg.push(element('rect', { class: `${kind}-map`, x: left + 6, y, width: map.width, height: map.height, rx: 1 }));
  }
  const middle = map ? left + side : 0;
  svg.push(textLine(middle, tall ? 16 : 15, label, 'label', map ? undefined : 'middle'));
  if (tall) {
    svg.push(textLine(middle, 30, name, 'small', map ? undefined : 'middle'));
    if (count) svg.push(textLine(width / 2 - 8, 30, count, 'small', 'end'));
  }
  return { left: width / 2, right: width / 2, height, svg: element('g', {}, svg.join('')), arrow: true };
}

/** 8.3–19.5 K where both have one unit. */
function range(least: number, most: number): string {
  const [from, to] = [formatUnits(least), formatUnits(most)];
  const [number, unit] = from.split(' ');
  return unit !== undefined && to.endsWith(` ${unit}`) ? `${number}–${to}` : `${from} – ${to}`;
}

/** The layer that gives a block its name: the first one that multiplies by weights, or has any. */
function mainName({ layers, kind }: Block): string {
  const withWeights = layers.filter(({ weights }) => weights.length > 0);
  const kernels = withWeights.filter(({ className }) => className !== 'BatchNormalization');
  return (kind === 'normalization' ? withWeights[0] : (kernels[0] ?? withWeights[0]))?.name ?? '';
}

const relative = (name: string, prefix: string): string =>
  prefix !== '' && name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : name;

/** A bar that is as high as the map is, and as wide as there are channels, both by logarithm. */
function mapSize(shape: Shape, largestSide: number): { readonly width: number; readonly height: number } {
  const channels = shape[shape.length - 1] ?? 1;
  const side = shape.length === 3 ? shape[0] : 1;
  return {
    width: 2 + 1.6 * Math.log2(channels + 1),
    height: 4 + (26 * Math.log2(side)) / Math.max(1, Math.log2(largestSide)),
  };
}

/** Everything about a block, for those who point at it. */
function tooltip({ parts, layers, shape, parameters, inputs }: Block): string {
  const from = inputs.map((input) => shapeText(input.shape)).join(', ');
  const names = layers.map(({ name, className }) => `${name} (${className})`).join('\n');
  const counted = parameters ? `\n${formatCount(parameters)} parameters` : '';
  return `${parts.join(' · ')}\n${from && `${from} → `}${shapeText(shape)}${counted}${names && `\n${names}`}`;
}

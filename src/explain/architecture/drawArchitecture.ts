import type { Model } from '../../models/index.js';
import { escapeMarkup } from '../../platform/escapeMarkup.js';
import { formatCount } from '../../platform/textTable.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import type { Block } from './blockGraph.js';
import { shapeText } from './drawBlock.js';
import { drawColumns } from './drawColumns.js';
import { outlineOf, type Outline } from './fold.js';
import type { BlockKind } from './layerText.js';
import { blocksOf, type Part } from './outline.js';
import { kinds, styleSheet } from './styleSheet.js';
import { element, moved, textLine, textWidth } from './svg.js';

/** How an architecture is drawn. */
export interface ArchitecturePictureOptions {
  /** The heading of the picture; the model's name by default. */
  readonly title?: string;
  /** Whether what is repeated is drawn once, with how often it comes; true by default. */
  readonly fold?: boolean;
  /** Into how many columns a long network is cut; by default as many as make the picture a little wider than high. */
  readonly columns?: number;
}

const accepts = {
  where: 'drawArchitecture',
  kinds: { title: 'string', fold: 'boolean', columns: 'number' },
} as const satisfies AcceptedOptions<ArchitecturePictureOptions>;

const scope = 'striate-architecture';
const margin = 24;

/**
 * A model's architecture as a picture: a self-contained SVG document, on light or dark ground as the reader has set.
 *
 * A convolution, its normalisation and its activation are one block; sums, products and concatenations join branches;
 * equal parts that follow each other are drawn once in a frame with ×n. The first of a row that differs (in ResNets the
 * block that halves the map) is drawn by itself before the frame. It makes no weights.
 *
 * @throws StriateError when the model's input shape is not known yet, or `columns` is not a whole number from 1.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * await writeFile('resnet18.svg', drawArchitecture(zoo.create('resnet18')));
 */
export function drawArchitecture(model: Model, options: ArchitecturePictureOptions = {}): string {
  const { title = model.name, fold: folded = true, columns } = expectOptions(accepts, options);
  if (columns !== undefined) expectWhole('drawArchitecture', 'columns', columns);
  const outline = outlineOf(model.topology, folded);
  const shown = [
    ...blocksOf(outline.parts, 'shown'),
    ...outline.sides.flatMap(({ parts }) => blocksOf(parts, 'shown')),
  ];
  const drawn = drawColumns(outline, largestSide(shown), columns);
  const facts = factsOf(model);
  const legend = drawLegend(shown, Math.max(drawn.width, 420));
  const top = margin + 44 + legend.height + 16;
  const width = Math.max(drawn.width, legend.width, textWidth(title, 18), textWidth(facts, 12)) + 2 * margin;
  const height = top + drawn.height + margin;
  const content = [
    element('title', { id: `${scope}-title` }, escapeMarkup(`Architecture of ${title}`)),
    element('desc', { id: `${scope}-desc` }, escapeMarkup(description(model, facts, shown.length, outline))),
    element('style', {}, styleSheet(scope)),
    element('rect', { class: 'ground', width, height }),
    textLine(margin, margin + 12, title, 'title'),
    textLine(margin, margin + 32, facts, 'label'),
    moved(legend.svg, margin, margin + 48),
    moved(drawn.svg, (width - drawn.width) / 2, top),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: scope,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': `${scope}-title ${scope}-desc`,
  };
  return `${element('svg', attributes, content.join('\n'))}\n`;
}

function factsOf(model: Model): string {
  const shapes = (values: readonly { readonly shape: readonly number[] }[]): string =>
    values.map(({ shape }) => shapeText(shape)).join(', ');
  const { parameters } = model.parameterCounts();
  const numbers = `${formatCount(parameters)} parameters · ${model.layers.length} layers`;
  return `${shapes(model.inputs)} → ${shapes(model.outputs)} · ${numbers}`;
}

/** The picture in words, for those who cannot see it. */
function description(model: Model, facts: string, shown: number, { parts, sides }: Outline): string {
  const repeats = framesOf(parts).map(({ title, repeats }) => `${title || 'a part'} (${repeats.length} times)`);
  const sentences = [`The layers of ${model.name} from top to bottom in ${shown} blocks: ${facts}.`];
  if (repeats.length > 0) sentences.push(`Repeated parts are drawn once: ${repeats.join('; ')}.`);
  if (sides.length > 0) sentences.push(`Auxiliary classifiers, for training alone: ${sides.length}.`);
  return sentences.join(' ');
}

function framesOf(parts: readonly Part[]): Extract<Part, { type: 'frame' }>[] {
  return parts.flatMap((part) => {
    if (part.type === 'unit') return part.branches.flatMap(framesOf);
    if (part.type !== 'frame') return [];
    return [...(part.repeats.length > 1 ? [part] : []), ...framesOf(part.repeats[0])];
  });
}

function largestSide(blocks: readonly Block[]): number {
  return Math.max(2, ...blocks.map(({ shape }) => (shape.length === 3 ? shape[0] : 1)));
}

/** What the colours and the bars mean, of those that occur. */
function drawLegend(blocks: readonly Block[], width: number): { svg: string; width: number; height: number } {
  const present = new Set(blocks.map(({ kind }) => kind));
  let [x, y, widest] = [0, 0, 0];
  const svg: string[] = [];
  const add = (sign: string, label: string): void => {
    const needed = 18 + textWidth(label, 10.5) + 16;
    if (x > 0 && x + needed > width) [x, y] = [0, y + 18];
    svg.push(moved(sign, x, y), textLine(x + 18, y + 10, label, 'small'));
    x += needed;
    widest = Math.max(widest, x - 16);
  };
  for (const kind of Object.keys(kinds) as BlockKind[]) {
    const { label } = kinds[kind];
    if (!label || !present.has(kind)) continue;
    add(element('rect', { class: kind, width: 13, height: 12, rx: 3 }), label);
  }
  const bar = element('rect', { class: 'convolution-map', x: 3, width: 6, height: 12, rx: 1 });
  add(bar, 'bar: height of the map × channels (logarithmic)');
  return { svg: svg.join(''), width: widest, height: y + 14 };
}

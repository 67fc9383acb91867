import { escapeMarkup } from '../../platform/escapeMarkup.js';
import { formatCount, formatUnits } from '../../platform/textTable.js';
import type { Shape } from '../../tensor/index.js';
import type { Block } from './blockGraph.js';
import { drawBlock, shapeText, type BlockLook } from './drawBlock.js';
import { drawMesh } from './drawMesh.js';
import { blocksOf, type Frame, type Part, type Unit } from './outline.js';
import { element, line, moved, textLine, textWidth, type Drawn } from './svg.js';

/** Space between things. */
const gap = { parts: 16, labelled: 26, branches: 18, bus: 9, frame: 14 } as const;

/** A part, and the shape that its drawing has as a label at its exit. */
interface DrawnPart extends Drawn {
  readonly exitLabel?: string;
}

/** Parts one below the other. */
export interface Stack extends Drawn {
  /** Where each part ends. */
  readonly bottoms: readonly number[];
  /** The shape of the last result, where it has no label yet. */
  readonly unlabelled: string | undefined;
}

/** A part with the shape that goes into it. */
interface Entered {
  readonly part: Part;
  readonly input: Shape | undefined;
}

/** Each part with the shape that goes in: that of the part before. */
export function entered(parts: readonly Part[], input: Shape | undefined): Entered[] {
  let shape = input;
  return parts.map((part) => {
    const each = { part, input: shape };
    shape = outputOf(part);
    return each;
  });
}

/** The shape of a part's result; undefined where it ends in several. */
function outputOf(part: Part): Shape | undefined {
  if (part.type === 'unit' && !part.join) return undefined;
  if (part.type === 'mesh') {
    const exits = part.blocks.filter(({ users }) => users.some((user) => !part.blocks.includes(user)));
    return exits.length === 1 ? exits[0].shape : undefined;
  }
  return blocksOf([part]).at(-1)?.shape;
}

/** Draws parts one below the other. */
export function drawStack(parts: readonly Entered[], look: BlockLook): Stack {
  let [left, right, y] = [0, 0, 0];
  let unlabelled: string | undefined;
  let arrow = false;
  const svg: string[] = [];
  const bottoms: number[] = [];
  parts.forEach(({ part, input }, i) => {
    const drawn = drawPart(part, input, look);
    if (i === 0) arrow = drawn.arrow;
    else {
      const next = y + (unlabelled === undefined ? gap.parts : gap.labelled);
      svg.push(edge(y, next, drawn.arrow, unlabelled));
      if (unlabelled !== undefined) right = Math.max(right, 8 + textWidth(unlabelled, 10.5));
      y = next;
    }
    svg.push(moved(drawn.svg, 0, y));
    y += drawn.height;
    bottoms.push(y);
    left = Math.max(left, drawn.left);
    right = Math.max(right, drawn.right);
    const output = outputOf(part);
    const labelled = (part.type === 'block' && part.block.kind === 'input') || output?.join() === drawn.exitLabel;
    unlabelled = output && !labelled && output.join() !== input?.join() ? shapeText(output) : undefined;
  });
  if (unlabelled !== undefined) right = Math.max(right, 8 + textWidth(unlabelled, 10.5));
  return { left, right, height: y, svg: svg.join(''), arrow, bottoms, unlabelled };
}

/** A line down the axis, with a shape beside it. */
function edge(from: number, to: number, arrow: boolean, shape: string | undefined): string {
  const drawn = line(
    [
      [0, from],
      [0, to],
    ],
    arrow,
  );
  return shape === undefined ? drawn : drawn + textLine(6, from + 13, shape, 'shape');
}

function drawPart(part: Part, input: Shape | undefined, look: BlockLook): DrawnPart {
  switch (part.type) {
    case 'block':
      return drawBlock(part.block, look);
    case 'mesh':
      return drawMesh(part.blocks, look);
    case 'unit':
      return drawUnit(part, input, look);
    case 'frame':
      return drawFrame(part, input, look);
  }
}

/** Branches side by side, from one line above to one line, or the joining block, below. */
function drawUnit({ branches, join, forked, joined }: Unit, input: Shape | undefined, look: BlockLook): Drawn {
  const drawn = branches.map((branch) => {
    if (branch.length > 0) return drawStack(entered(branch, input), look);
    return { left: 5, right: 5, height: 0, svg: '', arrow: false, unlabelled: undefined };
  });
  let [x, end] = [0, 0];
  const axes = drawn.map(({ left, right }, i) => {
    x = i === 0 ? 0 : end + gap.branches + left;
    end = x + right;
    return x;
  });
  const middle = axisOf(drawn, axes);
  const top = forked ? 2 * gap.bus + (drawn.some(({ arrow }) => arrow) ? 6 : 0) : 0;
  const bottom = top + Math.max(...drawn.map(({ height }) => height));
  const labelled = drawn.some(({ unlabelled }) => unlabelled !== undefined);
  const out = bottom + (joined ? (labelled ? 20 : gap.bus) : 0);
  const svg = drawn.map((branch, i) => {
    const at = axes[i] - middle;
    const lines: string[] = [];
    const leaves = branch.height === 0 ? gap.bus : top + branch.height;
    if (forked && branch.height > 0) lines.push(line([[0, 0], [0, gap.bus], [at, gap.bus], [at, top]], branch.arrow)); // prettier-ignore
    else if (forked) lines.push(line([[0, 0], [0, gap.bus], [at, gap.bus], [at, top]])); // prettier-ignore
    const from = branch.height === 0 ? top : leaves;
    if (joined) lines.push(line([[at, from], [at, out], [0, out], [0, out + gap.bus]])); // prettier-ignore
    if (branch.unlabelled !== undefined) lines.push(textLine(at + 6, leaves + 13, branch.unlabelled, 'shape'));
    return moved(branch.svg, at, top) + lines.join('');
  });
  const left = middle + drawn[0].left;
  const right = end - middle;
  if (!join) return { left, right, height: joined ? out + gap.bus : out, svg: svg.join(''), arrow: !forked };
  const last = drawBlock(join, look);
  const start = out + 2 * gap.bus;
  svg.push(edge(out + gap.bus, start, true, undefined), moved(last.svg, 0, start));
  return {
    left: Math.max(left, last.left),
    right: Math.max(right, last.right),
    height: start + last.height,
    svg: svg.join(''),
    arrow: !forked,
  };
}

/** The axis of a unit: that of the longest of two branches; in the middle of more, those apart that only pass on. */
function axisOf(drawn: readonly Drawn[], axes: readonly number[]): number {
  const working = axes.filter((_, i) => drawn[i].height > 0);
  if (working.length > 2) return (working[0] + working[working.length - 1]) / 2;
  const longest = Math.max(...drawn.map(({ height }) => height));
  return axes[drawn.findIndex(({ height }) => height === longest)];
}

/** A dashed frame with its title on the left of the axis, and how often it is repeated in its corner. */
function drawFrame({ title, prefix, repeats }: Frame, input: Shape | undefined, look: BlockLook): DrawnPart {
  const times = repeats.length;
  const inner = drawStack(entered(repeats[0], input), { ...look, prefix, ranges: rangesOf(repeats, look.ranges) });
  const total = blocksOf(repeats.flat()).reduce((sum, { parameters }) => sum + parameters, 0);
  const name = shortTitle(title);
  const left = Math.max(inner.left + gap.frame, 70, Math.min(textWidth(name, 10.5), 140) + 16);
  const right = Math.max(inner.right + gap.frame, 50);
  const lines = wrapped(name, left - 16);
  if (times > 1 && total > 0) lines.push(`${formatUnits(total)} in all`);
  const top = Math.max(20, 10 + 13 * lines.length);
  const height = top + inner.height + (inner.unlabelled === undefined ? gap.frame - 2 : 22);
  const badge = `×${times}`;
  const badgeWidth = textWidth(badge, 12) + 12;
  const svg = [
    element(
      'rect',
      { class: 'frame', x: -left, y: 0, width: left + right, height, rx: 9 },
      frameTitle(title, times, total),
    ),
    ...lines.map((text, i) => textLine(8 - left, 15 + 13 * i, text, 'small')),
    edge(0, top, inner.arrow, undefined),
    moved(inner.svg, 0, top),
    edge(top + inner.height, height, false, inner.unlabelled),
  ];
  if (times > 1) {
    const x = right - badgeWidth + 6;
    svg.push(element('rect', { class: 'badge', x, y: -8, width: badgeWidth, height: 19, rx: 9.5 }));
    svg.push(textLine(x + badgeWidth / 2, 6, badge, 'count', 'middle'));
  }
  const exitLabel = inner.unlabelled === undefined ? undefined : outputOf(repeats[0][repeats[0].length - 1])?.join();
  return { left, right: right + 6, height, svg: svg.join(''), arrow: false, exitLabel };
}

function frameTitle(title: string, times: number, total: number): string {
  const what = `${title}${times > 1 ? `, ${times} times` : ''}: ${formatCount(total)} parameters`;
  return element('title', {}, escapeMarkup(what));
}

/** `layer3.1 … layer3.35` → `layer3.1 … 35`; `4.1.block … 4.2.block` → `4.1.block … 2` */
function shortTitle(title: string): string {
  const [first, last] = title.split(' … ');
  if (last === undefined) return title;
  const [from, to] = [first.split('.'), last.split('.')];
  let start = 0;
  while (start < to.length - 1 && from[start] === to[start]) start++;
  let end = to.length;
  while (end > start + 1 && to[end - 1] === from[from.length - to.length + end - 1]) end--;
  return `${first} … ${to
    .slice(start, end)
    .join('.')
    .replace(/^[a-z]+(?=\d+$)/i, '')}`;
}

/** A title in lines that fit, broken behind dots. */
function wrapped(title: string, width: number): string[] {
  const lines = [''];
  for (const piece of title.split(/(?<=[. ])/)) {
    const last = lines.length - 1;
    if (lines[last] !== '' && textWidth(lines[last] + piece, 10.5) > width) lines.push(piece);
    else lines[last] += piece;
  }
  return lines.filter((text) => text !== '');
}

/** The fewest and most parameters that a shown block has over all repetitions. */
function rangesOf(repeats: readonly (readonly Part[])[], outer: BlockLook['ranges']): BlockLook['ranges'] {
  const ranges = new Map<Block, readonly [number, number]>(outer);
  const all = repeats.map((repeat) => blocksOf(repeat));
  all[0].forEach((block, i) => {
    const counts = all.map((each) => each[i].parameters);
    const [least, most] = outer.get(block) ?? [block.parameters, block.parameters];
    ranges.set(block, [Math.min(least, ...counts), Math.max(most, ...counts)]);
  });
  return ranges;
}

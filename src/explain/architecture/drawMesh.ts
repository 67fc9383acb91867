import type { Block } from './blockGraph.js';
import { drawBlock, shapeText, type BlockLook } from './drawBlock.js';
import { arrowHead, element, moved, short, textLine, type Drawn, type Point } from './svg.js';

/** A block in its row, or a place where an edge passes by. */
interface Place {
  readonly row: number;
  readonly drawn: Drawn | undefined;
  readonly block: Block | undefined;
  x: number;
  readonly above: Place[];
  readonly below: Place[];
}

const rowGap = 44;
const sideGap = 20;

/** Entangled blocks: each in the row below the last of its inputs, the rows sorted so that few edges cross. */
export function drawMesh(blocks: readonly Block[], look: BlockLook): Drawn {
  const rows = placed(blocks, look);
  for (const row of rows) spread(row);
  for (const downwards of [true, false, true]) {
    for (const row of downwards ? rows : [...rows].reverse()) {
      const centre = ({ above, below, x }: Place): number => {
        const near = downwards ? above : below;
        return near.length ? near.reduce((sum, place) => sum + place.x, 0) / near.length : x;
      };
      const wanted = new Map(row.map((place) => [place, centre(place)]));
      row.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
      spread(row);
    }
  }
  const height = (row: readonly Place[]): number => Math.max(...row.map(({ drawn }) => drawn?.height ?? 0));
  const tops: number[] = [];
  let y = 0;
  rows.forEach((row, i) => {
    tops.push(y);
    y += height(row) + (i < rows.length - 1 ? rowGap : 0);
  });
  const svg = rows.flatMap((row, r) =>
    row.flatMap((place) => {
      const { drawn, block, x, below } = place;
      const bottom: Point = [x, tops[r] + (drawn?.height ?? 0)];
      const edges = below.map((next) => curve(bottom, [next.x, tops[r + 1]], next.drawn !== undefined));
      if (!drawn) return edges;
      const labelled =
        block!.inputs.some((input) => input.shape.join() === block!.shape.join()) || r === rows.length - 1;
      const label = labelled ? '' : textLine(x + 6, bottom[1] + 13, shapeText(block!.shape), 'shape');
      return [...edges, moved(drawn.svg, x, tops[r]), label];
    }),
  );
  const ends = rows.flat().filter(({ drawn }) => drawn !== undefined);
  return {
    left: Math.max(...ends.map(({ x, drawn }) => drawn!.left - x)),
    right: Math.max(...ends.map(({ x, drawn }) => drawn!.right + x)) + 20,
    height: y,
    svg: svg.join(''),
    arrow: false,
  };
}

/** Blocks in rows, with places for edges that pass rows; empty first and last places where it is entered and left. */
function placed(blocks: readonly Block[], look: BlockLook): Place[][] {
  const rowOf = new Map<Block, number>();
  for (const block of blocks) {
    const above = block.inputs.map((input) => rowOf.get(input) ?? 0);
    rowOf.set(block, 1 + Math.max(0, ...above));
  }
  const last = 1 + Math.max(...rowOf.values());
  const rows: Place[][] = Array.from({ length: last + 1 }, () => []);
  const at = (row: number, block?: Block): Place => {
    const place = { row, block, drawn: block && drawBlock(block, look), x: 0, above: [], below: [] };
    rows[row].push(place);
    return place;
  };
  const [entry, exit] = [at(0), at(last)];
  const places = new Map(blocks.map((block) => [block, at(rowOf.get(block)!, block)]));
  const connect = (from: Place, to: Place): void => {
    let above = from;
    for (let row = from.row + 1; row <= to.row; row++) {
      const next = row === to.row ? to : at(row);
      above.below.push(next);
      next.above.push(above);
      above = next;
    }
  };
  for (const [block, place] of places) {
    for (const input of block.inputs) {
      const from = places.get(input);
      if (from) connect(from, place);
    }
    if (block.inputs.some((input) => !places.has(input))) connect(entry, place);
    if (block.users.some((user) => !places.has(user))) connect(place, exit);
  }
  return rows;
}

/** Puts a row's places side by side around the axis, in their order. */
function spread(row: readonly Place[]): void {
  let x = 0;
  row.forEach((place, i) => {
    const { left = 4, right = 4 } = place.drawn ?? {};
    place.x = x + (i === 0 ? 0 : sideGap + left);
    x = place.x + right;
  });
  const middle = row.length === 0 ? 0 : (row[0].x + row[row.length - 1].x) / 2;
  for (const place of row) place.x -= middle;
}

function curve([x, y]: Point, [tx, ty]: Point, arrow: boolean): string {
  const half = (ty - y) / 2;
  const d = `M${short(x)} ${short(y)}C${[x, y + half, tx, ty - half, tx, ty].map(short).join(' ')}`;
  return element('path', { class: 'edge', d }) + (arrow ? arrowHead([tx, ty]) : '');
}

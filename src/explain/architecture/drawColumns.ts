import type { Block } from './blockGraph.js';
import { drawStack, entered, type Stack } from './drawStack.js';
import type { Outline } from './fold.js';
import { blocksOf, type Part } from './outline.js';
import { line, moved, textLine, type Point } from './svg.js';

/** Pictures lower than this stay in one column. */
const lowest = 760;
/** Width by height that a cut picture should have. */
const proportion = 1.3;
const gutter = 44;

/** A drawing from (0, 0). */
interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

type Entered = ReturnType<typeof entered>;

/** Draws an outline in one or several columns, each going on at the top of the next, with side paths on their right. */
export function drawColumns({ parts, sides }: Outline, largestSide: number, columns?: number): Sheet {
  const look = { prefix: '', largestSide, ranges: new Map<Block, readonly [number, number]>() };
  const all = entered(parts, undefined);
  const draw = (ranges: readonly Entered[]): Sheet =>
    sideBySide(
      ranges.map((range) => {
        const stack = drawStack(range, look);
        const last = (part: Part): Block | undefined => blocksOf([part]).at(-1);
        const beside = sides.flatMap((side) => {
          const at = range.findIndex(({ part }) => blocksOf([part]).includes(side.from));
          if (at < 0) return [];
          const exact = last(range[at].part) === side.from;
          return [{ y: stack.bottoms[at], exact, stack: drawStack(entered(side.parts, side.from.shape), look) }];
        });
        return withSides(stack, beside);
      }),
    );
  const single = drawStack(all, look);
  if (columns === undefined && single.height <= lowest) return draw([all]);
  const starts = [0, ...single.bottoms.slice(0, -1)];
  const heights = single.bottoms.map((bottom, i) => bottom - starts[i]);
  const counts = columns === undefined ? [1, 2, 3, 4, 5, 6, 7, 8] : [columns];
  const sheets = counts.map((count) => draw(cut(all, heights, count)));
  const badness = ({ width, height }: Sheet): number => Math.abs(Math.log(width / height / proportion));
  return sheets.reduce((best, sheet) => (badness(sheet) < badness(best) ? sheet : best));
}

/** Cuts a row into at most `count` pieces so that the highest is as low as can be. */
function cut(row: Entered, heights: readonly number[], count: number): Entered[] {
  const fill = (limit: number): Entered[] => {
    const pieces: Entered[] = [];
    let used = Infinity;
    row.forEach((part, i) => {
      if (used + heights[i] > limit) {
        pieces.push([]);
        used = 0;
      }
      pieces[pieces.length - 1].push(part);
      used += heights[i];
    });
    return pieces;
  };
  let [low, high] = [Math.max(...heights), heights.reduce((sum, height) => sum + height, 0)];
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (fill(middle).length <= count) high = middle;
    else low = middle;
  }
  return fill(high);
}

/** What starts at y beside a column; not exactly there where the value is one inside a part. */
interface Beside {
  readonly y: number;
  readonly exact: boolean;
  readonly stack: Stack;
}

function withSides(column: Stack, beside: readonly Beside[]): Stack {
  if (beside.length === 0) return column;
  const x = column.right + 24 + Math.max(...beside.map(({ stack }) => stack.left));
  let free = 0;
  const svg = beside.map(({ y, exact, stack }) => {
    const start = Math.max(y + 24, free);
    free = start + stack.height + 20;
    const path: Point[] = [[0, y + 6], [x, y + 6], [x, start]]; // prettier-ignore
    return (exact ? line(path, stack.arrow) : '') + moved(stack.svg, x, start);
  });
  return {
    ...column,
    right: x + Math.max(...beside.map(({ stack }) => stack.right)),
    height: Math.max(column.height, free - 20),
    svg: column.svg + svg.join(''),
  };
}

/** Columns from left to right; a line leads from the end of each to the top of the next. */
function sideBySide(columns: readonly Stack[]): Sheet {
  const top = columns.length > 1 ? 26 : 0;
  let x = 0;
  const svg: string[] = [];
  columns.forEach((column, i) => {
    const axis = x + column.left;
    svg.push(moved(column.svg, axis, top));
    x = axis + column.right;
    if (i < columns.length - 1) {
      const end = top + column.bottoms[column.bottoms.length - 1];
      const next = columns[i + 1];
      const between = x + gutter / 2;
      const target = x + gutter + next.left;
      const below = top + column.height + 20;
      const path: Point[] = [[axis, end], [axis, below], [between, below], [between, 8], [target, 8], [target, top]]; // prettier-ignore
      svg.push(line(path, next.arrow));
      if (column.unlabelled !== undefined) svg.push(textLine(axis + 6, end + 13, column.unlabelled, 'shape'));
    }
    x += gutter;
  });
  const height = Math.max(...columns.map((column) => column.height));
  return { width: x - gutter, height: top + height + (columns.length > 1 ? 24 : 0), svg: svg.join('') };
}

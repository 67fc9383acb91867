import { colourMap, isLight, rgbAt, shareOf, type ColourMapName } from '../design/colourMaps.js';
import type { Rgb } from '../design/oklab.js';
import { tokens, type Theme } from '../design/tokens.js';

/** Numbers that are drawn as cells: a picture, a map, a kernel. */
export interface MapData {
  readonly height: number;
  readonly width: number;
  /** Row by row; three numbers a cell where `colours` is 'rgb'. Other numbers are another array: their picture is kept. */
  readonly data: ArrayLike<number>;
  /** The numbers of the first and the last colour. */
  readonly low: number;
  readonly high: number;
  readonly colours: ColourMapName | 'rgb';
}

/** A rectangle of cells that stands out. */
export interface Mark {
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
  /** `chosen` in the accent; `faint` in ink, as for what was seen before. */
  readonly kind: 'chosen' | 'faint';
  /** Further marks every so many cells inside, for dilated windows: 1 or undefined for none. */
  readonly every?: number;
}

/** How a map is drawn. */
export interface MapDrawing {
  readonly map: MapData;
  readonly theme: Theme;
  /** CSS pixels a cell. */
  readonly cell: number;
  /** Rows and columns of padding around the map, which are drawn as what they are: empty. */
  readonly margin: number;
  /** The first and last cells that are seen, for maps that are zoomed: [row, column, rows, columns], margin included. */
  readonly view: readonly [row: number, column: number, rows: number, columns: number];
  /** How many cells, row by row, are computed; the rest is empty. */
  readonly drawn: number;
  readonly marks: readonly Mark[];
  /** A number as it stands in its cell, where there is room; undefined for no numbers. */
  readonly numbers: ((value: number) => string) | undefined;
}

/** The colour of a cell. */
export function cellColour(map: MapData, at: number, theme: Theme): Rgb {
  const { data, low, high, colours } = map;
  if (colours === 'rgb') {
    return [0, 1, 2].map((c) =>
      Math.round(255 * Math.min(1, Math.max(0, shareOf(data[3 * at + c], low, high)))),
    ) as unknown as Rgb;
  }
  return rgbAt(colourMap(colours, theme), shareOf(data[at], low, high));
}

/** Cells that are smaller have no lines between them. */
const lineFrom = 9;
/** The least side of a mark, in CSS pixels. */
const leastMark = 8;
/** Cells that are smaller have no numbers in them. */
const numbersFrom = 22;

/** Draws a map on a canvas whose pixels are `ratio` to a CSS pixel. */
export function drawMap(context: CanvasRenderingContext2D, ratio: number, drawing: MapDrawing): void {
  const { map, theme, cell, margin, view, marks } = drawing;
  const [firstRow, firstColumn, rows, columns] = view;
  const colours = tokens[theme];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, columns * cell, rows * cell);
  context.translate(-firstColumn * cell, -firstRow * cell);
  if (margin > 0) drawMargin(context, drawing);
  const lines = cell >= lineFrom ? 1 : 0;
  context.save();
  context.beginPath();
  context.rect(margin * cell, margin * cell, map.width * cell, map.height * cell);
  context.clip();
  context.imageSmoothingEnabled = false;
  drawCells(context, drawing);
  context.restore();
  if (lines > 0) drawLines(context, drawing);
  if (cell >= numbersFrom && map.colours !== 'rgb') drawNumbers(context, drawing);
  for (const mark of marks) {
    drawMark(context, mark, cell, margin, mark.kind === 'chosen' ? colours.accent : colours.ink, colours.ground);
  }
}

/** Of so few cells, as those of a window that moves, a picture costs more than it saves. */
const few = 81;

/** The cells that are computed: whole rows, and what there is of the next. */
function drawCells(context: CanvasRenderingContext2D, { map, theme, cell, margin, drawn }: MapDrawing): void {
  const { height, width } = map;
  if (height * width <= few) {
    for (let at = 0; at < Math.min(drawn, height * width); at++) {
      context.fillStyle = `rgb(${cellColour(map, at, theme).join(' ')})`;
      context.fillRect((margin + (at % width)) * cell, (margin + Math.floor(at / width)) * cell, cell, cell);
    }
    return;
  }
  const cells = cellsOf(map, theme);
  const part = (row: number, columns: number, rows: number): void => {
    if (columns * rows === 0) return;
    const [x, y] = [margin * cell, (margin + row) * cell];
    context.drawImage(cells, 0, row, columns, rows, x, y, columns * cell, rows * cell);
  };
  const most = Math.min(drawn, height * width);
  const rows = Math.floor(most / width);
  part(0, width, rows);
  part(rows, most % width, 1);
}

/** A map's cells as a picture of one pixel each, and what it was made for. */
interface CellPicture {
  readonly key: string;
  readonly cells: OffscreenCanvas;
}

/** Pictures of numbers that are still held: while a kernel slides, only what is drawn of them changes. */
const pictures = new WeakMap<ArrayLike<number>, CellPicture>();

function cellsOf(map: MapData, theme: Theme): OffscreenCanvas {
  const { height, width, low, high, colours } = map;
  const key = [height, width, low, high, colours, theme].join();
  const before = pictures.get(map.data);
  if (before?.key === key) return before.cells;
  const cells = new OffscreenCanvas(width, height);
  const context = cells.getContext('2d')!;
  const image = context.createImageData(width, height);
  for (let at = 0; at < height * width; at++) {
    const [r, g, b] = cellColour(map, at, theme);
    image.data.set([r, g, b, 255], 4 * at);
  }
  context.putImageData(image, 0, 0);
  pictures.set(map.data, { key, cells });
  return cells;
}

/** Padding: zeros that are not of the picture, as dots on the ground. */
function drawMargin(context: CanvasRenderingContext2D, { map, theme, cell, margin }: MapDrawing): void {
  const { raised, edge } = tokens[theme];
  const [width, height] = [map.width + 2 * margin, map.height + 2 * margin];
  context.fillStyle = raised;
  context.fillRect(0, 0, width * cell, height * cell);
  if (cell < 4) return;
  context.fillStyle = edge;
  const dot = Math.max(1, Math.min(3, cell / 10));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const inside = row >= margin && row < height - margin && column >= margin && column < width - margin;
      if (!inside) context.fillRect((column + 0.5) * cell - dot / 2, (row + 0.5) * cell - dot / 2, dot, dot);
    }
  }
}

function drawLines(context: CanvasRenderingContext2D, { map, theme, cell, margin }: MapDrawing): void {
  const [width, height] = [map.width + 2 * margin, map.height + 2 * margin];
  context.fillStyle = tokens[theme].line;
  for (let row = 0; row <= height; row++) context.fillRect(0, row * cell - (row === height ? 1 : 0), width * cell, 1);
  for (let column = 0; column <= width; column++) {
    context.fillRect(column * cell - (column === width ? 1 : 0), 0, 1, height * cell);
  }
}

function drawNumbers(
  context: CanvasRenderingContext2D,
  { map, theme, cell, margin, view, drawn, numbers }: MapDrawing,
): void {
  if (!numbers) return;
  const [firstRow, firstColumn, rows, columns] = view;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const longest = Math.max(
    ...Array.from({ length: Math.min(map.data.length, 400) }, (_, i) => numbers(map.data[i]).length),
  );
  const size = Math.min(14, Math.floor((1.6 * (cell - 4)) / Math.max(longest, 2)));
  if (size < 8) return;
  context.font = `${size}px system-ui, sans-serif`;
  for (let row = Math.max(0, firstRow - margin); row < Math.min(map.height, firstRow + rows - margin); row++) {
    for (
      let column = Math.max(0, firstColumn - margin);
      column < Math.min(map.width, firstColumn + columns - margin);
      column++
    ) {
      const at = row * map.width + column;
      if (at >= drawn) continue;
      context.fillStyle = isLight(cellColour(map, at, theme)) ? tokens.light.ink : tokens.dark.ink;
      context.fillText(numbers(map.data[at]), (column + margin + 0.5) * cell, (row + margin + 0.5) * cell + 0.5);
    }
  }
}

function drawMark(
  context: CanvasRenderingContext2D,
  { row, column, height, width, kind, every = 1 }: Mark,
  cell: number,
  margin: number,
  colour: string,
  ground: string,
): void {
  const thick = kind === 'chosen' ? 2 : 1;
  const rectangles = [[row, column, height, width]];
  if (every > 1) {
    rectangles.pop();
    for (let r = 0; r < height; r += every)
      for (let c = 0; c < width; c += every) rectangles.push([row + r, column + c, 1, 1]);
  }
  // A line of the ground's colour on both sides keeps it visible on every colour.
  for (const [line, style] of [
    [thick + 2, ground],
    [thick, colour],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = line;
    for (const [r, c, h, w] of rectangles) {
      // Cells of a pixel or two would vanish under their own mark.
      const wider = Math.max(0, (leastMark - Math.min(h, w) * cell) / 2);
      const [x, y] = [(c + margin) * cell - wider, (r + margin) * cell - wider];
      context.strokeRect(x, y, w * cell + 2 * wider, h * cell + 2 * wider);
    }
  }
}

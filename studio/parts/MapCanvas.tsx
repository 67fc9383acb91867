import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { theme } from '../design/theme.js';
import type { Place } from '../address/parameters.js';
import { drawMap, type MapData, type Mark } from './drawMap.js';
import { say } from './strings.js';

/** What `MapCanvas` is given. */
export interface MapCanvasProps {
  /** What it is, for those who do not see it. */
  readonly label: string;
  readonly map: MapData;
  /** The largest height and width in CSS pixels; cells are squares of whole pixels. */
  readonly side: number;
  readonly width?: number;
  /** Rows and columns of padding around the map. */
  readonly margin?: number;
  readonly marks?: readonly Mark[];
  /** How many cells, row by row, are computed so far; all by default. */
  readonly drawn?: number;
  /** A number as it stands in its cell. */
  readonly numbers?: (value: number) => string;
  /** The cell that is chosen, which arrows move. */
  readonly at?: Place;
  /** The pointer is over a cell, or arrows moved to one. Places in the margin are negative, or beyond the map. */
  readonly onPoint?: (place: Place, event: 'pointer' | 'press' | 'key') => void;
  /** Whether places in the margin can be pointed at. */
  readonly pointsAtMargin?: boolean;
}

/** The largest square cell, in whole pixels where there is room for one. */
export function cellSize(rows: number, columns: number, height: number, width: number): number {
  const cell = Math.min(height / rows, width / columns, 64);
  return cell >= 1 ? Math.floor(cell) : cell;
}

/**
 * Numbers as cells of colour: pictures, maps, kernels. Cells can be pointed at, and moved through with the arrow keys; Control
 * with the wheel, `+` and `−` zoom in and out, around the chosen cell.
 */
export function MapCanvas(props: MapCanvasProps): JSX.Element {
  const { label, map, side, width = side, margin = 0, marks = [], drawn = Infinity, numbers, at, onPoint } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [zoom, setZoom] = useState(1);
  const [rows, columns] = [map.height + 2 * margin, map.width + 2 * margin];
  const cell = cellSize(rows, columns, side, width);
  const seen = viewOf(rows, columns, zoom, at ? [at[0] + margin, at[1] + margin] : [rows / 2, columns / 2]);
  const shownCell = Math.min((rows * cell) / seen[2], (columns * cell) / seen[3]);
  const [cssWidth, cssHeight] = [seen[3] * shownCell, seen[2] * shownCell];
  const now = theme.value;

  useLayoutEffect(() => {
    const element = canvas.current!;
    const ratio = Math.max(1, devicePixelRatio);
    const [pixelWidth, pixelHeight] = [Math.round(cssWidth * ratio), Math.round(cssHeight * ratio)];
    // Setting its size, even to the same, makes a canvas anew.
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    const drawing = { map, theme: now, cell: shownCell, margin, view: seen, drawn, marks, numbers };
    drawMap(element.getContext('2d')!, ratio, drawing);
  });

  useEffect(() => {
    const element = canvas.current!;
    // As an event of Preact's it could not keep the page from zooming.
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      setZoom((before) => zoomed(before, event.deltaY < 0 ? 1.25 : 0.8, rows));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [rows]);

  const point = (event: PointerEvent, kind: 'pointer' | 'press'): void => {
    const box = canvas.current!.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * seen[2]) + seen[0] - margin;
    const column = Math.floor(((event.clientX - box.left) / box.width) * seen[3]) + seen[1] - margin;
    const isInside = row >= 0 && column >= 0 && row < map.height && column < map.width;
    if (isInside || props.pointsAtMargin) onPoint?.([row, column], kind);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === '+' || event.key === '=' || event.key === '-') {
      event.preventDefault();
      setZoom(zoomed(zoom, event.key === '-' ? 0.8 : 1.25, rows));
      return;
    }
    const move = moves[event.key];
    if (!move || !onPoint || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = at ?? [0, 0];
    const to = [clamp(row + move[0], map.height), clamp(column + move[1], map.width)] as const;
    onPoint(to, 'key');
  };
  const value = at && numbers && map.colours !== 'rgb' ? numbers(map.data[at[0] * map.width + at[1]]) : '';
  const where = at ? `. ${say.rowColumn(at[0] + 1, at[1] + 1)}${value === '' ? '' : `: ${value}`}` : '';
  return (
    <canvas
      ref={canvas}
      class="map"
      role={onPoint ? 'application' : 'img'}
      aria-label={`${label}, ${map.height} × ${map.width}${where}`}
      tabIndex={onPoint ? 0 : undefined}
      style={{ width: `${cssWidth}px`, height: `${cssHeight}px` }}
      onPointerMove={onPoint && ((event) => point(event, 'pointer'))}
      onPointerDown={onPoint && ((event) => point(event, 'press'))}
      onKeyDown={press}
      onDblClick={() => setZoom(1)}
    />
  );
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function clamp(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, value));
}

function zoomed(before: number, by: number, rows: number): number {
  return Math.min(Math.max(1, rows / 3), Math.max(1, before * by));
}

/** The cells that are seen: all, or a part of them around a cell. */
function viewOf(
  rows: number,
  columns: number,
  zoom: number,
  [row, column]: Place,
): readonly [number, number, number, number] {
  const [height, width] = [Math.max(1, Math.round(rows / zoom)), Math.max(1, Math.round(columns / zoom))];
  const first = (at: number, seen: number, all: number): number =>
    Math.min(all - seen, Math.max(0, Math.round(at - seen / 2)));
  return [first(row, height, rows), first(column, width, columns), height, width];
}

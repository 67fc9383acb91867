import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { colourMap, steps } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import type { Sheet } from './mapTasks.js';

/** How maps lie side by side. */
export interface SheetLayout {
  readonly columns: number;
  /** CSS pixels from one map to the next, and of a map. */
  readonly pitch: number;
  readonly side: number;
}

/** What `SheetCanvas` is given. */
export interface SheetCanvasProps {
  readonly sheet: Sheet;
  readonly layout: SheetLayout;
}

/** Many maps, drawn as one picture. */
export function SheetCanvas({ sheet, layout: { columns, pitch, side } }: SheetCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  const rows = Math.ceil(sheet.count / columns);
  const [height, width] = [rows * pitch - (pitch - side), Math.min(columns, sheet.count) * pitch - (pitch - side)];
  useEffect(() => {
    const element = canvas.current!;
    const ratio = Math.max(1, devicePixelRatio);
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = element.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = false;
    const cells = cellsOf(sheet);
    const scale = side / Math.max(sheet.height, sheet.width);
    const [high, wide] = [sheet.height * scale, sheet.width * scale];
    for (let map = 0; map < sheet.count; map++) {
      const [x, y] = [
        (map % columns) * pitch + (side - wide) / 2,
        Math.floor(map / columns) * pitch + (side - high) / 2,
      ];
      context.drawImage(cells, 0, map * sheet.height, sheet.width, sheet.height, x, y, wide, high);
    }
  }, [sheet, now, columns, pitch, side]);
  return <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} aria-hidden="true" />;
}

/** The maps one below the other, a pixel a number. */
function cellsOf({ height, width, count, low, data }: Sheet): OffscreenCanvas {
  const colours = colourMap(low < 0 ? 'diverging' : 'sequential', theme.value);
  const table = new Uint32Array(256);
  const bytes = new Uint8Array(table.buffer);
  for (let i = 0; i < 256; i++) {
    const step = Math.round((i * (steps - 1)) / 255);
    bytes.set([colours[3 * step], colours[3 * step + 1], colours[3 * step + 2], 255], 4 * i);
  }
  const image = new ImageData(width, height * count);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[data[i]];
  const cells = new OffscreenCanvas(width, height * count);
  cells.getContext('2d')!.putImageData(image, 0, 0);
  return cells;
}

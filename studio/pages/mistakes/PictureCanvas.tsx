import { useLayoutEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { colourMap, rgbAt } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import type { Judged } from './tasks.js';

/** What speaks for a class, place by place. */
export interface Heat {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** What `PictureCanvas` is given. */
export interface PictureCanvasProps {
  readonly judged: Judged;
  readonly index: number;
  /** Laid over the picture where it is there. */
  readonly heat?: Heat | undefined;
  readonly side: number;
}

/** One of the judged pictures, on its own or under its heat map. */
export function PictureCanvas({ judged, index, heat, side }: PictureCanvasProps): JSX.Element {
  const element = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  const [rows, columns, channels] = judged.shape;
  useLayoutEffect(() => {
    const context = element.current!.getContext('2d')!;
    const image = context.createImageData(columns, rows);
    const start = index * rows * columns * channels;
    const most = heat ? heat.data.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9) : 1;
    const colours = colourMap('diverging', now);
    for (let i = 0; i < rows * columns; i++) {
      const from = start + i * channels;
      const last = channels === 3 ? 2 : 0;
      const own = [0, 1, 2].map((c) => judged.pictures[from + Math.min(c, last)]);
      let drawn: readonly number[] = own;
      if (heat) {
        const y = Math.floor((Math.floor(i / columns) * heat.height) / rows);
        const x = Math.floor(((i % columns) * heat.width) / columns);
        const value = heat.data[y * heat.width + x] / most;
        const part = 0.75 * Math.min(1, Math.abs(value));
        const colour = rgbAt(colours, 0.5 + value / 2);
        drawn = own.map((byte, c) => (1 - part) * byte + part * colour[c]);
      }
      image.data.set([...drawn, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  }, [judged, index, heat, now]);
  return (
    <canvas
      ref={element}
      class="mistakes-picture"
      width={columns}
      height={rows}
      style={{ width: `${side}px`, height: `${Math.round((side * rows) / columns)}px` }}
    />
  );
}

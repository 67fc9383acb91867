import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CanvasPicture } from 'striate/explain';
import { colourMap, rgbAt } from '../design/colourMaps.js';
import { theme } from '../design/theme.js';
import { tokens } from '../design/tokens.js';

/** What counts for something, place by place: the size of the picture it is laid over, or coarser. */
export interface HeatMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
  /** Whether it also says what counts against. */
  readonly signed: boolean;
}

/** A rectangle of the picture that stands out. */
export interface PictureMark {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly kind: 'chosen' | 'faint';
}

/** What `PictureCanvas` is given. */
export interface PictureCanvasProps {
  readonly picture: CanvasPicture;
  /** The longer side, in CSS pixels. */
  readonly side: number;
  readonly label: string;
  readonly heat?: HeatMap | undefined;
  readonly opacity?: number;
  readonly marks?: readonly PictureMark[];
}

/** The picture as the model saw it, with a heat map over it and rectangles on it. */
export function PictureCanvas({
  picture,
  side,
  label,
  heat,
  opacity = 0.55,
  marks = [],
}: PictureCanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = theme.value;
  const scale = side / Math.max(picture.height, picture.width);
  const [height, width] = [picture.height * scale, picture.width * scale];
  useEffect(() => {
    const element = canvas.current!;
    const ratio = Math.max(1, devicePixelRatio);
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    const context = element.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingEnabled = scale < 2;
    const plain = new OffscreenCanvas(picture.width, picture.height);
    plain.getContext('2d')!.putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0);
    context.drawImage(plain, 0, 0, width, height);
    if (heat) context.drawImage(heatCells(heat, opacity), 0, 0, width, height);
    for (const { top, left, height: high, width: wide, kind } of marks) {
      for (const [line, colour] of [
        [4, tokens[now].ground],
        [2, kind === 'chosen' ? tokens[now].accent : tokens[now].ink],
      ] as const) {
        context.strokeStyle = colour;
        context.lineWidth = line;
        context.strokeRect(left * scale, top * scale, wide * scale, high * scale);
      }
    }
  }, [picture, heat, opacity, now, height, width, JSON.stringify(marks)]);
  return (
    <canvas
      ref={canvas}
      class="picture"
      style={{ width: `${width}px`, height: `${height}px` }}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

/** Colours of a heat map: nothing where nothing counts, the more the more it does; orange against, where it is signed. */
function heatCells({ height, width, data, signed }: HeatMap, opacity: number): OffscreenCanvas {
  let most = 0;
  for (const value of data) most = Math.max(most, signed ? Math.abs(value) : value);
  const map = colourMap(signed ? 'diverging' : 'sequential', 'dark');
  const image = new ImageData(width, height);
  for (let i = 0; i < data.length; i++) {
    const share = most > 0 ? data[i] / most : 0;
    const [r, g, b] = rgbAt(map, signed ? 0.5 + share / 2 : share);
    image.data.set([r, g, b, 255 * opacity * (signed ? Math.min(1, 0.35 + Math.abs(share)) : 1)], 4 * i);
  }
  const cells = new OffscreenCanvas(width, height);
  cells.getContext('2d')!.putImageData(image, 0, 0);
  return cells;
}

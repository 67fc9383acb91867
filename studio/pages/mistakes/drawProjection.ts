import type { CanvasPicture } from 'striate/explain';
import { classColour } from '../../design/classPalette.js';
import { drawSign } from '../../design/drawSign.js';
import type { Theme } from '../../design/tokens.js';
import { isInside } from './confusion.js';
import { onScreen, pointsIn, type Extent, type View } from './projectionView.js';
import type { Lasso } from './state.js';
import type { Judged } from './tasks.js';

/** Points as they are drawn. */
export interface DrawnPoints {
  readonly judged: Judged;
  /** Two numbers for each picture, in thousandths of all of it. */
  readonly points: Float32Array;
  /** What lies outside is dimmed. */
  readonly lasso: Lasso;
  readonly theme: Theme;
  /** Pixels of the canvas for one of CSS. */
  readonly ratio: number;
}

/** So few points that are seen show their pictures. */
const mostPictures = 90;
/** How much larger the projection must be for that. */
const leastZoom = 2;
/** The longer side of a picture, in CSS pixels. */
const pictureSide = 34;

/** Whether points show their pictures: where few are seen, close up. */
export function shownAsPictures(points: Float32Array, view: View): readonly number[] {
  if (view.zoom < leastZoom) return [];
  const seen = pointsIn(points, view);
  return seen.length <= mostPictures ? seen : [];
}

/** Draws all points that are seen with their classes' colours and signs, mistakes larger and above the others. */
export function drawPoints(canvas: HTMLCanvasElement, view: View, drawn: DrawnPoints): void {
  const { judged, points, lasso, theme, ratio } = drawn;
  const { count, labels, guesses } = judged;
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const plain = (count > 4000 ? 1.5 : 2.4) * ratio * Math.min(2, Math.sqrt(view.zoom));
  const stamps = new Map<string, HTMLCanvasElement>();
  for (const mistaken of [false, true]) {
    for (let i = 0; i < count; i++) {
      if ((labels[i] !== guesses[i]) !== mistaken) continue;
      const [x, y] = onScreen([points[2 * i], points[2 * i + 1]], view, canvas);
      if (x < -9 || y < -9 || x > canvas.width + 9 || y > canvas.height + 9) continue;
      const inside = lasso.length === 0 || isInside(points[2 * i], points[2 * i + 1], lasso);
      context.globalAlpha = inside ? (mistaken ? 1 : 0.6) : 0.1;
      const key = `${labels[i]} ${mistaken}`;
      let stamp = stamps.get(key);
      if (!stamp) stamps.set(key, (stamp = stampOf(labels[i], theme, mistaken ? 1.9 * plain : plain)));
      context.drawImage(stamp, Math.round(x - stamp.width / 2), Math.round(y - stamp.height / 2));
    }
  }
  context.globalAlpha = 1;
}

/** A class's sign, drawn once for all its points. */
function stampOf(label: number, theme: Theme, radius: number): HTMLCanvasElement {
  const { colour, sign } = classColour(label, theme);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 2 * Math.ceil(1.5 * radius) + 2;
  const context = canvas.getContext('2d')!;
  context.fillStyle = context.strokeStyle = colour;
  drawSign(context, sign, [canvas.width / 2, canvas.height / 2], radius);
  return canvas;
}

/** Draws pictures in the place of their points, each framed in its class's colour, with its sign. */
export function drawPictures(
  context: CanvasRenderingContext2D,
  view: View,
  { judged, points, theme, ratio }: DrawnPoints,
  pictures: Iterable<readonly [index: number, picture: CanvasPicture]>,
): void {
  for (const [index, picture] of pictures) {
    const [x, y] = onScreen([points[2 * index], points[2 * index + 1]], view, context.canvas);
    const scale = (pictureSide * ratio) / Math.max(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
    const plain = new OffscreenCanvas(picture.width, picture.height);
    plain.getContext('2d')!.putImageData(new ImageData(picture.data, picture.width, picture.height), 0, 0);
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(plain, left, top, width, height);
    const { colour, sign } = classColour(judged.labels[index], theme);
    const isWrong = judged.labels[index] !== judged.guesses[index];
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = (isWrong ? 3 : 1) * ratio;
    context.strokeRect(left, top, width, height);
    drawSign(context, sign, [left + width - 2 * ratio, top + 2 * ratio], 4 * ratio);
  }
}

/** Draws what was drawn for one view as it is seen in another, until it is drawn anew. */
export function drawMoved(
  context: CanvasRenderingContext2D,
  layer: HTMLCanvasElement,
  was: View,
  now: View,
  { width, height }: Extent,
): void {
  const scale = now.zoom / was.zoom;
  const offset = (from: number, to: number): number => ((from - to) * now.zoom) / 1000 + 0.5 - scale / 2;
  context.drawImage(layer, offset(was.x, now.x) * width, offset(was.y, now.y) * height, width * scale, height * scale);
}

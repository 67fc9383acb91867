/** What of the projection is seen: the place in the middle, in thousandths of all of it, and how much larger it is drawn. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** All of it. */
export const wholeView: View = { x: 500, y: 500, zoom: 1 };

export const mostZoom = 64;

/** A width and a height in pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A view that shows no more than there is. */
export function clampedView({ x, y, zoom }: View): View {
  const scale = Math.min(mostZoom, Math.max(1, zoom));
  const half = 500 / scale;
  const inside = (at: number): number => Math.min(1000 - half, Math.max(half, at));
  return { x: inside(x), y: inside(y), zoom: scale };
}

/** Where a place in thousandths is on screen, in pixels. */
export function onScreen([x, y]: readonly [number, number], view: View, { width, height }: Extent): [number, number] {
  return [(((x - view.x) * view.zoom) / 1000 + 0.5) * width, (((y - view.y) * view.zoom) / 1000 + 0.5) * height];
}

/** Which place a pixel of the screen shows, in thousandths, within what there is. */
export function placeAt(
  [left, top]: readonly [number, number],
  view: View,
  { width, height }: Extent,
): [number, number] {
  const along = (at: number, extent: number, middle: number): number =>
    Math.min(1000, Math.max(0, ((at / extent - 0.5) * 1000) / view.zoom + middle));
  return [along(left, width, view.x), along(top, height, view.y)];
}

/** Larger or smaller, around a pixel whose place stays where it is. */
export function zoomedAt(view: View, by: number, pixel: readonly [number, number], extent: Extent): View {
  const zoom = Math.min(mostZoom, Math.max(1, view.zoom * by));
  const [x, y] = placeAt(pixel, view, extent);
  return clampedView({
    x: x - ((pixel[0] / extent.width - 0.5) * 1000) / zoom,
    y: y - ((pixel[1] / extent.height - 0.5) * 1000) / zoom,
    zoom,
  });
}

/** Moved by some pixels, as what is dragged. */
export function movedBy(view: View, [dx, dy]: readonly [number, number], { width, height }: Extent): View {
  const part = 1000 / view.zoom;
  return clampedView({ ...view, x: view.x - (dx / width) * part, y: view.y - (dy / height) * part });
}

/** The view with a place in it, moved no more than it must be. */
export function viewWith(view: View, [x, y]: readonly [number, number]): View {
  const half = 500 / view.zoom;
  const within = (middle: number, at: number): number => Math.min(at + half, Math.max(at - half, middle));
  return clampedView({ ...view, x: within(view.x, x), y: within(view.y, y) });
}

/** The point nearest to a pixel, within so many pixels; undefined where there is none. */
export function nearestPoint(
  points: Float32Array,
  [left, top]: readonly [number, number],
  view: View,
  extent: Extent,
  within: number,
): number | undefined {
  let best: number | undefined;
  let least = within * within;
  for (let i = 0; 2 * i < points.length; i++) {
    const dx = (((points[2 * i] - view.x) * view.zoom) / 1000 + 0.5) * extent.width - left;
    const dy = (((points[2 * i + 1] - view.y) * view.zoom) / 1000 + 0.5) * extent.height - top;
    const away = dx * dx + dy * dy;
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

/** The points that are seen. */
export function pointsIn(points: Float32Array, { x, y, zoom }: View): number[] {
  const half = 500 / zoom;
  const seen: number[] = [];
  for (let i = 0; 2 * i < points.length; i++)
    if (Math.abs(points[2 * i] - x) <= half && Math.abs(points[2 * i + 1] - y) <= half) seen.push(i);
  return seen;
}

import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import { clampedView, movedBy, placeAt, zoomedAt, type Extent, type View } from './projectionView.js';

/** A place in thousandths. */
type Corner = [number, number];

/** What the projection tells, and is told, while it is drawn around, moved and enlarged. */
export interface ProjectionPointer {
  readonly element: RefObject<HTMLCanvasElement | null>;
  readonly view: { readonly current: View };
  readonly extent: Extent;
  /** What a drag does; with the shift key it moves in any case. */
  readonly dragging: 'lasso' | 'move';
  readonly redraw: () => void;
  readonly show: (view: View) => void;
  readonly onLasso: (corners: readonly Corner[]) => void;
  readonly onClick: (pixel: Corner) => void;
  /** Where the pointer rests; undefined where it has left. */
  readonly onPoint: (pixel: Corner | undefined) => void;
}

/** What a key did. */
type Pressed = 'moved' | 'drawn' | 'chosen' | 'zoomed' | undefined;

/** Pixels a pointer may stray in a click. */
const still = 5;
/** How far an arrow moves the cursor, as a share of what is seen. */
const stride = 0.04;

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Drawing around points, moving and enlarging, by mouse, fingers, wheel and keys. */
export function useProjectionPointer(given: ProjectionPointer) {
  const latest = useRef(given);
  latest.current = given;
  const drawn = useRef<Corner[] | undefined>(undefined);
  const cursor = useRef<Corner | undefined>(undefined);
  const pointers = useRef(new Map<number, Corner>());
  const press = useRef<{ readonly from: Corner; moves: boolean; strayed: boolean }>(undefined);

  const pixelOf = (event: { readonly clientX: number; readonly clientY: number }): Corner => {
    const box = latest.current.element.current!.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const place = (pixel: Corner): Corner => {
    const { view, extent } = latest.current;
    const [x, y] = placeAt(pixel, view.current, extent);
    return [Math.round(x), Math.round(y)];
  };
  useEffect(() => {
    const canvas = given.element.current!;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { view, show, extent } = latest.current;
      // Lines and pages are told in other units than pixels.
      const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
      show(zoomedAt(view.current, Math.exp(-pixels / 300), pixelOf(event), extent));
    };
    // Whoever is to keep the page from scrolling must say so when listening.
    canvas.addEventListener('wheel', wheel, { passive: false });
    return () => canvas.removeEventListener('wheel', wheel);
  }, []);

  const down = (event: PointerEvent): void => {
    const { element, dragging } = latest.current;
    element.current!.setPointerCapture(event.pointerId);
    const pixel = pixelOf(event);
    pointers.current.set(event.pointerId, pixel);
    cursor.current = undefined;
    // A second finger enlarges, and what the first one began is nothing.
    const isPinch = pointers.current.size > 1;
    const moves = isPinch || dragging === 'move' || event.shiftKey || event.button === 1;
    press.current = { from: pixel, moves, strayed: isPinch };
    drawn.current = moves ? undefined : [place(pixel)];
  };
  const move = (event: PointerEvent): void => {
    const { view, extent, show, redraw, onPoint } = latest.current;
    const pixel = pixelOf(event);
    const before = pointers.current.get(event.pointerId);
    if (!before || !press.current) {
      onPoint(pixel);
      return;
    }
    if (Math.hypot(pixel[0] - press.current.from[0], pixel[1] - press.current.from[1]) > still)
      press.current.strayed = true;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, pixel);
    if (drawn.current) {
      drawn.current.push(place(pixel));
      redraw();
    } else if (other) {
      const apart = ([x, y]: Corner): number => Math.max(1, Math.hypot(x - other[0], y - other[1]));
      const middle: Corner = [(pixel[0] + other[0]) / 2, (pixel[1] + other[1]) / 2];
      const larger = zoomedAt(view.current, apart(pixel) / apart(before), middle, extent);
      show(movedBy(larger, [(pixel[0] - before[0]) / 2, (pixel[1] - before[1]) / 2], extent));
    } else show(movedBy(view.current, [pixel[0] - before[0], pixel[1] - before[1]], extent));
  };
  const up = (event: PointerEvent): void => {
    const { redraw, onLasso, onClick } = latest.current;
    pointers.current.delete(event.pointerId);
    const corners = drawn.current;
    drawn.current = undefined;
    if (!press.current || pointers.current.size > 0) return;
    const { strayed } = press.current;
    press.current = undefined;
    if (!strayed) onClick(pixelOf(event));
    else if (corners && isArea(corners)) onLasso(corners);
    else redraw();
  };
  const cancel = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId);
    drawn.current = undefined;
    press.current = undefined;
    latest.current.redraw();
  };

  return {
    handlers: {
      onPointerDown: down,
      onPointerMove: move,
      onPointerUp: up,
      onPointerCancel: cancel,
      onPointerLeave: () => latest.current.onPoint(undefined),
    },
    /** Corners of the lasso that is being drawn. */
    corners: (): readonly Corner[] | undefined => drawn.current,
    /** Where the keyboard's cursor is; undefined where no key has moved it. */
    cursor: (): Corner | undefined => cursor.current,
    /** Arrows move a cursor, space sets a corner of a lasso, Enter closes it or chooses; undefined for any other key. */
    press: (key: string): Pressed => {
      const { view, extent, show, redraw, onLasso } = latest.current;
      const at = cursor.current;
      const arrow = arrows[key];
      if (arrow) {
        const { x, y, zoom } = view.current;
        const from = at ?? [x, y];
        const inside = (value: number): number => Math.round(Math.min(1000, Math.max(0, value)));
        const step = (1000 * stride) / zoom;
        cursor.current = [inside(from[0] + arrow[0] * step), inside(from[1] + arrow[1] * step)];
        redraw();
        return 'moved';
      }
      if (key === ' ' && at) {
        drawn.current = [...(drawn.current ?? []), at];
        redraw();
        return 'drawn';
      }
      if (key === 'Enter' && at) {
        const corners = drawn.current;
        drawn.current = undefined;
        if (corners && corners.length > 2) onLasso(corners);
        redraw();
        return corners ? 'drawn' : 'chosen';
      }
      if (key === 'Escape' && (at || drawn.current)) {
        cursor.current = drawn.current = undefined;
        redraw();
        return 'drawn';
      }
      if (['+', '=', '-', '0'].includes(key)) {
        const by = { '-': 1 / 1.25, '0': 1e-6 }[key] ?? 1.25;
        const middle: Corner = [extent.width / 2, extent.height / 2];
        const larger = zoomedAt(view.current, by, middle, extent);
        show(at && by > 1 ? clampedView({ ...larger, x: at[0], y: at[1] }) : larger);
        return 'zoomed';
      }
      return undefined;
    },
  };
}

/** Whether a lasso goes around something: not back and forth along a line. */
function isArea(corners: readonly Corner[]): boolean {
  const extent = (axis: 0 | 1): number =>
    Math.max(...corners.map((one) => one[axis])) - Math.min(...corners.map((one) => one[axis]));
  return corners.length > 3 && extent(0) > 1 && extent(1) > 1;
}

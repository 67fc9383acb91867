import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { CanvasPicture } from 'striate/explain';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { tokens } from '../../design/tokens.js';
import { Choice } from '../../parts/controls.js';
import { useSize } from '../../parts/useSize.js';
import { drawMoved, drawPictures, drawPoints, shownAsPictures } from './drawProjection.js';
import { nearestPoint, onScreen, viewWith, wholeView, zoomedAt, type View } from './projectionView.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';
import type { Thumbnails } from './Thumbnails.js';
import { useProjectionPointer } from './useProjectionPointer.js';

/** What `ProjectionMap` is given. */
export interface ProjectionMapProps {
  readonly judged: Judged;
  readonly thumbnails: Thumbnails;
  /** Two numbers for each picture, in thousandths of the frame. */
  readonly points: Float32Array | undefined;
  readonly busy: boolean;
  readonly parameters: Readonly<Record<string, number | string>> | undefined;
  readonly chosen: number | undefined;
  /** The picture that is pointed at, here or on the wall. */
  readonly hovered: number | undefined;
  readonly onHover: (index: number | undefined) => void;
  readonly state: MistakesState;
}

/** The most corners of a lasso that an address keeps. */
const mostCorners = 48;

/** Milliseconds of stillness after which points are drawn anew, and the address has the view. */
const stillness = 120;

/** Classes that the legend names. */
const mostNamed = 60;

/** All pictures as points, where the model sees them; drawing around some filters the wall. */
export function ProjectionMap(props: ProjectionMapProps): JSX.Element {
  const { judged, thumbnails, points, busy, parameters, chosen, hovered, onHover, state } = props;
  const { lasso, look } = state.values.value;
  const [frame, size] = useSize<HTMLDivElement>();
  const element = useRef<HTMLCanvasElement>(null);
  const layer = useRef<{ readonly canvas: HTMLCanvasElement; view: View }>(undefined);
  const [dragging, setDragging] = useState<'lasso' | 'move'>('lasso');
  const view = useRef<View>(look);
  const frames = useRef({ asked: 0, still: 0 });
  const now = theme.value;
  const width = size.width;
  const height = Math.max(240, Math.min(440, Math.round(width * 0.75)));
  const extent = { width, height };
  const ratio = Math.min(2, devicePixelRatio);
  const drawn = points && { judged, points, lasso, theme: now, ratio };

  const redraw = (): void => {
    cancelAnimationFrame(frames.current.asked);
    frames.current.asked = requestAnimationFrame(draw);
  };
  /** What was drawn is moved along at once; when all is still, points are drawn anew, sharp. */
  const show = (next: View): void => {
    view.current = next;
    redraw();
    clearTimeout(frames.current.still);
    frames.current.still = window.setTimeout(() => state.change({ look: next }, 'slide'), stillness);
  };
  const choose = (index: number | undefined): void => {
    if (index !== undefined) state.change({ at: index });
  };
  const pointer = useProjectionPointer({
    element,
    view,
    extent,
    dragging,
    redraw,
    show,
    onLasso: (corners) => {
      const every = Math.ceil(corners.length / mostCorners);
      state.change({ lasso: corners.filter((_, i) => i % every === 0), at: -1 });
    },
    onClick: (pixel) => choose(points && nearestPoint(points, pixel, view.current, extent, 12)),
    onPoint: (pixel) => onHover(pixel && points && nearestPoint(points, pixel, view.current, extent, 12)),
  });
  useLayoutEffect(() => {
    view.current = look;
    if (width === 0) return;
    const canvas = layer.current?.canvas ?? document.createElement('canvas');
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    if (drawn) drawPoints(canvas, look, drawn);
    layer.current = { canvas, view: look };
    draw();
  }, [judged, points, width, height, JSON.stringify(lasso), now, look.x, look.y, look.zoom]);
  useLayoutEffect(() => draw(), [chosen, hovered, thumbnails.pictures.value]);
  useEffect(
    () => () => {
      cancelAnimationFrame(frames.current.asked);
      clearTimeout(frames.current.still);
    },
    [],
  );

  function draw(): void {
    const canvas = element.current;
    const under = layer.current;
    if (!canvas || !under || under.canvas.width === 0) return;
    const context = canvas.getContext('2d')!;
    const seen = view.current;
    context.clearRect(0, 0, canvas.width, canvas.height);
    drawMoved(context, under.canvas, under.view, seen, canvas);
    if (drawn) {
      const pictures = shownAsPictures(drawn.points, seen)
        .map((index) => [index, thumbnails.get(index)] as const)
        .filter((one): one is readonly [number, CanvasPicture] => one[1] !== undefined);
      drawPictures(context, seen, drawn, pictures);
    }
    const { accent, ink } = tokens[now];
    const corners = pointer.corners() ?? lasso;
    context.lineWidth = 2 * ratio;
    if (corners.length > 0) {
      context.beginPath();
      for (const corner of corners) context.lineTo(...onScreen(corner, seen, canvas));
      context.closePath();
      context.strokeStyle = accent;
      context.stroke();
    }
    for (const [index, radius] of [
      [hovered, 6],
      [chosen, 8],
    ] as const) {
      if (!points || index === undefined) continue;
      const [x, y] = onScreen([points[2 * index], points[2 * index + 1]], seen, canvas);
      context.beginPath();
      context.arc(x, y, radius * ratio, 0, 2 * Math.PI);
      context.strokeStyle = ink;
      context.stroke();
    }
    const cursor = pointer.cursor();
    if (!cursor) return;
    const [x, y] = onScreen(cursor, seen, canvas);
    context.strokeStyle = accent;
    context.beginPath();
    context.moveTo(x - 9 * ratio, y);
    context.lineTo(x + 9 * ratio, y);
    context.moveTo(x, y - 9 * ratio);
    context.lineTo(x, y + 9 * ratio);
    context.stroke();
  }

  return (
    <section class="mistakes-projection">
      <div class="row">
        <h2>{say.projectionTitle}</h2>
        <span class="buttons">
          <button
            type="button"
            class="quiet"
            aria-label={say.smaller}
            disabled={look.zoom <= 1}
            onClick={() => show(zoomedAt(view.current, 1 / 1.6, [width / 2, height / 2], extent))}
          >
            −
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={say.larger}
            onClick={() => show(zoomedAt(view.current, 1.6, [width / 2, height / 2], extent))}
          >
            +
          </button>
          <button type="button" class="quiet" disabled={look.zoom <= 1} onClick={() => show(wholeView)}>
            {say.whole}
          </button>
        </span>
      </div>
      <Choice
        label={say.dragging}
        options={[
          ['lasso', say.lasso],
          ['move', say.move],
        ]}
        value={dragging}
        onChange={setDragging}
      />
      <p class="hint">{say.lassoHint}</p>
      <div ref={frame}>
        <canvas
          ref={element}
          role="application"
          tabIndex={0}
          aria-label={say.projectionSaid(judged.count)}
          aria-busy={busy}
          class={dragging}
          width={Math.round(width * ratio)}
          height={Math.round(height * ratio)}
          style={{ width: `${width}px`, height: `${height}px` }}
          {...pointer.handlers}
          onKeyDown={(event) => {
            const done = pointer.press(event.key);
            if (!done) return;
            event.preventDefault();
            const cursor = pointer.cursor();
            if (cursor) show(viewWith(view.current, cursor));
            if (done === 'moved' && points && cursor)
              onHover(nearestPoint(points, onScreen(cursor, view.current, extent), view.current, extent, 24));
            if (done === 'chosen') choose(hovered);
          }}
        />
      </div>
      <ul
        class="mistakes-legend hint"
        aria-label={say.classes}
        tabIndex={judged.classNames.length > 20 ? 0 : undefined}
      >
        {judged.classNames.slice(0, mostNamed).map((name, k) => {
          const { colour, sign } = classColour(k, now);
          return (
            <li key={name}>
              <span style={{ color: colour }} aria-hidden="true">
                {sign}
              </span>{' '}
              {name}
            </li>
          );
        })}
        {judged.classNames.length > mostNamed && <li>{say.moreClasses(judged.classNames.length - mostNamed)}</li>}
      </ul>
      {parameters && (
        <p class="hint">
          {Object.entries(parameters)
            .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
            .join(' · ')}
        </p>
      )}
    </section>
  );
}

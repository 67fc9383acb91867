import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { tokens } from '../../design/tokens.js';
import { useSize } from '../../parts/useSize.js';
import type { Lasso, MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';
import { isInside } from './confusion.js';

/** What `ProjectionMap` is given. */
export interface ProjectionMapProps {
  readonly judged: Judged;
  /** Two numbers for each picture, in thousandths of the frame. */
  readonly points: Float32Array | undefined;
  readonly busy: boolean;
  readonly parameters: Readonly<Record<string, number | string>> | undefined;
  readonly chosen: number | undefined;
  readonly state: MistakesState;
}

/** Pixels within which a click means a point. */
const near = 12;

/** The most corners of a lasso that are kept. */
const mostCorners = 48;

/** All pictures as points, where the model sees them; drawing around some filters the wall. */
export function ProjectionMap({ judged, points, busy, parameters, chosen, state }: ProjectionMapProps): JSX.Element {
  const [frame, size] = useSize<HTMLDivElement>();
  const element = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLCanvasElement>(undefined);
  const drawing = useRef<[number, number][] | undefined>(undefined);
  const asked = useRef(0);
  const now = theme.value;
  const { lasso } = state.values.value;
  const width = size.width;
  const height = Math.max(220, Math.min(380, Math.round(width * 0.72)));
  const ratio = Math.min(2, devicePixelRatio);

  /** The points, drawn when they change and laid under what moves. */
  useLayoutEffect(() => {
    if (width === 0) return;
    const canvas = (layer.current ??= document.createElement('canvas'));
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    if (points) drawPoints(canvas, judged, points, lasso, now, ratio);
    draw();
  }, [judged, points, width, height, lasso, now]);
  useLayoutEffect(() => draw(), [chosen]);
  useEffect(() => () => cancelAnimationFrame(asked.current), []);

  function draw(): void {
    const canvas = element.current;
    const under = layer.current;
    if (!canvas || !under || under.width === 0) return;
    const context = canvas.getContext('2d')!;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(under, 0, 0);
    const [sx, sy] = [canvas.width / 1000, canvas.height / 1000];
    const { accent, ink } = tokens[now];
    const corners = drawing.current ?? lasso;
    if (corners.length > 1) {
      context.beginPath();
      corners.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * sx, y * sy) : context.lineTo(x * sx, y * sy)));
      context.closePath();
      context.lineWidth = 2 * ratio;
      context.strokeStyle = accent;
      context.stroke();
    }
    if (points && chosen !== undefined) {
      context.beginPath();
      context.arc(points[2 * chosen] * sx, points[2 * chosen + 1] * sy, 7 * ratio, 0, 2 * Math.PI);
      context.lineWidth = 2 * ratio;
      context.strokeStyle = ink;
      context.stroke();
    }
  }

  const placeOf = (event: PointerEvent): [number, number] => {
    const box = element.current!.getBoundingClientRect();
    const part = (at: number, start: number, extent: number): number =>
      Math.round(Math.min(1000, Math.max(0, (1000 * (at - start)) / extent)));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  };
  const move = (event: PointerEvent): void => {
    if (!drawing.current) return;
    drawing.current.push(placeOf(event));
    cancelAnimationFrame(asked.current);
    asked.current = requestAnimationFrame(draw);
  };
  const end = (event: PointerEvent): void => {
    const corners = drawing.current;
    drawing.current = undefined;
    if (!corners || !points) return;
    const [x, y] = placeOf(event);
    const extent = (axis: 0 | 1): number =>
      Math.max(...corners.map((one) => one[axis])) - Math.min(...corners.map((one) => one[axis]));
    if (corners.length > 3 && extent(0) > 15 && extent(1) > 15) {
      const every = Math.ceil(corners.length / mostCorners);
      state.change({ lasso: corners.filter((_, i) => i % every === 0), at: -1 });
      return;
    }
    let best = -1;
    let least = near;
    for (let i = 0; i < judged.count; i++) {
      const away = Math.hypot(((points[2 * i] - x) * width) / 1000, ((points[2 * i + 1] - y) * height) / 1000);
      if (away < least) [best, least] = [i, away];
    }
    if (best >= 0) state.change({ at: best });
    else draw();
  };
  return (
    <section class="mistakes-projection">
      <h2>{say.projectionTitle}</h2>
      <p class="hint">{say.lassoHint}</p>
      <div ref={frame}>
        <canvas
          ref={element}
          role="img"
          aria-label={say.projectionSaid(judged.count)}
          aria-busy={busy}
          width={Math.round(width * ratio)}
          height={Math.round(height * ratio)}
          style={{ width: `${width}px`, height: `${height}px` }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drawing.current = [placeOf(event)];
          }}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={() => (drawing.current = undefined)}
        />
      </div>
      <p class="mistakes-legend hint">
        {judged.classNames.slice(0, 16).map((name, k) => {
          const { colour, sign } = classColour(k, now);
          return (
            <span key={name}>
              <span style={{ color: colour }} aria-hidden="true">
                {sign}
              </span>{' '}
              {name}
            </span>
          );
        })}
      </p>
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

/** Draws all points, mistakes larger and above the others; what lies outside the lasso is dimmed. */
function drawPoints(
  canvas: HTMLCanvasElement,
  { count, labels, guesses, classNames }: Judged,
  points: Float32Array,
  lasso: Lasso,
  theme: 'dark' | 'light',
  ratio: number,
): void {
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const [sx, sy] = [canvas.width / 1000, canvas.height / 1000];
  const inside = Uint8Array.from({ length: count }, (_, i) =>
    Number(lasso.length === 0 || isInside(points[2 * i], points[2 * i + 1], lasso)),
  );
  const plain = (count > 4000 ? 2 : 3) * ratio;
  for (const mistaken of [false, true]) {
    for (let k = 0; k < classNames.length; k++) {
      context.fillStyle = classColour(k, theme).colour;
      for (let i = 0; i < count; i++) {
        if (labels[i] !== k || (labels[i] !== guesses[i]) !== mistaken) continue;
        context.globalAlpha = inside[i] === 0 ? 0.12 : mistaken ? 1 : 0.6;
        const side = mistaken ? 1.9 * plain : plain;
        context.fillRect(points[2 * i] * sx - side / 2, points[2 * i + 1] * sy - side / 2, side, side);
      }
    }
  }
  context.globalAlpha = 1;
}

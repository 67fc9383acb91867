import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { useKeys } from '../../keys/keys.js';
import { smallestAt, type LabelledBox, type Spot } from './boxes.js';
import { withoutPainted, withPainted, type Painted } from './paint.js';
import { hidden, nextPoint, pointAt, seen, withPoint } from './points.js';
import { strings } from './strings.js';
import type { Tool } from './tools.js';
import type { AnnotatedFile } from './work.js';

/** What `DrawingSurface` is given. */
export interface DrawingSurfaceProps {
  readonly tool: Exclude<Tool, 'box'>;
  readonly picture: AnnotatedFile;
  /** The class that is drawn. */
  readonly label: number;
  /** The chosen thing; −1 for none. */
  readonly chosen: number;
  /** The brush's width in pixels of the picture. */
  readonly size: number;
  /** How many points a thing has, and which is placed next; −1 for the first that is not placed. */
  readonly pointCount: number;
  readonly point: number;
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
  readonly spotOf: (event: PointerEvent) => Spot;
  /** Things as they are now, and which of them is chosen. */
  readonly onChange: (things: readonly LabelledBox[], chosen: number) => void;
}

/** How near on the screen a place counts as hit. */
const reach = 9;

/** Where brush, eraser, polygon and points are drawn: all of the picture, above its things. */
export function DrawingSurface(props: DrawingSurfaceProps): JSX.Element {
  const { tool, picture, label, chosen, size, scale, spotOf } = props;
  const { width, height, boxes: things } = picture;
  // The brush's way, or the polygon's corners so far.
  const [path, setPath] = useState<readonly Spot[]>([]);
  const [pointer, setPointer] = useState<Spot | undefined>();
  const [held, setHeld] = useState<number | undefined>();
  useEffect(() => setPath([]), [picture.hash, tool]);
  const thing = things.at(chosen < 0 ? things.length : chosen);

  const replace = (index: number, next: LabelledBox | undefined): void =>
    next ? props.onChange(things.with(index, next), index) : props.onChange(things.toSpliced(index, 1), -1);
  const put = (painted: Painted): void => {
    if (tool === 'eraser') {
      const index = chosen >= 0 ? chosen : smallestAt(things, path[0]);
      if (index >= 0) replace(index, withoutPainted(things[index], painted, picture));
      return;
    }
    const next = withPainted(thing ?? { label }, painted, picture);
    if (!next) return;
    if (thing) replace(chosen, next);
    else props.onChange([...things, next], things.length);
  };
  const closePolygon = (): void => {
    if (path.length > 2) put({ kind: 'area', corners: path });
    setPath([]);
  };
  const placePoint = (spot: Spot, how: typeof hidden | typeof seen): void => {
    const count = props.pointCount;
    const around = chosen >= 0 ? chosen : smallestAt(things, spot);
    const own = things.at(around < 0 ? things.length : around);
    const point = held ?? (props.point >= 0 ? props.point : nextPoint(own, count));
    if (point < 0) return;
    const next = withPoint(own ?? { label }, point, spot, how, { width, height, count });
    if (own) replace(around, next);
    else props.onChange([...things, next], things.length);
  };

  const begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.stopPropagation();
    (event.currentTarget as SVGElement).setPointerCapture(event.pointerId);
    const spot = spotOf(event);
    if (tool === 'polygon') {
      const [first] = path;
      const closes = path.length > 2 && Math.hypot(spot[0] - first[0], spot[1] - first[1]) * scale < reach;
      if (closes) closePolygon();
      else setPath([...path, spot]);
    } else if (tool === 'point') {
      const hit = pointAt(thing, spot, reach / scale);
      if (hit >= 0) setHeld(hit);
      else placePoint(spot, event.shiftKey ? hidden : seen);
    } else setPath([spot]);
  };
  const follow = (event: PointerEvent): void => {
    const spot = spotOf(event);
    setPointer(spot);
    if ((tool === 'brush' || tool === 'eraser') && path.length > 0) setPath([...path, spot]);
  };
  const end = (event: PointerEvent): void => {
    event.stopPropagation();
    if (tool === 'point' && held !== undefined) {
      placePoint(spotOf(event), thing?.points?.[held][2] === hidden ? hidden : seen);
      setHeld(undefined);
    }
    if (tool !== 'brush' && tool !== 'eraser') return;
    if (path.length > 0) put({ kind: 'stroke', path, size });
    setPath([]);
  };
  useKeys(
    tool === 'polygon' && path.length > 0
      ? [
          { key: 'Enter', said: strings.closePolygon, run: closePolygon },
          { key: 'Escape', said: strings.dropPolygon, run: () => setPath([]) },
        ]
      : [],
  );
  const isBrush = tool === 'brush' || tool === 'eraser';
  const { colour } = classColour(thing?.label ?? label, theme.value);
  const way = (tool === 'polygon' && pointer ? [...path, pointer] : path).map((spot) => spot.join(',')).join(' ');
  return (
    <g class={`surface ${tool}`}>
      <rect
        class="sheet"
        width={width}
        height={height}
        onPointerDown={begin}
        onPointerMove={follow}
        onPointerUp={end}
        onPointerLeave={() => setPointer(undefined)}
        onPointerCancel={() => setPath([])}
      />
      {path.length > 0 && (
        <polyline
          class={isBrush ? 'stroke' : 'outline'}
          points={path.length === 1 && isBrush ? `${way} ${way}` : way}
          stroke={tool === 'eraser' ? 'var(--ground)' : colour}
          stroke-width={isBrush ? size : undefined}
        />
      )}
      {tool === 'polygon' &&
        path.map(([x, y], i) => <circle key={i} class="corner" cx={x} cy={y} r={4 / scale} stroke={colour} />)}
      {isBrush && pointer && <circle class="tip" cx={pointer[0]} cy={pointer[1]} r={size / 2} />}
    </g>
  );
}

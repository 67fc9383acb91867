import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { useSize } from '../../parts/useSize.js';
import {
  boxBetween,
  handles,
  handleSpot,
  movedBox,
  resizedBox,
  smallestAt,
  type Corners,
  type Handle,
  type LabelledBox,
  type Spot,
} from './boxes.js';
import { DrawingSurface } from './DrawingSurface.js';
import { FoundThings } from './FoundThings.js';
import type { Found } from './learnt.js';
import { movedThing } from './paint.js';
import { PaintedThings } from './PaintedThings.js';
import { say } from './strings.js';
import type { Tool } from './tools.js';
import type { AnnotatedFile } from './work.js';

/** What `BoxEditor` is given. */
export interface BoxEditorProps {
  readonly picture: AnnotatedFile;
  readonly classNames: readonly string[];
  readonly pointNames: readonly string[];
  /** What is drawn with, and how wide the brush is in pixels of the picture. */
  readonly tool: Tool;
  readonly size: number;
  /** The class that is drawn. */
  readonly label: number;
  /** Which point is placed next; −1 for the first that is not placed. */
  readonly point: number;
  /** The chosen box; −1 for none. */
  readonly chosen: number;
  /** What a model sees in the picture. */
  readonly found: Found | undefined;
  /** Boxes of lower scores are not shown. */
  readonly threshold: number;
  readonly onChoose: (index: number) => void;
  /** Boxes as they are now, and which of them is chosen. */
  readonly onChange: (boxes: readonly LabelledBox[], chosen: number) => void;
}

/** What the pointer does: it draws, or takes a box along as a whole or by a handle. */
interface Drag {
  readonly from: Spot;
  readonly to: Spot;
  readonly held: { readonly index: number; readonly box: Corners; readonly handle?: Handle } | undefined;
}

/**
 * A picture with its things: drag to draw a box, drag the chosen one to move it, its handles to resize it; or whatever another tool
 * does.
 */
export function BoxEditor(props: BoxEditorProps): JSX.Element {
  const { picture, classNames, pointNames, tool, label, chosen, found, threshold, onChoose, onChange } = props;
  const { boxes, width, height, blob } = picture;
  const [area, size] = useSize<HTMLDivElement>();
  const [drag, setDrag] = useState<Drag | undefined>();
  const drawing = useRef<SVGSVGElement>(null);
  const address = useAddress(blob);
  useEffect(() => setDrag(undefined), [picture.hash]);
  // Pixels of the screen for one of the picture.
  const scale = Math.min(size.width / width, size.height / height) || 1;

  const spotOf = (event: PointerEvent): Spot => {
    const { left, top } = drawing.current!.getBoundingClientRect();
    return [(event.clientX - left) / scale, (event.clientY - top) / scale];
  };
  const begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    drawing.current!.setPointerCapture(event.pointerId);
    const { index, handle } = (event.target as SVGElement).dataset;
    const at = Number(index ?? -1);
    const from = spotOf(event);
    const held = at >= 0 ? { index: at, box: boxes[at].box, handle: handle as Handle | undefined } : undefined;
    if (at >= 0 && at !== chosen) onChoose(at);
    setDrag({ from, to: from, held });
  };
  const follow = (event: PointerEvent): void => {
    if (drag) setDrag({ ...drag, to: spotOf(event) });
  };
  const end = (event: PointerEvent): void => {
    if (!drag) return;
    const done = { ...drag, to: spotOf(event) };
    setDrag(undefined);
    const box = boxOfDrag(done, picture, scale);
    if (done.held) {
      const { index, box: before } = done.held;
      if (!box || String(box) === String(before)) return;
      const by: Spot = [box[0] - before[0], box[1] - before[1]];
      onChange(
        boxes.with(index, done.held.handle ? { ...boxes[index], box } : movedThing(boxes[index], by, picture)),
        index,
      );
    } else if (box) onChange([...boxes, { label, box }], boxes.length);
    else onChoose(smallestAt(boxes, done.from));
  };
  const moving = drag && boxOfDrag(drag, picture, scale);
  const boxAt = (i: number): Corners => (drag?.held?.index === i && moving ? moving : boxes[i].box);
  const chosenBox = chosen >= 0 && chosen < boxes.length ? boxAt(chosen) : undefined;
  return (
    <div class="annotate-area" ref={area}>
      <svg
        ref={drawing}
        class="annotate-drawing"
        role="group"
        aria-label={say.pictureOf(picture.name, boxes.length)}
        width={width * scale}
        height={height * scale}
        viewBox={`0 0 ${width} ${height}`}
        onPointerDown={begin}
        onPointerMove={follow}
        onPointerUp={end}
        onPointerCancel={() => setDrag(undefined)}
      >
        {address !== '' && <image href={address} width={width} height={height} />}
        <PaintedThings {...{ chosen, pointNames, scale, width, height }} things={boxes} />
        <FoundThings found={found} classNames={classNames} scale={scale} threshold={threshold} />
        {boxes.map((one, i) => {
          const { colour, sign } = classColour(one.label, theme.value);
          const [left, top, right, bottom] = boxAt(i);
          const name = classNames[one.label];
          return (
            <g
              key={i}
              class={i === chosen ? 'box chosen' : 'box'}
              role="button"
              tabIndex={0}
              aria-pressed={i === chosen}
              aria-label={say.boxOf(name, boxAt(i))}
              onFocus={() => i !== chosen && onChoose(i)}
            >
              <rect class="halo" x={left} y={top} width={right - left} height={bottom - top} />
              <rect data-index={i} x={left} y={top} width={right - left} height={bottom - top} stroke={colour} />
              <text x={left + 4 / scale} y={top + 15 / scale} font-size={13 / scale} stroke-width={3 / scale}>
                {`${sign} ${name}`}
              </text>
            </g>
          );
        })}
        {drag && !drag.held && moving && (
          <rect
            class="drawn"
            x={moving[0]}
            y={moving[1]}
            width={moving[2] - moving[0]}
            height={moving[3] - moving[1]}
            stroke={classColour(label, theme.value).colour}
          />
        )}
        {chosenBox &&
          tool === 'box' &&
          // The box of what was painted is that of its pixels.
          !boxes[chosen].mask &&
          handles.map((handle) => {
            const [x, y] = handleSpot(chosenBox, handle);
            const side = 10 / scale;
            return (
              <rect
                key={handle}
                class={`handle ${handle}`}
                data-index={chosen}
                data-handle={handle}
                x={x - side / 2}
                y={y - side / 2}
                width={side}
                height={side}
              />
            );
          })}
        {tool !== 'box' && (
          <DrawingSurface
            {...{ tool, picture, label, chosen, scale, spotOf, onChange }}
            size={props.size}
            point={props.point}
            pointCount={pointNames.length}
          />
        )}
      </svg>
    </div>
  );
}

/** The box that a drag makes so far; undefined where it was rather a click. */
function boxOfDrag({ from, to, held }: Drag, picture: AnnotatedFile, scale: number): Corners | undefined {
  const by: Spot = [to[0] - from[0], to[1] - from[1]];
  if (Math.hypot(...by) * scale < 4) return undefined;
  if (!held) return boxBetween(from, to, picture);
  return held.handle ? resizedBox(held.box, held.handle, by, picture) : movedBox(held.box, by, picture);
}

/** An address under which the page shows a file. */
function useAddress(blob: Blob): string {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}

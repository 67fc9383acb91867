import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { useTask } from '../../parts/useTask.js';
import { lanesOf, type Lanes } from './lanes.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { SheetCanvas } from './SheetCanvas.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { CallRow, Inside, tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** Maps of a row's small sheet, and the side of each in CSS pixels. */
const small = { maps: 6, side: 26, pitch: 28 } as const;
const lane = 10;

/** What `LayerColumn` is given. */
export interface LayerColumnProps {
  readonly subject: Subject;
  readonly inside: Inside;
  readonly state: InsideState;
  /** The call that is opened; −1 for the picture. */
  readonly call: number;
}

/** The architecture from the picture down: every layer with a small sheet of what it gives. */
export function LayerColumn({ subject, inside, state, call }: LayerColumnProps): JSX.Element {
  const lanes = lanesOf(inside.calls.map(({ before }) => before));
  const chosen = useRef<HTMLAnchorElement>(null);
  useEffect(() => chosen.current?.scrollIntoView({ block: 'nearest' }), [call, inside]);
  const gutter = lane * (Math.max(...lanes.map(({ width }) => width), 1) + 0.5);
  return (
    <nav class="inside-layers" aria-label={say.layers}>
      <a
        ref={call < 0 ? chosen : undefined}
        href={state.link({ layer: '', map: 0, at: [0, 0], trail: '' })}
        class="inside-layer"
        aria-current={call < 0 ? 'true' : undefined}
      >
        <span style={{ width: `${gutter}px` }} />
        <span class="name">{say.picture}</span>
        <span class="label">{inside.inputShape.join('×')}</span>
        <PictureCanvas picture={inside.seen} side={28} label="" />
      </a>
      {inside.calls.map((row, i) => (
        <LayerRow
          key={`${subject.model.key} ${subject.picture.key} ${i}`}
          {...{ subject, row, i, gutter }}
          lanes={lanes[i]}
          isChosen={i === call}
          href={state.link({ layer: row.name, map: 0, at: middleOf(row.shape), trail: '' })}
          chosen={chosen}
        />
      ))}
    </nav>
  );
}

/** The pixel that a layer opens on. */
export function middleOf(shape: readonly number[]): readonly [number, number] {
  return shape.length === 3 ? [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)] : [0, 0];
}

interface LayerRowProps {
  readonly subject: Subject;
  readonly row: CallRow;
  readonly i: number;
  readonly gutter: number;
  readonly lanes: Lanes;
  readonly isChosen: boolean;
  readonly href: string;
  readonly chosen: { current: HTMLAnchorElement | null };
}

function LayerRow({ subject, row, i, gutter, lanes, isChosen, href, chosen }: LayerRowProps): JSX.Element {
  const element = useRef<HTMLAnchorElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && setSeen(true), {
      rootMargin: '200px',
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (isChosen) chosen.current = element.current;
  });
  const isVector = row.shape.length < 2;
  const most = isVector ? 60 : small.maps;
  const { value: sheet } = useTask(
    isSeen ? (call) => engine.sheet({ subject, call: i, most, side: 2 * small.side }, call) : undefined,
    [isSeen, subject.model.key, subject.picture.key],
  );
  return (
    <a
      ref={element}
      href={href}
      class="inside-layer"
      aria-current={isChosen ? 'true' : undefined}
      title={row.className}
    >
      <LaneLines lanes={lanes} width={gutter} />
      <span class="name">{row.name}</span>
      <span class="label">{row.shape.join('×')}</span>
      {sheet && (
        <SheetCanvas
          sheet={sheet}
          layout={isVector ? { columns: 30, pitch: 5.6, side: 5 } : { columns: small.maps, ...small }}
        />
      )}
    </a>
  );
}

/** How values flow past a row and into it. */
function LaneLines({ lanes, width }: { lanes: Lanes; width: number }): JSX.Element {
  const x = (n: number): number => lane * (n + 0.5) + 2;
  return (
    <svg
      class="lanes"
      width={width}
      height="100%"
      viewBox={`0 0 ${width} 100`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {lanes.past.map((n) => (
        <line key={`past${n}`} x1={x(n)} x2={x(n)} y1="0" y2="100" />
      ))}
      {lanes.from.map((n) => (
        <line key={`from${n}`} x1={x(n)} x2={x(lanes.at)} y1="0" y2="50" />
      ))}
      {lanes.goesOn && <line x1={x(lanes.at)} x2={x(lanes.at)} y1="50" y2="100" />}
      <line class="knot" x1={x(lanes.at)} x2={x(lanes.at)} y1="50" y2="50" />
    </svg>
  );
}

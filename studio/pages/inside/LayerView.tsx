import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Place } from '../../address/parameters.js';
import { tasksOf } from '../../engine/engineThread.js';
import { Choice } from '../../parts/controls.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import { formatNumber } from '../../parts/formatNumber.js';
import type { MapData, Mark } from '../../parts/drawMap.js';
import { useSize } from '../../parts/useSize.js';
import { useTask } from '../../parts/useTask.js';
import { FeedTable } from './FeedTable.js';
import { FieldView } from './FieldView.js';
import { LooksFor } from './LooksFor.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { ProductTable } from './ProductTable.js';
import { SheetCanvas } from './SheetCanvas.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { WholeMap } from './mapTasks.js';
import type { Inside, tasks } from './tasks.js';
import type { UnitAnswer } from './unitTasks.js';
import { extentOf, type UnitPlace } from './units.js';
import type { Looked } from './useLooked.js';

const engine = tasksOf<typeof tasks>('inside');

/** The most maps of a layer that are drawn. */
const mostMaps = 512;

/** What `LayerView` is given. */
export interface LayerViewProps {
  readonly subject: Subject;
  readonly inside: Inside;
  readonly state: InsideState;
  readonly call: number;
  readonly at: UnitPlace;
  readonly unit: UnitAnswer | undefined;
  /** The second picture in the same model, where two stand side by side. */
  readonly second: Looked | undefined;
  /** Goes down to a number that the unit was made of. */
  readonly onDown: (input: number, to: UnitPlace) => void;
  /** Goes on to a unit that the number goes into. */
  readonly onForward: (call: number, to: UnitPlace) => void;
  /** The pointer is over a number of the map, or over none. */
  readonly onPoint: (at: Place | undefined) => void;
  /** The path that the number stands on. */
  readonly children: JSX.Element;
}

/** An opened layer: all its maps, the chosen one large, its window on the layer before, and what made the chosen number. */
export function LayerView(props: LayerViewProps): JSX.Element {
  const { subject, inside, state, call, at, unit, second, onDown, onForward, onPoint, children } = props;
  const [element, { width }] = useSize<HTMLDivElement>();
  const row = inside.calls[call];
  const { show: aspect } = state.values.value;
  const [height, columns, channels] = extentOf(row.shape);
  const isMap = height * columns > 1;
  const keys = [subject.model.key, subject.picture.key];
  const sheet = useTask((c) => engine.sheet({ subject, call, most: mostMaps, side: 48 }, c), [...keys, call]).value;
  const shown = useTask(
    (c) => engine.map({ subject, call, channel: at.channel }, c),
    [...keys, call, at.channel],
  ).value;
  const [strongest] = unit?.terms ?? [];
  const from = strongest && unit ? unit.before[strongest.input] : undefined;
  const source = useTask(
    from === undefined ? undefined : (c) => engine.map({ subject, call: from, channel: strongest.channel }, c),
    [...keys, from, strongest?.channel],
  ).value;
  const subject2 = second?.subject;
  const beside = useTask(
    subject2 && second.inside ? (c) => engine.map({ subject: subject2, call, channel: at.channel }, c) : undefined,
    [subject2?.model.key, subject2?.picture.key, second?.inside, call, at.channel],
  ).value;
  const isBeside = second !== undefined && beside !== undefined && shown?.data.length === beside.data.length;
  const place = at.row * columns + at.column;
  const side = Math.floor(Math.max(120, Math.min(280, (width - 56) / (width > 560 ? 2.6 : 2))));
  const pick = (place: Place, event: 'pointer' | 'press' | 'key'): void => {
    if (event === 'pointer') {
      if (place[0] !== at.row || place[1] !== at.column) onPoint(place);
      return;
    }
    if (event === 'key') onPoint(undefined);
    state.change({ at: place, trail: '' }, event === 'key' ? 'slide' : 'step');
  };
  return (
    <div class="inside-opened" ref={element}>
      {children}
      {isMap && (
        <div class="inside-pair">
          {from !== undefined && unit && (
            <figure>
              <figcaption>
                {say.windowOn(from < 0 ? say.picture : inside.calls[from].name)}
                <span class="of"> {say.channel(strongest.channel + 1)}</span>
              </figcaption>
              {source && (
                <MapCanvas
                  label={say.windowOn(from < 0 ? say.picture : inside.calls[from].name)}
                  map={mapData(source)}
                  side={side}
                  numbers={(value) => formatNumber(value)}
                  marks={windowMarks(unit, strongest)}
                  at={[strongest.row, strongest.column]}
                  onPoint={([r, c], event) => {
                    if (event === 'press') onDown(strongest.input, { row: r, column: c, channel: strongest.channel });
                  }}
                />
              )}
            </figure>
          )}
          <figure onPointerLeave={() => onPoint(undefined)}>
            <figcaption>{say.mapNumber(row.name, at.channel + 1)}</figcaption>
            {shown && (
              <MapCanvas
                label={say.mapNumber(row.name, at.channel + 1)}
                map={{ ...mapData(shown), ...(isBeside && rangeOfBoth(shown, beside)) }}
                side={side}
                numbers={(value) => formatNumber(value)}
                marks={[{ row: at.row, column: at.column, height: 1, width: 1, kind: 'chosen' }]}
                at={[at.row, at.column]}
                onPoint={pick}
              />
            )}
          </figure>
          {isBeside && (
            <figure>
              <figcaption>
                {say.second} <span class="of">{formatNumber(beside.data[place], { digits: 3 })}</span>
              </figcaption>
              <MapCanvas
                label={`${say.second}: ${say.mapNumber(row.name, at.channel + 1)}`}
                map={{ ...mapData(beside), ...rangeOfBoth(shown, beside) }}
                side={side}
                marks={[{ row: at.row, column: at.column, height: 1, width: 1, kind: 'chosen' }]}
              />
            </figure>
          )}
          {unit?.field && aspect !== 'field' && (
            <figure>
              <figcaption>{say.seesOf}</figcaption>
              <PictureCanvas
                picture={inside.seen}
                side={Math.min(side, 150)}
                label={say.seesOf}
                marks={[{ ...unit.field, kind: 'chosen' }]}
              />
            </figure>
          )}
        </div>
      )}
      <Choice
        label={say.show}
        options={[
          ['products', say.showProducts],
          ['looks', say.showLooks],
          ['field', say.showField],
        ]}
        value={aspect}
        onChange={(value) => state.change({ show: value })}
      />
      {aspect === 'products' && unit && <ProductTable unit={unit} inside={inside} onDown={onDown} />}
      {aspect === 'products' && unit && <FeedTable unit={unit} inside={inside} onForward={onForward} />}
      {aspect === 'looks' && <LooksFor subject={subject} state={state} layer={row.layer} filter={at.channel} />}
      {aspect === 'field' && <FieldView subject={subject} inside={inside} call={call} at={at} />}
      <section>
        <h2>
          {isMap ? say.mapsOf(row.name) : row.name}{' '}
          <span class="label">
            {channels > mostMaps ? say.shown(mostMaps, channels) : isMap ? say.maps(channels) : say.units(channels)}
          </span>
        </h2>
        {sheet && width > 0 && (
          <MapWall
            sheet={sheet}
            width={width}
            isMap={isMap}
            chosen={at.channel}
            label={isMap ? say.mapsOf(row.name) : row.name}
            onPick={(map) => state.change({ map, trail: '' })}
          />
        )}
      </section>
    </div>
  );
}

interface MapWallProps {
  readonly sheet: Parameters<typeof SheetCanvas>[0]['sheet'];
  readonly width: number;
  readonly isMap: boolean;
  readonly chosen: number;
  readonly label: string;
  readonly onPick: (map: number) => void;
}

/** All maps of a layer, of which one is chosen. */
function MapWall({ sheet, width, isMap, chosen, label, onPick }: MapWallProps): JSX.Element {
  const layout = useMemo(() => {
    const side = isMap ? (sheet.count > 128 ? 34 : 48) : sheet.count > 128 ? 12 : 26;
    const pitch = side + (isMap ? 4 : 2);
    return { side, pitch, columns: Math.max(1, Math.min(sheet.count, Math.floor(width / pitch))) };
  }, [sheet, width, isMap]);
  const { side, pitch, columns } = layout;
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  return (
    <div
      class="inside-wall"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={sheet.channels}
      aria-valuenow={chosen + 1}
      aria-valuetext={say.channel(chosen + 1)}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const column = Math.floor((event.clientX - box.left) / pitch);
        const map = Math.floor((event.clientY - box.top) / pitch) * columns + column;
        if (column < columns && map >= 0 && map < sheet.count) onPick(map);
      }}
      onKeyDown={(event) => {
        const to = chosen + (moves[event.key] ?? NaN);
        if (Number.isNaN(to)) return;
        event.preventDefault();
        if (to >= 0 && to < sheet.count) onPick(to);
      }}
    >
      <SheetCanvas sheet={sheet} layout={layout} />
      {chosen < sheet.count && (
        <span
          class="chosen"
          style={{
            left: `${(chosen % columns) * pitch - 2}px`,
            top: `${Math.floor(chosen / columns) * pitch - 2}px`,
            width: `${side + 4}px`,
            height: `${side + 4}px`,
          }}
        />
      )}
    </div>
  );
}

function mapData({ height, width, data, low, high }: WholeMap): MapData {
  return { height, width, data, low, high, colours: low < 0 ? 'diverging' : 'sequential' };
}

/** Colours that stand for the same numbers in both maps. */
function rangeOfBoth(a: WholeMap, b: WholeMap): Pick<MapData, 'low' | 'high' | 'colours'> {
  const [low, high] = [Math.min(a.low, b.low), Math.max(a.high, b.high)];
  return {
    low: low < 0 ? Math.min(low, -high) : low,
    high: Math.max(high, -low),
    colours: low < 0 ? 'diverging' : 'sequential',
  };
}

/** The window, and in it the strongest term. */
function windowMarks({ window }: UnitAnswer, strongest: { row: number; column: number }): Mark[] {
  const cell: Mark = { row: strongest.row, column: strongest.column, height: 1, width: 1, kind: 'faint' };
  if (!window) return [{ ...cell, kind: 'chosen' }];
  const { every, ...rest } = window;
  return [{ ...rest, kind: 'chosen', every: every[0] === every[1] ? every[0] : 1 }, cell];
}

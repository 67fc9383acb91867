import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Place } from '../address/parameters.js';
import { MapCanvas } from '../parts/MapCanvas.js';
import { gridName, readGrid, type DrawnGrid } from './drawnGrid.js';
import { say } from './strings.js';

/** What `DrawGrid` is given. */
export interface DrawGridProps {
  /** A grid's name, as in an address. */
  readonly name: string;
  readonly side: number;
  readonly onChange: (name: string, change: 'step' | 'slide') => void;
}

/** A grid to draw on: a click toggles a cell, a drag paints with what the first cell became. */
export function DrawGrid({ name, side, onChange }: DrawGridProps): JSX.Element {
  const grid: DrawnGrid = readGrid(name) ?? { size: 9, ink: Array.from({ length: 81 }, () => false) };
  const pen = useRef<boolean | undefined>(undefined);
  const [at, setAt] = useState<Place>([0, 0]);
  const paint = ([row, column]: Place, ink: boolean, change: 'step' | 'slide'): void => {
    const place = row * grid.size + column;
    if (grid.ink[place] === ink) return;
    onChange(gridName({ ...grid, ink: grid.ink.map((before, i) => (i === place ? ink : before)) }), change);
  };
  const inkAt = ([row, column]: Place): boolean => grid.ink[row * grid.size + column];
  return (
    <div
      class="drawing"
      onPointerUp={() => (pen.current = undefined)}
      onPointerLeave={() => (pen.current = undefined)}
      onKeyDown={(event) => {
        if (event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        paint(at, !inkAt(at), 'step');
      }}
    >
      <MapCanvas
        label={say.drawGrid}
        side={side}
        at={at}
        marks={[{ row: at[0], column: at[1], height: 1, width: 1, kind: 'faint' }]}
        map={{
          height: grid.size,
          width: grid.size,
          data: grid.ink.map(Number),
          low: 0,
          high: 1,
          colours: 'sequential',
        }}
        onPoint={(place, event) => {
          if (event === 'press') {
            pen.current = !inkAt(place);
            paint(place, pen.current, 'step');
          } else if (event === 'pointer' && pen.current !== undefined) paint(place, pen.current, 'slide');
          if (event !== 'pointer' || pen.current !== undefined) setAt(place);
        }}
      />
      <button type="button" class="quiet" onClick={() => onChange(`draw:${grid.size}:`, 'step')}>
        {say.clear}
      </button>
    </div>
  );
}

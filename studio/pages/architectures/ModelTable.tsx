import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { language } from '../../language/language.js';
import { formatNumber, fullNumber } from '../../parts/formatNumber.js';
import { numberOf, sorted, wholeCount, written } from './measures.js';
import type { ModelRow } from './models.js';
import { columns, type ArchitecturesState, type Column } from './state.js';
import { say } from './strings.js';

/** What `ModelTable` is given. */
export interface ModelTableProps {
  readonly rows: readonly ModelRow[];
  readonly state: ArchitecturesState;
  readonly at: string;
  readonly onToggle: (name: string) => void;
}

/** Which way a column goes first: names from A, what costs from the least, accuracy from the best. */
export function firstOrder(column: Column): 'down' | 'up' {
  return column === 'accuracy' || column === 'year' ? 'down' : 'up';
}

/** Rows that are drawn at once: all of them together would hold the page up. */
const perFrame = 8;

/** Every model with its numbers, in the order of any column. */
export function ModelTable({ rows, state, at, onToggle }: ModelTableProps): JSX.Element {
  const { sort, order, models } = state.values.value;
  const inOrder = sorted(rows, sort, order);
  const drawn = useGrowing(inOrder.length, perFrame);
  const drawRow = useKeptRows(state, onToggle);
  const sortBy = (column: Column): void => {
    const turned = order === 'down' ? 'up' : 'down';
    state.change({ sort: column, order: column === sort ? turned : firstOrder(column) });
  };
  return (
    <div class="architectures-table" tabIndex={0} role="region" aria-label={say.table}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                class={column}
                aria-sort={column !== sort ? undefined : order === 'down' ? 'descending' : 'ascending'}
              >
                <button type="button" class="quiet" onClick={() => sortBy(column)}>
                  {say[`by ${column}`]}
                  <span aria-hidden="true">{column !== sort ? '' : order === 'down' ? ' ↓' : ' ↑'}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{inOrder.slice(0, drawn).map((row) => drawRow(row, row.name === at, models.includes(row.name)))}</tbody>
      </table>
    </div>
  );
}

/** How many of some things are drawn: more with every frame. */
function useGrowing(all: number, by: number): number {
  const [drawn, setDrawn] = useState(by);
  useEffect(() => {
    if (drawn >= all) return undefined;
    const frame = requestAnimationFrame(() => setDrawn(drawn + by));
    return () => cancelAnimationFrame(frame);
  }, [drawn, all, by]);
  return drawn;
}

/** Draws rows, and keeps what was drawn of those that are the same as before: facts come a few at a time. */
function useKeptRows(
  state: ArchitecturesState,
  onToggle: (name: string) => void,
): (row: ModelRow, isHere: boolean, isCompared: boolean) => JSX.Element {
  const kept = useRef(new WeakMap<ModelRow, { readonly as: string; readonly drawn: JSX.Element }>());
  const toggle = useRef(onToggle);
  toggle.current = onToggle;
  return (row, isHere, isCompared) => {
    const as = `${isHere} ${isCompared} ${language.value}`;
    const before = kept.current.get(row);
    if (before?.as === as) return before.drawn;
    const drawn = (
      <tr
        key={row.name}
        data-model={row.name}
        class={isHere ? 'here' : ''}
        onClick={() => state.change({ at: row.name, block: '' }, 'slide')}
      >
        <th scope="row">
          <button
            type="button"
            class="pick"
            aria-pressed={isCompared}
            aria-label={say.compare(row.title)}
            onClick={(event) => {
              event.stopPropagation();
              toggle.current(row.name);
            }}
          >
            <span aria-hidden="true" class="tick">
              {isCompared ? '✓' : '+'}
            </span>
            {row.title}
          </button>
        </th>
        {columns.slice(1).map((column) => (
          <Cell key={column} row={row} column={column} />
        ))}
      </tr>
    );
    kept.current.set(row, { as, drawn });
    return drawn;
  };
}

/** One number where it is a square. */
function fieldText([height, width]: readonly number[]): string {
  return height === width ? String(height) : `${height}×${width}`;
}

function Cell({ row, column }: { row: ModelRow; column: Column }): JSX.Element {
  const value = numberOf[column](row);
  if (value === undefined) {
    return (
      <td class={`number ${column}`} title={row.problem}>
        {row.facts || row.problem !== undefined || column === 'accuracy' || column === 'year' || column === 'time'
          ? '–'
          : '…'}
      </td>
    );
  }
  if (column === 'accuracy') {
    const { top1, on, source } = row.accuracy!;
    return (
      <td class="number accuracy" title={`${fullNumber(top1)} %, ${on} top-1 (${source})`}>
        {formatNumber(top1, { digits: 1 })} %{on !== 'ImageNet' && <small> {on}</small>}
      </td>
    );
  }
  const { facts } = row;
  const text = column === 'field' ? fieldText(facts!.receptiveField!) : written(column, value);
  const isCount = column === 'parameters' || column === 'multiply-adds' || column === 'flops';
  return (
    <td class={`number ${column}`} title={isCount ? wholeCount(value) : fullNumber(value)}>
      {text}
    </td>
  );
}

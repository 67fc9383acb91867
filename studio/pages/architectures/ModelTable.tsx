import type { JSX } from 'preact';
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

/** Every model with its numbers, in the order of any column. */
export function ModelTable({ rows, state, at, onToggle }: ModelTableProps): JSX.Element {
  const { sort, order, models } = state.values.value;
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
        <tbody>
          {sorted(rows, sort, order).map((row) => (
            <tr
              key={row.name}
              data-model={row.name}
              class={row.name === at ? 'here' : ''}
              onClick={() => state.change({ at: row.name, block: '' }, 'slide')}
            >
              <th scope="row">
                <button
                  type="button"
                  class="pick"
                  aria-pressed={models.includes(row.name)}
                  aria-label={say.compare(row.title)}
                  onClick={(event) => {
                    event.stopPropagation();
                    onToggle(row.name);
                  }}
                >
                  <span aria-hidden="true" class="tick">
                    {models.includes(row.name) ? '✓' : '+'}
                  </span>
                  {row.title}
                </button>
              </th>
              {columns.slice(1).map((column) => (
                <Cell key={column} row={row} column={column} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
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

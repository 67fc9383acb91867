import { formatBytes, formatDuration } from '../../parts/formatNumber.js';
import type { Column, Cost } from './state.js';
import type { ModelRow } from './models.js';

/** A column's number of a model, for sorting and for the plot; undefined where it is not known. */
export const numberOf = {
  name: () => undefined,
  // Percentages of different pictures do not compare: those of ImageNet go first.
  accuracy: ({ accuracy }) => accuracy && accuracy.top1 + (accuracy.on === 'ImageNet' ? 0 : -100),
  parameters: ({ facts, zoo }) => facts?.parameters ?? zoo?.parameters,
  'multiply-adds': ({ facts }) => facts?.multiplyAdds,
  flops: ({ facts }) => facts?.flops,
  depth: ({ facts }) => facts?.depth,
  field: ({ facts }) => facts?.receptiveField?.[0],
  memory: ({ facts }) => facts && facts.memory.weights + facts.memory.activations,
  year: ({ zoo }) => zoo?.paper.year,
  time: ({ time }) => time,
} satisfies Record<Column, (row: ModelRow) => number | undefined>;

/** How a column's number is written. */
export function written(column: Column | Cost, value: number): string {
  if (column === 'time') return formatDuration(value);
  if (column === 'memory') return formatBytes(value);
  if (column === 'year' || column === 'depth') return String(value);
  return formatCount(value);
}

/** A large count in three digits or so: `25.6 M`, `4.09 G`. */
export function formatCount(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let [size, unit] = [value, 0];
  for (; size >= 999.5 && unit < units.length - 1; unit++) size /= 1000;
  const digits = unit === 0 ? 0 : size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return `${size.toFixed(digits)}${units[unit]}`;
}

/** A count written out: `25,557,032`. */
export function wholeCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** Rows in the order of a column; what is not known comes last. */
export function sorted(rows: readonly ModelRow[], column: Column, order: 'down' | 'up'): ModelRow[] {
  const sign = order === 'down' ? -1 : 1;
  const byName = (a: ModelRow, b: ModelRow): number => a.title.localeCompare(b.title, 'en', { numeric: true });
  if (column === 'name') return rows.toSorted((a, b) => sign * byName(a, b));
  return rows.toSorted((a, b) => {
    const [x, y] = [numberOf[column](a), numberOf[column](b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined) || byName(a, b);
    return sign * (x - y) || byName(a, b);
  });
}

/** Places of round numbers on an axis, from 0 to 1. */
export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

/** An axis over some values with about so many ticks at most: by powers of ten where it is `logarithmic`. */
export function axisOf(values: readonly number[], logarithmic: boolean, mostTicks: number): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (logarithmic) {
    const [from, to] = [Math.log10(least) - 0.08, Math.log10(most) + 0.08];
    const within = (digits: readonly number[]): number[] =>
      Array.from({ length: Math.ceil(to) - Math.floor(from) + 1 }, (_, i) => Math.floor(from) + i)
        .flatMap((power) => digits.map((digit) => digit * 10 ** power))
        .filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to);
    const ticks = [[1, 2, 5], [1, 3], [1]].map(within).find(({ length }) => length <= mostTicks) ?? within([1]);
    return { place: (value) => (Math.log10(value) - from) / (to - from), ticks };
  }
  const span = Math.max(most - least, 1);
  const step = [1, 2, 5, 10, 20].find((one) => span / one <= mostTicks) ?? 50;
  const [from, to] = [least - span * 0.06, most + span * 0.06];
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return { place: (value) => (value - from) / (to - from), ticks };
}

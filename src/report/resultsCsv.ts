import type { EpochRow } from './runResult.js';

const columns = {
  epoch: (row) => row.epoch,
  loss: (row) => row.loss,
  accuracy: (row) => row.accuracy,
  valLoss: (row) => row.valLoss,
  valAccuracy: (row) => row.valAccuracy,
  seconds: (row) => round(row.seconds, 3),
  phase: (row) => row.phase,
} as const satisfies Record<keyof EpochRow, (row: EpochRow) => number | string | undefined>;

/** A run's epochs as CSV with a header line; what was not measured is left empty. */
export function resultsCsv(rows: readonly EpochRow[]): string {
  const { phase, ...always } = columns;
  const shown = rows.some((row) => row.phase !== undefined) ? { ...always, phase } : always;
  const lines = rows.map((row) =>
    Object.values(shown)
      .map((column) => column(row) ?? '')
      .join(','),
  );
  return `${[Object.keys(shown).join(','), ...lines].join('\n')}\n`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

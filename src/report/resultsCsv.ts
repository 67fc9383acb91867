import { History, type EpochResult } from '../fit/history.js';
import type { PenaltyResult } from '../fit/index.js';
import { classScores } from './classScores.js';
import { ConfusionCounts } from './confusionCounts.js';
import type { EpochRow, RunEpochs, SuspectedLabels, TestResult } from './runResult.js';
import { isWhole, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';

/**
 * A training's epochs as reports show them.
 *
 * @param frozenEpochs in how many epochs, the first ones, the classifier alone was trained, where there were two phases
 */
export function epochRows(epochs: readonly EpochResult[], frozenEpochs?: number): EpochRow[] {
  return epochs.map(({ loss, accuracy, valLoss, valAccuracy, seconds, learningRate: _rate, ...metrics }, i) => {
    const measured = Object.keys(metrics).length > 0 && { metrics };
    const row = { epoch: i + 1, loss, accuracy, valLoss, valAccuracy, seconds, ...measured };
    return frozenEpochs === undefined ? row : { ...row, phase: i < frozenEpochs ? 'frozen' : 'fine-tuning' };
  });
}

/**
 * Epochs in any form as reports show them: a training's history, its epochs, or rows as `epochRows` makes them.
 *
 * @throws StriateError when only some have their numbers.
 */
export function rowsOf(epochs: RunEpochs): readonly EpochRow[] {
  const list = epochs instanceof History ? epochs.epochs : epochs;
  const bare = list.findIndex((row) => !isWhole((row as Partial<EpochRow> | undefined)?.epoch, 1));
  if (bare < 0) return list as readonly EpochRow[];
  // A history's epochs have the numbers of their places.
  if (list.every((row) => row !== null && typeof row === 'object' && !('epoch' in row)))
    return epochRows(list as readonly EpochResult[]);
  throw new StriateError({
    where: `epochs[${bare}] of a run`,
    rule: 'must have its number as epoch, from 1 on, as all others have',
    received: shown(list[bare]),
    advice: 'give the history itself, or rows as report.epochRows(history.epochs) makes them',
  });
}

/** One value as a field of CSV; numbers that are not finite are left empty. */
export function csvCell(value: string | number | undefined): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  // A spreadsheet would run what begins like a formula: https://owasp.org/www-community/attacks/CSV_Injection
  const text = (value ?? '').replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csv = (rows: readonly (readonly (string | number | undefined)[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');

const columns = {
  epoch: (row) => row.epoch,
  loss: (row) => row.loss,
  accuracy: (row) => row.accuracy,
  valLoss: (row) => row.valLoss,
  valAccuracy: (row) => row.valAccuracy,
  seconds: (row) => Number(row.seconds.toFixed(3)),
  phase: (row) => row.phase,
} as const satisfies Record<Exclude<keyof EpochRow, 'metrics'>, (row: EpochRow) => number | string | undefined>;

/** The names of what epochs measured beside loss and accuracy, in the order of the logs. */
export function metricsOf(epochs: readonly EpochRow[]): string[] {
  return [...new Set(epochs.flatMap(({ metrics = {} }) => Object.keys(metrics)))];
}

/**
 * A training's epochs as CSV with a header line; what was not measured is left empty.
 *
 * @throws StriateError when only some have their numbers.
 */
export function resultsCsv(epochs: RunEpochs): string {
  return rowsCsv(rowsOf(epochs));
}

/** The same of a training's history, whose epochs have the numbers of their places. */
export function historyCsv(epochs: readonly EpochResult[], frozenEpochs?: number): string {
  return rowsCsv(epochRows(epochs, frozenEpochs));
}

function rowsCsv(epochs: readonly EpochRow[]): string {
  const { phase, ...always } = columns;
  const measured = metricsOf(epochs).map((name) => [name, (row: EpochRow) => row.metrics?.[name]] as const);
  const shown = { ...always, ...Object.fromEntries(measured), ...(epochs.some((row) => row.phase) && { phase }) };
  return csv([Object.keys(shown), ...epochs.map((row) => Object.values(shown).map((column) => column(row)))]);
}

/** A training's epochs whatever they measured, a column for each measure, as CSV with a header line. */
export function logsCsv(epochs: readonly EpochResult[]): string {
  const names = new Set(epochs.flatMap(({ seconds: _s, learningRate: _r, ...logs }) => Object.keys(logs)));
  const rows = epochs.map((logs, i) => [
    i + 1,
    ...[...names].map((name) => logs[name]),
    ...[logs.learningRate, Number(logs.seconds.toFixed(3))],
  ]);
  return csv([['epoch', ...names, 'learningRate', 'seconds'], ...rows]);
}

/** What cross-validation gave for each penalty, as CSV with a header line. */
export function penaltiesCsv(penalties: readonly PenaltyResult[]): string {
  return csv([['C', 'loss', 'accuracy'], ...penalties.map(({ C, loss, accuracy }) => [C, loss, accuracy])]);
}

/** Training pictures whose labels may be wrong, the worst first. */
export function suspectsCsv({ found }: SuspectedLabels, classNames: readonly string[]): string {
  const rows = found.map(({ index, file, label, suggested, quality }) => {
    return [index, file, classNames[label], classNames[suggested], Number(quality.toPrecision(6))];
  });
  return csv([['index', 'file', 'label', 'suggested', 'quality'], ...rows]);
}

/** How each class came out, a line per class. */
export function classesCsv({ confusion }: TestResult, classNames: readonly string[]): string {
  const scores = classScores(confusion, classNames);
  const rows = scores.map(({ name, pictures, precision, recall, f1 }) => [name, pictures, precision, recall, f1]);
  return csv([['class', 'pictures', 'precision', 'recall', 'f1'], ...rows]);
}

/** Of more classes than this, the table would be mostly zeros, and of millions of cells. */
const tableUpTo = 200;

/** A line per true class, a column per predicted one; of more than 200 classes, a line for each pair that occurs. */
export function confusionCsv({ confusion }: TestResult, classNames: readonly string[]): string {
  const counts = ConfusionCounts.of(confusion);
  if (counts.classes <= tableUpTo)
    return csv([['true class', ...classNames], ...counts.toMatrix().map((row, i) => [classNames[i], ...row])]);
  const pairs = counts.entries.map(({ label, predicted, times }) => [classNames[label], classNames[predicted], times]);
  return csv([['true class', 'predicted class', 'times'], ...pairs]);
}

import { terminal } from '#platform';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { printable } from '../../tensor/error.js';
import type { Terminal } from '../../platform/platform.js';
import type { Logs } from '../runningMeans.js';
import type { Callback, Training } from './callback.js';
import { formatDuration } from '../../platform/textTable.js';

/** Options of ProgressBar. */
export interface ProgressBarOptions {
  /** Where it is drawn; standard error by default. */
  readonly terminal?: Terminal;
  /** Whether only a line for each epoch is printed (Keras's verbose 2); false by default. */
  readonly linesOnly?: boolean;
}

/** Milliseconds between redraws, and between plain lines within a long epoch. */
const redrawEvery = 100;
const lineEvery = 30_000;

/**
 * Shows how training goes, like Keras's bar: on a terminal a bar with time left, loss and metrics; elsewhere plain lines.
 */
export class ProgressBar implements Callback {
  /** The options that it takes. */
  static readonly acceptedOptions = {
    where: 'progressBar',
    kinds: { terminal: 'object', linesOnly: 'boolean' },
  } as const satisfies AcceptedOptions<ProgressBarOptions>;
  readonly last = true;
  private readonly terminal: Terminal;
  private readonly bar: boolean;
  private epoch = 0;
  private began = 0;
  private drawn = 0;
  private firstBatch = 0;
  private done = 0;
  /** Whether the cursor stands on an unfinished line. */
  private open = false;

  constructor(private readonly options: ProgressBarOptions = {}) {
    expectOptions(ProgressBar.acceptedOptions, options);
    this.terminal = options.terminal ?? terminal;
    this.bar = this.terminal.interactive && !options.linesOnly;
  }

  onTrainBegin({ notes }: Training): void {
    for (const note of notes) this.terminal.write(`Note: ${printable(note)}.\n`);
  }

  onEpochBegin(epoch: number, training: Training): void {
    this.epoch = epoch;
    this.began = this.drawn = performance.now();
    this.firstBatch = -1;
    this.done = 0;
    if (this.bar) this.terminal.write(`Epoch ${epoch + 1}/${training.epochs}\n`);
  }

  onTrainBatchBegin(batch: number): void {
    if (this.firstBatch < 0) this.firstBatch = batch;
  }

  onTrainBatchEnd(batch: number, logs: Logs, { steps, epochs }: Training): void {
    this.done = batch + 1;
    const now = performance.now();
    if (now - this.drawn < (this.bar ? redrawEvery : lineEvery) || this.options.linesOnly) return;
    this.drawn = now;
    const each = (now - this.began) / (this.done - this.firstBatch);
    const left = steps === undefined ? '' : `${formatDuration(((steps - this.done) * each) / 1000)} left `;
    if (this.bar) {
      const numbers = `- ${formatLogs(logs)}`;
      const at = count(this.done, steps);
      this.draw(
        [20, 10].map((width) => `${at} ${barOf(this.done, steps, width)} ${left}${perStep(each)} ${numbers}`),
        [`${at} ${barOf(this.done, steps, 10)} ${left}${numbers}`, `${at} ${left}${numbers}`, `${at} ${numbers}`],
      );
    } else {
      this.terminal.write(
        `Epoch ${this.epoch + 1}/${epochs} - ${count(this.done, steps)} - ${left}- ${formatLogs(logs)}\n`,
      );
    }
  }

  onEpochEnd(epoch: number, logs: Logs, { epochs, steps }: Training): void {
    const elapsed = performance.now() - this.began;
    const each = elapsed / Math.max(this.done - Math.max(this.firstBatch, 0), 1);
    const seconds = formatDuration(elapsed / 1000);
    const { seconds: _seconds, learningRate: _rate, ...values } = logs;
    if (this.bar) {
      const numbers = `- ${formatLogs(values)}`;
      const at = count(this.done, steps);
      this.draw(
        [20, 10].map((width) => `${at} ${barOf(this.done, this.done, width)} ${seconds} ${perStep(each)} ${numbers}`),
        [`${at} ${seconds} ${perStep(each)} ${numbers}`, `${at} ${seconds} ${numbers}`],
        wrapped(`${seconds} ${numbers}`, this.terminal.columns - 1),
      );
      this.newLine();
    } else {
      this.terminal.write(`Epoch ${epoch + 1}/${epochs} - ${seconds} - ${formatLogs(values)}\n`);
    }
  }

  onTrainEnd(): void {
    this.newLine();
  }

  /**
   * Redraws the line: the first of the forms that fits the terminal. Where none does, the last form's lines stand below each
   * other, or without one the line is cut, because a wrapped one cannot be drawn over.
   */
  private draw(wide: readonly string[], narrow: readonly string[], lines?: readonly string[]): void {
    const room = this.terminal.columns - 1;
    const line = [...wide, ...narrow].find(({ length }) => length <= room);
    const text = line ?? lines?.join('\n') ?? narrow[narrow.length - 1].slice(0, room);
    this.terminal.write(`\r\u001b[K${text}`);
    this.open = true;
  }

  private newLine(): void {
    if (this.open) this.terminal.write('\n');
    this.open = false;
  }
}

/** The line that `verbose` asks of `evaluate` and `predict`: what it is, how long it took, and what came of it. */
export function printPass(what: 'evaluate' | 'predict', began: number, result: Logs | number): void {
  const came = typeof result === 'number' ? `${result} example${result === 1 ? '' : 's'}` : formatLogs(result);
  terminal.write(`${what} - ${formatDuration((performance.now() - began) / 1000)} - ${came}\n`);
}

function count(done: number, steps: number | undefined): string {
  return steps === undefined ? String(done) : `${String(done).padStart(String(steps).length)}/${steps}`;
}

function barOf(done: number, steps: number | undefined, width: number): string {
  if (steps === undefined) return '';
  const filled = Math.round((width * done) / Math.max(steps, 1));
  return '━'.repeat(filled) + '─'.repeat(width - filled);
}

/** A line in parts of so many characters at most, broken between its values. */
function wrapped(line: string, room: number): string[] {
  const lines: string[] = [];
  for (const part of line.split(' - ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + part.length <= room) lines[lines.length - 1] = `${last} - ${part}`;
    else lines.push(last === undefined ? part : `  ${part}`);
  }
  return lines;
}

function perStep(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)}s/step`;
  return milliseconds >= 1 ? `${Math.round(milliseconds)}ms/step` : `${Math.round(milliseconds * 1000)}us/step`;
}

function formatLogs(logs: Logs): string {
  return Object.entries(logs)
    .map(
      ([name, value]) =>
        `${name}: ${value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(4) : value.toFixed(4)}`,
    )
    .join(' - ');
}

import { terminal } from '#platform';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
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

const width = 20;
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
    kinds: { terminal: 'other', linesOnly: 'boolean' },
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
      this.draw(`${count(this.done, steps)} ${barOf(this.done, steps)} ${left}${perStep(each)} - ${formatLogs(logs)}`);
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
      this.draw(
        `${count(this.done, steps)} ${barOf(this.done, this.done)} ${seconds} ${perStep(each)} - ${formatLogs(values)}`,
      );
      this.newLine();
    } else {
      this.terminal.write(`Epoch ${epoch + 1}/${epochs} - ${seconds} - ${formatLogs(values)}\n`);
    }
  }

  onTrainEnd(): void {
    this.newLine();
  }

  /** Redraws the line; a line longer than the terminal is cut, because a wrapped one cannot be drawn over. */
  private draw(line: string): void {
    this.terminal.write(`\r\u001b[K${line.slice(0, this.terminal.columns - 1)}`);
    this.open = true;
  }

  private newLine(): void {
    if (this.open) this.terminal.write('\n');
    this.open = false;
  }
}

function count(done: number, steps: number | undefined): string {
  return steps === undefined ? String(done) : `${String(done).padStart(String(steps).length)}/${steps}`;
}

function barOf(done: number, steps: number | undefined): string {
  if (steps === undefined) return '';
  const filled = Math.round((width * done) / Math.max(steps, 1));
  return '━'.repeat(filled) + '─'.repeat(width - filled);
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

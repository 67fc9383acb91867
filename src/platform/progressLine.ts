import { terminal as standardError } from '#platform';
import { formatCount, formatDuration } from './textTable.js';

/** Milliseconds between redraws on a terminal, and between lines elsewhere. */
const redrawEvery = 100;
const lineEvery = 10_000;

/** How far a long piece of work is, with the time that is left: a line drawn over on a terminal, lines now and then elsewhere. */
export class ProgressLine implements Disposable {
  private readonly began = performance.now();
  private drawn = this.began;
  private open = false;

  constructor(
    /** What is counted: `pictures`. */
    private readonly what: string,
    private readonly total: number,
    private readonly terminal = standardError,
  ) {}

  /** Tells how many are done; a share of one counts for the time that is left. */
  update(done: number): void {
    const { terminal, total } = this;
    const now = performance.now();
    if (done === 0 || now - this.drawn < (terminal.interactive ? redrawEvery : lineEvery)) return;
    this.drawn = now;
    const seconds = (now - this.began) / 1000;
    const left = formatDuration((seconds / done) * (total - done));
    const rate = (done / seconds).toFixed(done / seconds < 10 ? 1 : 0);
    const line = `${formatCount(Math.floor(done))} of ${formatCount(total)} ${this.what}, ${rate} a second, ${left} left`;
    if (!terminal.interactive) return terminal.write(`${line}\n`);
    terminal.write(`\r\u001b[K${line.slice(0, terminal.columns - 1)}`);
    this.open = true;
  }

  /** Clears the line. */
  [Symbol.dispose](): void {
    if (this.open) this.terminal.write('\r\u001b[K');
    this.open = false;
  }
}

import { StriateError } from '../../tensor/index.js';
import type { Logs } from '../runningMeans.js';
import type { Training } from './callback.js';

/** Whether less or more is better; 'auto' decides by the name: accuracies are to grow, everything else to shrink. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Watches one of the logged values. */
export class Monitor {
  private readonly sign: 1 | -1;
  private readonly minDelta: number;

  constructor(
    private readonly callback: string,
    readonly name: string,
    mode: MonitorMode = 'auto',
    minDelta = 0,
  ) {
    const max = mode === 'max' || (mode === 'auto' && /acc|auc/i.test(name));
    this.sign = max ? -1 : 1;
    this.minDelta = Math.abs(minDelta);
  }

  /** What everything is better than. */
  get worst(): number {
    return this.sign * Infinity;
  }

  /** Throws unless training will log the value. */
  check(training: Training): void {
    if (training.names.includes(this.name)) return;
    const advice = this.name.startsWith('val')
      ? 'give fit validation data, or monitor another value'
      : 'monitor another value';
    throw new StriateError({
      where: this.callback,
      rule: `there is no '${this.name}' to monitor`,
      advice: `there are ${training.names.join(', ')}; ${advice}`,
    });
  }

  /** The value at the end of an epoch. */
  value(logs: Logs): number {
    return logs[this.name];
  }

  /** Whether a value is better than another by more than `minDelta`. */
  better(value: number, than: number): boolean {
    return this.sign * (than - value) > this.minDelta;
  }
}

/** A number as checkpoints keep it: JSON has no infinity. */
export function finiteOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

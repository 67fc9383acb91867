import { expectOneOf } from '../../tensor/check.js';
import { StriateError } from '../../tensor/index.js';
import { spelledHere } from '../../tensor/spellings.js';
import type { Logs } from '../runningMeans.js';
import type { Training } from './callback.js';

/** Whether less or more is better; 'auto' decides by the name's words: accuracies, precision, recall, areas, overlaps and other scores are to grow, losses and whatever else to shrink. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Words of what is to grow: `auc` also within `prAuc` and `AUCPR`, `f1` in `f1Score` and `f1score`, and `top` before a number. */
const growing =
  /^(acc|accuracy|\w*auc|auc\w*|roc|precision|recall|sensitivity|specificity|f\d(score)?|fbeta|m?iou|jaccard|dice|kappa|mcc|correlation|r2|psnr|ssim|similarity|map\d*|ap\d*|ar\d*|pck\d*|oks|top\d+|topk)$/;

/** Words of what is to shrink, whatever stands beside them: `accuracyLoss`, `precisionError`, `falseNegatives`. */
const shrinking = /^(loss|error|crossentropy|false|distance)$/;

/** The words of a name in camelCase or with underscores, lower case: `valLoss`, `val_loss` → val, loss; `meanIoU` → mean, iou. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, ' ')
    .replace(/\b(io|top|f) (u|\d+|k)\b/g, '$1$2')
    .replace(/\btrue (positives|negatives)\b/, 'accuracy')
    .split(' ');
}

/** Whether a value of that name is the better the larger it is. */
function grows(name: string): boolean {
  const words = wordsOf(name);
  return !words.some((word) => shrinking.test(word)) && words.some((word) => growing.test(word));
}

/** Watches one of the logged values. */
export class Monitor {
  private readonly sign: 1 | -1;
  private readonly minDelta: number;

  /** What is logged under the name that was asked for: `val_loss` is `valLoss`. */
  private logged: string;

  constructor(
    private readonly callback: string,
    readonly name: string,
    mode: MonitorMode = 'auto',
    minDelta = 0,
  ) {
    expectOneOf(callback, 'mode', mode, ['auto', 'min', 'max']);
    this.logged = name;
    const max = mode === 'max' || (mode === 'auto' && grows(name));
    this.sign = max ? -1 : 1;
    this.minDelta = Math.abs(minDelta);
  }

  /** What everything is better than. */
  get worst(): number {
    return this.sign * Infinity;
  }

  /** Throws unless training will log the value. */
  check(training: Training): void {
    const [found] = spelledHere(this.name, training.names);
    if (found !== undefined) {
      this.logged = found;
      return;
    }
    const advice = this.name.startsWith('val')
      ? 'give fit validation data, or monitor another value'
      : 'monitor another value';
    throw new StriateError({
      where: this.callback,
      rule: `there is no '${this.name}' to monitor`,
      advice: `there are ${training.names.join(', ')}; ${advice}`,
    });
  }

  /** The value at the end of an epoch; undefined after epochs without validation. */
  value(logs: Logs): number | undefined {
    return logs[this.logged];
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

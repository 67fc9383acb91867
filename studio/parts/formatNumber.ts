/** How numbers are written on screen. */
export interface NumberFormat {
  /** Digits behind the point; 2 by default. */
  readonly digits?: number;
  /** Cut further digits off instead of rounding, as the lectures do (5/9 is 0.55). */
  readonly cut?: boolean;
  /** A plus sign before positive numbers. */
  readonly sign?: boolean;
}

/** A number as it is read: a true minus sign, few digits, and no point in whole numbers where `digits` is 0. */
export function formatNumber(value: number, { digits = 2, cut = false, sign = false }: NumberFormat = {}): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value < 0 ? '−∞' : '∞';
  const scale = 10 ** digits;
  // What only rounding made smaller than it is (0.29 · 100 is 28.999…) is not cut.
  const size = Math.abs(value);
  const shown = cut ? Math.floor(size * scale + 1e-6) / scale : Math.round(size * scale) / scale;
  const text = shown.toFixed(digits);
  if (shown === 0) return text;
  return value < 0 ? `−${text}` : sign ? `+${text}` : text;
}

/** A share of 1 in percent: `97.5 %`. */
export function formatPercent(share: number, digits: number): string {
  return `${formatNumber(100 * share, { digits })} %`;
}

/** All that a number is, for who points at it. */
export function fullNumber(value: number): string {
  return String(Number(value.toPrecision(9))).replace('-', '−');
}

/** Digits that numbers side by side need: none where all are whole. They are looked at once. */
export function digitsOf(values: Iterable<number>): number {
  const before = digitsNeeded.get(values);
  if (before !== undefined) return before;
  let digits = 0;
  for (const value of values) {
    if (Number.isInteger(value)) continue;
    digits = 2;
    break;
  }
  digitsNeeded.set(values, digits);
  return digits;
}

const digitsNeeded = new WeakMap<Iterable<number>, number>();

/** Bytes in a unit that leaves few digits: `48 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A duration in a unit that leaves few digits: `3.1 ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 100) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 10_000)
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

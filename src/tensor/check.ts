import { StriateError } from './error.js';

/** A value as an error shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? String(value);
}

/** Whether a value is a whole number in a range. */
export function isWhole(value: unknown, least = -Infinity, most = Infinity): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/**
 * A whole number from `least` (to `most`).
 *
 * @throws StriateError otherwise: «dense: units must be a whole number from 1; received 0».
 */
export function expectWhole(where: string, name: string, value: unknown, least = 1, most = Infinity): number {
  if (isWhole(value, least, most)) return value;
  const to = most === Infinity ? '' : ` to ${most}`;
  throw new StriateError({ where, rule: `${name} must be a whole number from ${least}${to}`, received: shown(value) });
}

/** The ends of an interval of numbers; those left out are open to infinity, which no number may be. */
export interface Interval {
  /** The smallest number allowed. */
  readonly least?: number;
  /** Numbers must be larger than this. */
  readonly above?: number;
  /** The largest number allowed. */
  readonly most?: number;
  /** Numbers must be smaller than this. */
  readonly below?: number;
}

/**
 * A finite number in an interval.
 *
 * @throws StriateError otherwise: «dropout: rate must be a number from 0 and below 1; received 1».
 */
export function expectNumber(where: string, name: string, value: unknown, interval: Interval = {}): number {
  const { least, above, most, below } = interval;
  const inside =
    Number.isFinite(value) &&
    !((value as number) < (least ?? -Infinity)) &&
    !((value as number) > (most ?? Infinity)) &&
    (above === undefined || (value as number) > above) &&
    (below === undefined || (value as number) < below);
  if (inside) return value as number;
  const ends = [
    least !== undefined && `from ${least}`,
    above !== undefined && `above ${above}`,
    most !== undefined && `up to ${most}`,
    below !== undefined && `below ${below}`,
  ];
  const range = ends.filter((end) => end !== false).join(' and ');
  throw new StriateError({ where, rule: `${name} must be a number${range && ` ${range}`}`, received: shown(value) });
}

/**
 * One of a list of texts.
 *
 * @throws StriateError that lists them.
 */
export function expectOneOf<T extends string>(where: string, name: string, value: unknown, allowed: readonly T[]): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T;
  const list = allowed.map((one) => `'${one}'`).join(', ');
  throw new StriateError({ where, rule: `${name} must be one of ${list}`, received: shown(value) });
}

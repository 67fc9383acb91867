import { StriateError } from './error.js';

/** A value as an error shows it: `2.5`, `'same'`, `[3, 0]`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  // JSON has no word for NaN, infinity, undefined, big integers and functions.
  return (typeof value === 'object' && JSON.stringify(value)) || String(value);
}

/** Whether a value, of a JSON file for example, has entries by name: no list, and not nothing. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a whole number in a range. */
export function isWhole(value: unknown, least = -Infinity, most = Infinity): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Whether a value is a list of whole numbers, each from `least` or one of the `others`. */
export function isWholes(value: unknown, least = 1, ...others: readonly number[]): boolean {
  return Array.isArray(value) && value.every((n) => isWhole(n, least) || others.includes(n as number));
}

/** The words for a range of whole numbers: `from 1 to 64`. */
function wholeRange(least: number, most = Infinity): string {
  return `${least === -Infinity ? '' : ` from ${least}`}${most === Infinity ? '' : ` to ${most}`}`;
}

/**
 * A whole number from `least` (to `most`).
 *
 * @throws StriateError otherwise: «dense: units must be a whole number from 1; received 0».
 */
export function expectWhole(where: string, name: string, value: unknown, least = 1, most = Infinity): number {
  if (isWhole(value, least, most)) return value as number;
  throw new StriateError({
    where,
    rule: `${name} must be a whole number${wholeRange(least, most)}`,
    received: shown(value),
  });
}

/**
 * A list of whole numbers from `least`.
 *
 * @throws StriateError otherwise: «conv2d: strides must be whole numbers from 1; received [0, 1]».
 */
export function expectWholes(where: string, name: string, value: unknown, least = 1): readonly number[] {
  if (isWholes(value, least)) return value as readonly number[];
  throw new StriateError({ where, rule: `${name} must be whole numbers${wholeRange(least)}`, received: shown(value) });
}

/**
 * The seed of a layer's or a callback's own random numbers, which may be left out.
 *
 * @throws StriateError when it is there and not a whole number.
 */
export function expectSeed(where: string, seed: number | undefined): number | undefined {
  return seed === undefined ? undefined : expectWhole(where, 'seed', seed, -Infinity);
}

/** The ends of an interval of numbers; an end that is left out sets no limit, but infinity is never allowed. */
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

/** The words for an interval: `a number from 0 and below 1`. */
function intervalText({ least, above, most, below }: Interval): string {
  const lower = least !== undefined ? `from ${least}` : above !== undefined && `above ${above}`;
  if (least !== undefined && most !== undefined) return `a number from ${least} to ${most}`;
  const upper = most !== undefined ? `up to ${most}` : below !== undefined && `below ${below}`;
  if (!lower && !upper) return 'a finite number';
  return `a number ${[lower, upper].filter(Boolean).join(' and ')}`;
}

/**
 * A finite number in an interval.
 *
 * @throws StriateError otherwise: «dropout: rate must be a number from 0 and below 1; received 1».
 */
export function expectNumber(where: string, name: string, value: unknown, interval: Interval = {}): number {
  const { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity } = interval;
  const number = value as number;
  const inside = Number.isFinite(value) && number >= least && number > above && number <= most && number < below;
  if (inside) return number;
  throw new StriateError({ where, rule: `${name} must be ${intervalText(interval)}`, received: shown(value) });
}

/**
 * Finite numbers in an interval, by their names.
 *
 * @throws StriateError that names the first that is not.
 */
export function expectNumbers(where: string, values: Readonly<Record<string, unknown>>, interval: Interval = {}): void {
  for (const [name, value] of Object.entries(values)) expectNumber(where, name, value, interval);
}

/**
 * One of a list of words.
 *
 * @throws StriateError that lists them: «reduce: operation must be one of mean, sum, max; received 'min'».
 */
export function expectOneOf<T extends string>(where: string, name: string, value: unknown, allowed: readonly T[]): T {
  if ((allowed as readonly unknown[]).includes(value)) return value as T;
  const list = allowed.length > 2 ? `one of ${allowed.join(', ')}` : allowed.join(' or ');
  throw new StriateError({ where, rule: `${name} must be ${list}`, received: shown(value) });
}

/** The position of the first NaN or infinity, or −1. */
export function findNotFinite(data: Float32Array | Int32Array | Uint8Array): number {
  if (!(data instanceof Float32Array)) return -1;
  // x − x is 0 for numbers and NaN for the rest: one sum finds whether to look closer.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] - data[i];
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}

import type { Margins, Padding, Pair } from '../ops/window.js';
import { StriateError } from '../tensor/index.js';
import type { Layer } from './layer.js';

/** One number for both axes, or [height, width]. */
export type PairOption = number | Pair;

/** Zeros around a picture: on all sides, [rows, columns], [[top, bottom], [left, right]] or [top, bottom, left, right]. */
export type MarginsOption = number | Pair | readonly [Pair, Pair] | Margins;

/** `'valid'` (none), `'same'` (output is input / stride, rounded up) or explicit margins. */
export type PaddingOption = 'valid' | 'same' | MarginsOption;

/** What error messages call a layer: `conv2d 'conv2d_1'`. */
export function labelOf(layer: Layer): string {
  const words = layer.className.replace('2D', '2d').replace('ReLU', 'Relu');
  const kind = words.replace(/^[A-Z]+/, (capitals) => capitals.toLowerCase());
  return layer.name ? `${kind} '${layer.name}'` : kind;
}

/** The options that every layer has, for its configuration; those at their defaults are left out. */
export function commonConfig(layer: Layer): Record<string, unknown> {
  return {
    ...(layer.name && { name: layer.name }),
    ...(!layer.trainable && { trainable: false }),
    ...(layer.inputShape && { inputShape: [...layer.inputShape] }),
  };
}

/** A value as an error message shows it. */
function show(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
}

/** Whether a value is a list of whole numbers, each from 1 or one of the `others`. */
export function isWholeList(value: unknown, ...others: readonly number[]): boolean {
  return Array.isArray(value) && value.every((n) => (Number.isInteger(n) && n >= 1) || others.includes(n as number));
}

/** Throws unless the option is a finite number, no smaller than `min` and smaller than `below` where they are given. */
export function numberIn(label: string, option: string, value: number, min = -Infinity, below = Infinity): number {
  if (!Number.isFinite(value) || value < min || value >= below) {
    const range = [min > -Infinity ? `at least ${min}` : '', below < Infinity ? `below ${below}` : ''];
    const rule = range.filter(Boolean).join(' and ') || 'finite';
    throw new StriateError({ where: label, rule: `${option} must be a number, ${rule}`, received: show(value) });
  }
  return value;
}

/** Throws unless the option is a number from 0 to 1, both of which are allowed. */
export function shareOption(label: string, option: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new StriateError({ where: label, rule: `${option} must be a number from 0 to 1`, received: show(value) });
}

/** Throws unless the option is a finite number above 0. */
export function positiveOption(label: string, option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new StriateError({ where: label, rule: `${option} must be a number above 0`, received: show(value) });
}

/** Throws unless a seed is a whole number or left out. */
export function seedOption(label: string, value: number | undefined): number | undefined {
  if (value === undefined || Number.isInteger(value)) return value;
  throw new StriateError({ where: label, rule: 'seed must be a whole number', received: show(value) });
}

/** Throws unless the option is a whole number from `min`. */
export function countOption(label: string, option: string, value: number, min = 0): number {
  if (Number.isInteger(value) && value >= min) return value;
  throw new StriateError({ where: label, rule: `${option} must be a whole number from ${min}`, received: show(value) });
}

/** [height, width] of an option; both whole numbers from 1. */
export function pairOption(label: string, option: string, value: PairOption): Pair {
  const pair: readonly number[] = typeof value === 'number' ? [value, value] : value;
  if (!isWholeList(pair) || pair.length !== 2) {
    throw new StriateError({
      where: label,
      rule: `${option} must be a whole number from 1 or two of them [height, width]`,
      received: show(value),
    });
  }
  return [pair[0], pair[1]];
}

/** [top, bottom, left, right] of any of the ways to write them. */
export function marginsOption(label: string, option: string, value: MarginsOption): Margins {
  const flat = [value].flat(2) as readonly number[];
  const [a, b, c, d] = flat;
  const margins: Record<number, Margins | undefined> = { 1: [a, a, a, a], 2: [a, a, b, b], 4: [a, b, c, d] };
  const found = margins[flat.length];
  if (!found || found.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new StriateError({
      where: label,
      rule: `${option} must be a whole number from 0, [rows, columns], [[top, bottom], [left, right]] or [top, bottom, left, right]`,
      received: show(value),
    });
  }
  return found;
}

/** A convolution's or pooling's padding. */
export function paddingOption(label: string, value: PaddingOption): Padding {
  if (value === 'valid' || value === 'same') return value;
  if (typeof value === 'string') {
    throw new StriateError({ where: label, rule: "padding must be 'valid', 'same' or margins", received: show(value) });
  }
  return marginsOption(label, 'padding', value);
}

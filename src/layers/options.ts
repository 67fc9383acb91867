import type { Margins, Padding, Pair } from '../ops/window.js';
import { optionsFrom, type AcceptedOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectWhole, isWholes, shown } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import type { Layer } from './layer.js';

/** One number for both axes, or [height, width]. */
export type PairOption = number | Pair;

/** Zeros around a picture: on all sides, [rows, columns], [[top, bottom], [left, right]] or [top, bottom, left, right]. */
export type MarginsOption = number | Pair | readonly [Pair, Pair] | Margins;

/** `'valid'` (none), `'same'` (output is input / stride, rounded up) or explicit margins. */
export type PaddingOption = 'valid' | 'same' | MarginsOption;

/** Options of layers that slide a kernel over a picture. */
export interface WindowOptions {
  /** Side of the kernel, or [height, width]. */
  readonly kernelSize: PairOption;
  /** How far the kernel moves at each step; 1 by default. */
  readonly strides?: PairOption;
  /** `'valid'` by default. */
  readonly padding?: PaddingOption;
  /** Distance between the kernel's elements; 1 by default. */
  readonly dilationRate?: PairOption;
}

/** The kinds of a window's options. */
export const windowOptionKinds = {
  kernelSize: 'number or list',
  strides: 'number or list',
  padding: 'number or string or list',
  dilationRate: 'number or list',
} as const satisfies OptionKinds<WindowOptions>;

/** Whether a value is one of a functional model's. */
function isSymbolic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'shape' in value && 'source' in value;
}

/**
 * A layer's options from a factory's arguments.
 *
 * @throws StriateError where a value of a functional model is among them, as in Keras's `add([x, y])`.
 */
export function layerOptions<Options extends object>(
  accepted: AcceptedOptions<Options>,
  given: readonly unknown[],
): Options {
  if (given.flat().some(isSymbolic)) {
    const { where } = accepted;
    throw new StriateError({ where, rule: 'takes options', advice: `write layers.${where}(…).apply(x) for its value` });
  }
  return optionsFrom(accepted, given);
}

/** What error messages call a layer: `conv2d 'conv2d_1'`. */
export function labelOf(layer: Layer): string {
  const type = layer.constructor as typeof Layer;
  // Known before the layer's own fields are, in the constructor of what it extends.
  const known = Object.hasOwn(type, 'acceptedOptions') ? type.acceptedOptions?.where : undefined;
  const kind = known ?? layer.className.replace(/^[A-Z]+/, (capitals) => capitals.toLowerCase());
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

/** [height, width] of an option; both whole numbers from 1. */
export function pairOption(label: string, option: string, value: PairOption): Pair {
  const pair: readonly number[] = typeof value === 'number' ? [value, value] : value;
  if (!isWholes(pair) || pair.length !== 2) {
    throw new StriateError({
      where: label,
      rule: `${option} must be a whole number from 1 or two of them [height, width]`,
      received: shown(value),
    });
  }
  return [pair[0], pair[1]];
}

/** Into how many independent parts channels are cut: a whole number from 1, of which the filters are a multiple. */
export function groupsOption(label: string, value: number | undefined, filters: number): number {
  const groups = expectWhole(label, 'groups', value ?? 1);
  if (filters % groups === 0) return groups;
  throw new StriateError({
    where: label,
    rule: 'filters must be a multiple of groups',
    received: `${filters} and ${groups}`,
  });
}

/** [top, bottom, left, right] of any of the ways to write them. */
export function marginsOption(label: string, option: string, value: MarginsOption): Margins {
  const flat = [value].flat(2) as readonly number[];
  const [a, b, c, d] = flat;
  const margins: Record<number, Margins | undefined> = { 1: [a, a, a, a], 2: [a, a, b, b], 4: [a, b, c, d] };
  const found = margins[flat.length];
  if (!found || !isWholes(found, 0)) {
    throw new StriateError({
      where: label,
      rule: `${option} must be a whole number from 0, [rows, columns], [[top, bottom], [left, right]] or [top, bottom, left, right]`,
      received: shown(value),
    });
  }
  return found;
}

/** A convolution's or pooling's padding. */
export function paddingOption(label: string, value: PaddingOption): Padding {
  if (value === 'valid' || value === 'same') return value;
  if (typeof value === 'string') {
    throw new StriateError({
      where: label,
      rule: "padding must be 'valid', 'same' or margins",
      received: shown(value),
    });
  }
  return marginsOption(label, 'padding', value);
}

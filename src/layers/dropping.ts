import { StriateError } from '../tensor/index.js';
import type { LayerOptions } from './layer.js';
import { numberIn } from './options.js';

/** Options of layers that set something to 0 at random in training. */
export interface DroppingOptions extends LayerOptions {
  /** The share that becomes 0 in training, from 0 to below 1. */
  readonly rate: number;
  /** A seed of its own; by default it comes from the model's seed and the layer's name. */
  readonly seed?: number;
}

/** Checked options of a layer that `label` names. */
export function droppingSettings(
  label: string,
  { rate, seed }: DroppingOptions,
): { readonly rate: number; readonly seed: number | undefined } {
  if (seed !== undefined && !Number.isInteger(seed)) {
    throw new StriateError({ where: label, rule: 'seed must be a whole number', received: seed });
  }
  return { rate: numberIn(label, 'rate', rate, 0, 1), seed };
}

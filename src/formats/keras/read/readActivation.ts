import { layers, type ActivationName, type Layer } from '../../../layers/index.js';
import type { KerasActivation } from './layerOptions.js';

/** Keras 2's hard sigmoid, 0.2 · x + 0.5 between 0 and 1. */
export function steepHardSigmoid(name: string): readonly Layer[] {
  return [layers.rescaling({ name, scale: 0.2, offset: 0.5 }), layers.relu({ name: `${name}_limit`, maxValue: 1 })];
}

/** An activation inside a layer, or as layers of its own behind it where it is none of Striate's. */
export function withActivation(
  activation: KerasActivation,
  name: string,
  make: (activation: ActivationName) => Layer,
): readonly Layer[] {
  if (activation !== 'steepHardSigmoid') return [make(activation)];
  return [make('linear'), ...steepHardSigmoid(`${name}_activation`)];
}

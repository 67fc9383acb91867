import { layers, type ActivationName, type Layer } from '../../layers/index.js';
import type { KerasActivation, LayerOptionsReader } from './layerOptions.js';
import type { ReadRule } from './readRule.js';

/** Keras 2's hard sigmoid, 0.2 · x + 0.5 between 0 and 1. */
function steepHardSigmoid(name: string): readonly Layer[] {
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

/** Layers that apply a function to each number. */
export const readActivations: Readonly<Record<string, ReadRule>> = {
  Activation: {
    read(options, name) {
      const activation = options.activation();
      return activation === 'steepHardSigmoid' ? steepHardSigmoid(name) : [layers.activation({ name, activation })];
    },
  },
  ReLU: {
    read(options, name) {
      options.expectOnly('threshold', [0], 'only a threshold of 0 is known here');
      return [
        layers.relu({
          name,
          ...(options.has('max_value') && { maxValue: options.number('max_value', 0) }),
          negativeSlope: options.number('negative_slope', 0),
        }),
      ];
    },
  },
  LeakyReLU: {
    read: (options, name) => [layers.leakyRelu({ name, negativeSlope: slopeOf(options) })],
  },
  Softmax: {
    read: (options, name) => [layers.softmax({ name, axis: options.numbers('axis')?.[0] ?? -1 })],
  },
};

/** The slope, which Keras 2 calls alpha. */
function slopeOf(options: LayerOptionsReader): number {
  return options.number(options.has('negative_slope') ? 'negative_slope' : 'alpha', 0.3);
}

import { defineOperator } from '../graph/index.js';
import { expectNumber, expectNumbers } from '../tensor/check.js';
import { decayWeights, optimizerFlops, optimizerType, type WeightDecayAttributes } from './optimizerRules.js';

/** RMSprop's memory. */
export interface RmspropAttributes extends WeightDecayAttributes {
  /** Decay of the squared gradient's running mean. */
  readonly rho: number;
  /** Added to the squared gradient's mean, under the root. */
  readonly epsilon: number;
}

/**
 * One step of RMSprop, in place (Hinton's lecture 6e; Keras 3's RMSprop):
 * meanSquare = rho · meanSquare + (1 − rho) · gradient², variable −= learningRate · gradient / √(meanSquare + epsilon).
 * variable, gradient, meanSquare: any shape, learningRate: [] → [0].
 */
export const rmsprop = defineOperator<RmspropAttributes>({
  name: 'rmsprop',
  mutates: [0, 2],
  infer(inputs, { rho, epsilon, weightDecay }, name) {
    expectNumber(name, 'rho', rho, { least: 0, below: 1 });
    expectNumbers(name, { epsilon, weightDecay }, { least: 0 });
    return optimizerType(
      inputs,
      [
        ['the gradient', 'slot'],
        ['the mean square', 'slot'],
        ['the learning rate', 'scalar'],
      ],
      name,
    );
  },
  flops: ([variable], attributes) => optimizerFlops(variable, 9, attributes),
  reference([variable, gradient, meanSquare, learningRate], { rho, epsilon, weightDecay }) {
    const [rate] = learningRate.data;
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      meanSquare.data[i] = rho * meanSquare.data[i] + (1 - rho) * g * g;
      variable.data[i] -= (rate * g) / Math.sqrt(meanSquare.data[i] + epsilon);
    });
  },
});

/** RMSprop's memory, and how much of the last step the next one keeps. */
export interface RmspropMomentumAttributes extends RmspropAttributes {
  /** 0 ≤ momentum < 1. */
  readonly momentum: number;
}

/**
 * One step of RMSprop with momentum, in place (Keras 3's RMSprop): meanSquare as in rmsprop, then
 * velocity = momentum · velocity + learningRate · gradient / √(meanSquare + epsilon), variable −= velocity.
 * variable, gradient, meanSquare, velocity: any shape, learningRate: [] → [0].
 */
export const rmspropMomentum = defineOperator<RmspropMomentumAttributes>({
  name: 'rmspropMomentum',
  mutates: [0, 2, 3],
  infer(inputs, { rho, epsilon, momentum, weightDecay }, name) {
    expectNumbers(name, { rho, momentum }, { least: 0, below: 1 });
    expectNumbers(name, { epsilon, weightDecay }, { least: 0 });
    return optimizerType(
      inputs,
      [
        ['the gradient', 'slot'],
        ['the mean square', 'slot'],
        ['the velocity', 'slot'],
        ['the learning rate', 'scalar'],
      ],
      name,
    );
  },
  flops: ([variable], attributes) => optimizerFlops(variable, 11, attributes),
  reference([variable, gradient, meanSquare, velocity, learningRate], attributes) {
    const { rho, epsilon, momentum, weightDecay } = attributes;
    const [rate] = learningRate.data;
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      meanSquare.data[i] = rho * meanSquare.data[i] + (1 - rho) * g * g;
      velocity.data[i] = momentum * velocity.data[i] + (rate * g) / Math.sqrt(meanSquare.data[i] + epsilon);
      variable.data[i] -= velocity.data[i];
    });
  },
});

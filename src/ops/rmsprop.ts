import { defineOperator } from '../graph/index.js';
import { expectNumber, expectNumbers } from '../tensor/check.js';
import { decayWeights, optimizerFlops, optimizerType, type WeightDecayAttributes } from './optimizerRules.js';

/** RMSprop's memory. */
export interface RmspropAttributes extends WeightDecayAttributes {
  /** Decay of the squared gradient's running mean. */
  readonly rho: number;
  /** Added to the squared gradient's mean, under the root. */
  readonly epsilon: number;
  /** Whether epsilon is added to the root in place of what is under it, as in PyTorch; false by default. */
  readonly epsilonOutside?: boolean;
}

/** What the gradient is divided by. */
function rootOf(meanSquare: number, { epsilon, epsilonOutside = false }: RmspropAttributes): number {
  return epsilonOutside ? Math.sqrt(meanSquare) + epsilon : Math.sqrt(meanSquare + epsilon);
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
  reference([variable, gradient, meanSquare, learningRate], attributes) {
    const { rho, weightDecay } = attributes;
    const [rate] = learningRate.data;
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      meanSquare.data[i] = rho * meanSquare.data[i] + (1 - rho) * g * g;
      variable.data[i] -= (rate * g) / rootOf(meanSquare.data[i], attributes);
    });
  },
});

/** RMSprop's memory, and how much of the last step the next one keeps. */
export interface RmspropMomentumAttributes extends RmspropAttributes {
  /** 0 ≤ momentum < 1. */
  readonly momentum: number;
  /** Whether velocities are of scaled gradients and the learning rate comes after them, as in PyTorch; false by default. */
  readonly rateOutside?: boolean;
}

/**
 * One step of RMSprop with momentum, in place (Keras 3's RMSprop): meanSquare as in rmsprop, then
 * velocity = momentum · velocity + learningRate · gradient / √(meanSquare + epsilon), variable −= velocity. With `rateOutside`
 * (PyTorch's RMSprop) velocity has no learning rate in it, and variable −= learningRate · velocity.
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
    const { rho, momentum, rateOutside = false, weightDecay } = attributes;
    const [rate] = learningRate.data;
    const [inside, outside] = rateOutside ? [1, rate] : [rate, 1];
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      meanSquare.data[i] = rho * meanSquare.data[i] + (1 - rho) * g * g;
      velocity.data[i] = momentum * velocity.data[i] + (inside * g) / rootOf(meanSquare.data[i], attributes);
      variable.data[i] -= outside * velocity.data[i];
    });
  },
});

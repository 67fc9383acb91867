import { defineOperator } from '../graph/index.js';
import { expectNumber } from '../tensor/check.js';
import { decayWeights, optimizerFlops, optimizerType, type WeightDecayAttributes } from './optimizerRules.js';

/**
 * Plain stochastic gradient descent, in place: variable −= learningRate · gradient (Keras 3's SGD without momentum).
 * variable, gradient: any shape, learningRate: [] → [0].
 */
export const sgd = defineOperator<WeightDecayAttributes>({
  name: 'sgd',
  mutates: [0],
  infer(inputs, { weightDecay }, name) {
    expectNumber(name, 'weightDecay', weightDecay, { least: 0 });
    return optimizerType(
      inputs,
      [
        ['the gradient', 'slot'],
        ['the learning rate', 'scalar'],
      ],
      name,
    );
  },
  flops: ([variable], attributes) => optimizerFlops(variable, 2, attributes),
  reference([variable, gradient, learningRate], { weightDecay }) {
    const [rate] = learningRate.data;
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => (variable.data[i] -= rate * g));
  },
});

/** How much of the past a step keeps. */
export interface SgdMomentumAttributes extends WeightDecayAttributes {
  /** 0 ≤ momentum < 1. */
  readonly momentum: number;
  /** Whether to look ahead (Nesterov). */
  readonly nesterov: boolean;
  /** Whether velocities are of gradients and the learning rate comes after them, as in PyTorch; by default they are of steps. */
  readonly rateOutside?: boolean;
}

/**
 * Stochastic gradient descent with momentum, in place (Keras 3's SGD):
 * velocity = momentum · velocity − learningRate · gradient, then variable += velocity, or with `nesterov`
 * variable += momentum · velocity − learningRate · gradient. With `rateOutside` (PyTorch's SGD, with the sign turned):
 * velocity = momentum · velocity − gradient, variable += learningRate · velocity, or with `nesterov`
 * variable += learningRate · (momentum · velocity − gradient). Both are the same as long as the learning rate is.
 * variable, gradient, velocity: any shape, learningRate: [] → [0].
 */
export const sgdMomentum = defineOperator<SgdMomentumAttributes>({
  name: 'sgdMomentum',
  mutates: [0, 2],
  infer(inputs, { momentum, weightDecay }, name) {
    expectNumber(name, 'momentum', momentum, { least: 0, below: 1 });
    expectNumber(name, 'weightDecay', weightDecay, { least: 0 });
    return optimizerType(
      inputs,
      [
        ['the gradient', 'slot'],
        ['the velocity', 'slot'],
        ['the learning rate', 'scalar'],
      ],
      name,
    );
  },
  flops: ([variable], attributes) => optimizerFlops(variable, attributes.nesterov ? 6 : 4, attributes),
  reference([variable, gradient, velocity, learningRate], attributes) {
    const { momentum, nesterov, rateOutside = false, weightDecay } = attributes;
    const [rate] = learningRate.data;
    const [inside, outside] = rateOutside ? [1, rate] : [rate, 1];
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      velocity.data[i] = momentum * velocity.data[i] - inside * g;
      variable.data[i] += outside * (nesterov ? momentum * velocity.data[i] - inside * g : velocity.data[i]);
    });
  },
});

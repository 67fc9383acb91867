import { defineOperator } from '../graph/index.js';
import {
  decayWeights,
  expectInterval,
  optimizerFlops,
  optimizerType,
  type WeightDecayAttributes,
} from './optimizerRules.js';

/**
 * Plain stochastic gradient descent, in place: variable −= learningRate · gradient (Keras 3's SGD without momentum).
 * variable, gradient: any shape, learningRate: [] → [0].
 */
export const sgd = defineOperator<WeightDecayAttributes>({
  name: 'sgd',
  mutates: [0],
  infer(inputs, { weightDecay }, name) {
    expectInterval([['weightDecay', weightDecay, 0, Infinity]], name);
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

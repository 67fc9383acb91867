import { defineOperator } from '../graph/index.js';
import { expectNumbers } from '../tensor/check.js';
import { decayWeights, optimizerFlops, optimizerType, type WeightDecayAttributes } from './optimizerRules.js';

/** Adam's decay rates. */
export interface AdamAttributes extends WeightDecayAttributes {
  /** Decay of the gradient's running mean. */
  readonly beta1: number;
  /** Decay of the squared gradient's running mean. */
  readonly beta2: number;
  /** Added to the root of the squared gradient's mean, after it is taken. */
  readonly epsilon: number;
  /** Whether epsilon is added to the root with its bias mended, as in PyTorch and the paper; by default before, as in Keras. */
  readonly epsilonAfterCorrection?: boolean;
}

/**
 * One step of Adam, in place (Kingma & Ba 2015, in the form of Keras 3; with weight decay, AdamW):
 *
 *     alpha = learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ)          t = step, counted from 1
 *     m += (gradient − m) · (1 − beta1);   v += (gradient² − v) · (1 − beta2)
 *     variable −= alpha · m / (√v + epsilon)
 *
 * With `epsilonAfterCorrection`, epsilon · √(1 − beta2ᵗ) stands in epsilon's place: the same as m̂ / (√v̂ + epsilon).
 *
 * variable, gradient, m, v: any shape, learningRate: [], step: int32 [] → [0].
 */
export const adam = defineOperator<AdamAttributes>({
  name: 'adam',
  mutates: [0, 2, 3],
  infer(inputs, { beta1, beta2, epsilon, weightDecay }, name) {
    expectNumbers(name, { beta1, beta2 }, { least: 0, below: 1 });
    expectNumbers(name, { epsilon, weightDecay }, { least: 0 });
    return optimizerType(
      inputs,
      [
        ['the gradient', 'slot'],
        ['m', 'slot'],
        ['v', 'slot'],
        ['the learning rate', 'scalar'],
        ['the step', 'step'],
      ],
      name,
    );
  },
  flops: ([variable], attributes) => optimizerFlops(variable, 12, attributes),
  reference([variable, gradient, m, v, learningRate, step], attributes) {
    const { beta1, beta2, epsilon, epsilonAfterCorrection = false, weightDecay } = attributes;
    const [rate] = learningRate.data;
    const [t] = step.data;
    const correction = Math.sqrt(1 - beta2 ** t);
    const alpha = (rate * correction) / (1 - beta1 ** t);
    const added = epsilonAfterCorrection ? epsilon * correction : epsilon;
    decayWeights(variable.data, rate, weightDecay);
    gradient.data.forEach((g, i) => {
      m.data[i] += (g - m.data[i]) * (1 - beta1);
      v.data[i] += (g * g - v.data[i]) * (1 - beta2);
      variable.data[i] -= (alpha * m.data[i]) / (Math.sqrt(v.data[i]) + added);
    });
  },
});

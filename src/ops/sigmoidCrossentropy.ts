import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { expectFloats, sameTypes } from './rules.js';

/**
 * Cross-entropy of sigmoid(logits) with targets in [0, 1], element by element, in the form that cannot overflow:
 * max(x, 0) − x·t + log(1 + exp(−|x|)) (Keras's BinaryCrossentropy from logits, PyTorch's BCEWithLogitsLoss).
 * logits, targets: any shape → the same. Targets are taken as given: nothing flows back to them.
 */
export const sigmoidCrossentropy = defineOperator<object>({
  name: 'sigmoidCrossentropy',
  infer(inputs, attributes, name) {
    expectFloats(inputs, name);
    return sameTypes(inputs, attributes, name);
  },
  flops: ([logits]) => 7 * sizeOf(logits.shape),
  gradient: ({ inputs: [logits, targets], gradient, wanted }) => [
    wanted[0] ? sigmoidCrossentropyGradient(gradient, logits, targets) : undefined,
    undefined,
  ],
  reference([logits, targets], _, loss) {
    logits.data.forEach((x, i) => {
      loss.data[i] = Math.max(x, 0) - x * targets.data[i] + Math.log1p(Math.exp(-Math.abs(x)));
    });
  },
});

/** The gradient of sigmoidCrossentropy by its logits: dy · (sigmoid(x) − t). All of one shape. */
export const sigmoidCrossentropyGradient = defineOperator<object>({
  name: 'sigmoidCrossentropyGradient',
  infer(inputs, attributes, name) {
    expectFloats(inputs, name);
    return sameTypes(inputs, attributes, name);
  },
  flops: ([, logits]) => 5 * sizeOf(logits.shape),
  reference([dy, logits, targets], _, dx) {
    logits.data.forEach((x, i) => (dx.data[i] = dy.data[i] * (1 / (1 + Math.exp(-x)) - targets.data[i])));
  },
});

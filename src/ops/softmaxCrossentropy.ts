import { defineOperator } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { expectFloats, expectShape } from './rules.js';

/**
 * Cross-entropy of softmax(logits) with a target distribution over the last axis, in one stable step:
 * Σ targets · (log Σ exp(logits) − logits) (Keras's CategoricalCrossentropy from logits, PyTorch's CrossEntropyLoss with
 * class probabilities). logits, targets: [..., C] → [...]. Targets are taken as given: nothing flows back to them.
 */
export const softmaxCrossentropy = defineOperator<object>({
  name: 'softmaxCrossentropy',
  infer([logits, targets], _, name) {
    if (logits.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: 'logits must have at least 1 axis',
        received: formatShape(logits.shape),
      });
    }
    expectFloats([logits, targets], name);
    expectShape(targets, logits.shape, 'targets', name);
    return { shape: logits.shape.slice(0, -1), dtype: 'float32' };
  },
  flops: ([logits]) => 6 * sizeOf(logits.shape),
  gradient: ({ inputs: [logits, targets], gradient, wanted }) => [
    wanted[0] ? softmaxCrossentropyGradient(gradient, logits, targets) : undefined,
    undefined,
  ],
  reference([logits, targets], _, loss) {
    const classes = logits.shape[logits.shape.length - 1];
    for (let row = 0; row < loss.data.length; row++) {
      const total = logSumExp(logits.data, row * classes, classes);
      for (let i = row * classes; i < (row + 1) * classes; i++) {
        loss.data[row] += targets.data[i] * (total - logits.data[i]);
      }
    }
  },
});

/**
 * The gradient of softmaxCrossentropy by its logits: dloss · (softmax(logits) · Σ targets − targets), the sum over the row;
 * it is 1 for a distribution, but need not be. dloss: [...], logits, targets: [..., C] → [..., C].
 */
export const softmaxCrossentropyGradient = defineOperator<object>({
  name: 'softmaxCrossentropyGradient',
  infer([dloss, logits, targets], _, name) {
    expectFloats([dloss, logits, targets], name);
    expectShape(targets, logits.shape, 'targets', name);
    expectShape(dloss, logits.shape.slice(0, -1), 'the gradient', name);
    return logits;
  },
  flops: ([, logits]) => 7 * sizeOf(logits.shape),
  reference([dloss, logits, targets], _, dlogits) {
    const classes = logits.shape[logits.shape.length - 1];
    for (let row = 0; row < dloss.data.length; row++) {
      const start = row * classes;
      const total = logSumExp(logits.data, start, classes);
      const weight = targets.data.subarray(start, start + classes).reduce((a, b) => a + b, 0);
      for (let i = start; i < start + classes; i++) {
        dlogits.data[i] = dloss.data[row] * (Math.exp(logits.data[i] - total) * weight - targets.data[i]);
      }
    }
  },
});

/** log Σ exp of `count` numbers from `start`, without overflow: the largest is taken out first. */
export function logSumExp(data: Float64Array, start: number, count: number): number {
  const row = data.subarray(start, start + count);
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

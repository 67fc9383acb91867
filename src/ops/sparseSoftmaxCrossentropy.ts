import { defineOperator, type Type } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { logSumExp } from './softmaxCrossentropy.js';
import { expectDtype, expectShape } from './rules.js';

/**
 * Cross-entropy of softmax(logits) with the true class's number, in one stable step: log Σ exp(logits) − logits[label]
 * (Keras's SparseCategoricalCrossentropy from logits, PyTorch's CrossEntropyLoss).
 * logits: [..., C], labels: int32 [...] → [...]. A label outside 0 … C − 1 gives NaN, so that training stops at it.
 */
export const sparseSoftmaxCrossentropy = defineOperator<object>({
  name: 'sparseSoftmaxCrossentropy',
  infer([logits, labels], _, name) {
    expectLabels(logits, labels, name);
    return { shape: labels.shape, dtype: 'float32' };
  },
  flops: ([logits]) => 4 * sizeOf(logits.shape),
  gradient: ({ inputs: [logits, labels], gradient }) => [
    sparseSoftmaxCrossentropyGradient(gradient, logits, labels),
    undefined,
  ],
  reference([logits, labels], _, loss) {
    const classes = logits.shape[logits.shape.length - 1];
    labels.data.forEach((label, row) => {
      const ownLogit = isClass(label, classes) ? logits.data[row * classes + label] : NaN;
      loss.data[row] = logSumExp(logits.data, row * classes, classes) - ownLogit;
    });
  },
});

/**
 * The gradient of sparseSoftmaxCrossentropy by its logits: dloss · (softmax(logits) − onehot(label)); NaN for a label
 * outside 0 … C − 1. dloss: [...], logits: [..., C], labels: int32 [...] → [..., C].
 */
export const sparseSoftmaxCrossentropyGradient = defineOperator<object>({
  name: 'sparseSoftmaxCrossentropyGradient',
  infer([dloss, logits, labels], _, name) {
    expectLabels(logits, labels, name);
    expectDtype(dloss, 'float32', 'the gradient', name);
    expectShape(dloss, labels.shape, 'the gradient', name);
    return logits;
  },
  flops: ([, logits]) => 5 * sizeOf(logits.shape),
  reference([dloss, logits, labels], _, dlogits) {
    const classes = logits.shape[logits.shape.length - 1];
    labels.data.forEach((label, row) => {
      const total = isClass(label, classes) ? logSumExp(logits.data, row * classes, classes) : NaN;
      for (let c = 0; c < classes; c++) {
        const probability = Math.exp(logits.data[row * classes + c] - total);
        dlogits.data[row * classes + c] = dloss.data[row] * (probability - (c === label ? 1 : 0));
      }
    });
  },
});

function expectLabels(logits: Type, labels: Type, name: string): void {
  if (logits.shape.length === 0) {
    throw new StriateError({
      where: name,
      rule: 'logits must have at least 1 axis',
      received: formatShape(logits.shape),
    });
  }
  expectDtype(logits, 'float32', 'logits', name);
  if (labels.dtype !== 'int32') {
    throw new StriateError({
      where: name,
      rule: 'labels must be int32 class numbers',
      received: `${labels.dtype} ${formatShape(labels.shape)}`,
      advice: 'use softmaxCrossentropy for one-hot targets',
    });
  }
  expectShape(labels, logits.shape.slice(0, -1), 'labels', name);
}

function isClass(label: number, classes: number): boolean {
  return label >= 0 && label < classes;
}

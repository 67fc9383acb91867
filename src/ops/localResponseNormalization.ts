import { defineOperator, type Type } from '../graph/index.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { inferUnary, inferUnaryGradient } from './elementwise.js';

/** How strongly channels damp each other. */
export interface LocalResponseNormalizationAttributes {
  /** How many neighbouring channels count, a whole number from 1. */
  readonly size: number;
  /** What the mean of squares over a whole window is multiplied by, from 0. */
  readonly alpha: number;
  /** The exponent of the denominator. */
  readonly beta: number;
  /** Added to the denominator, above 0. */
  readonly bias: number;
}

/**
 * Channels before and after a channel that its window covers. An even window reaches one further to the front, as
 * PyTorch's does; ONNX's reaches one further to the back. Odd windows are the same everywhere.
 */
export function localResponseWindow(size: number): readonly [before: number, after: number] {
  return [Math.floor(size / 2), Math.floor((size - 1) / 2)];
}

/**
 * Divides each number by a power of its neighbours' squares over the last axis:
 * y = x · (bias + alpha / size · Σ x²)^−beta, the sum over `size` channels around its own, those past the ends counting as 0
 * (Krizhevsky et al. 2012; PyTorch's LocalResponseNorm, where `bias` is called k; TensorFlow's alpha is alpha / size here).
 * x: [..., C] → the same shape.
 */
export const localResponseNormalization = defineOperator<LocalResponseNormalizationAttributes>({
  name: 'localResponseNormalization',
  infer(inputs, attributes, name) {
    const x = inferUnary(inputs, attributes, name);
    expectAttributes(x, attributes, name);
    return x;
  },
  flops: ([x], { size }) => (2 * size + 5) * sizeOf(x.shape),
  gradient: ({ inputs: [x], attributes, gradient }) => [localResponseNormalizationGradient(gradient, x, attributes)],
  reference: 'beside',
});

/**
 * The gradient of localResponseNormalization by its input x. With d the denominators before the power:
 * dx = dy · d^−beta − 2 · alpha · beta / size · x · Σ dy · x · d^(−beta − 1), the sum over the channels in whose windows
 * the own one lies. (dy, x) → dx.
 */
export const localResponseNormalizationGradient = defineOperator<LocalResponseNormalizationAttributes>({
  name: 'localResponseNormalizationGradient',
  infer(inputs, attributes, name) {
    const x = inferUnaryGradient(inputs, attributes, name);
    expectAttributes(x, attributes, name);
    return x;
  },
  flops: ([x], { size }) => (3 * size + 10) * sizeOf(x.shape),
  reference: 'beside',
});

function expectAttributes(
  x: Type,
  { size, alpha, beta, bias }: LocalResponseNormalizationAttributes,
  name: string,
): void {
  if (x.shape.length === 0) {
    throw new StriateError({
      where: name,
      rule: 'the input must have an axis of channels',
      received: formatShape(x.shape),
    });
  }
  expectWhole(name, 'size', size);
  expectNumber(name, 'alpha', alpha, { least: 0 });
  expectNumber(name, 'beta', beta);
  // Above 0, so that nothing is divided by 0.
  expectNumber(name, 'bias', bias, { above: 0 });
}

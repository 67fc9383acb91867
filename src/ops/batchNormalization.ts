import { defineOperator, type Type } from '../graph/index.js';
import { expectNumber } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { biasGradient } from './biasAdd.js';
import { expectFloats, expectShape, sameTypes } from './rules.js';

/** How batch normalisation reads its statistics. */
export interface BatchNormalizationAttributes {
  /** Added to the variance before the root is taken. */
  readonly epsilon: number;
  /** Whether mean and variance are those of x itself (training) or numbers from elsewhere (running statistics). */
  readonly batchStatistics: boolean;
}

/**
 * Normalises each channel: y = (x − mean) / √(variance + epsilon) · gamma + beta (Ioffe & Szegedy 2015; Keras's
 * BatchNormalization). x: [..., C], the others [C] → [..., C].
 *
 * Nothing flows back through the inputs mean and variance. With `batchStatistics` they must be `channelMean` and
 * `channelVariance` of x, and the gradient by x already accounts for both; without, they are running statistics, which are
 * not learned.
 */
export const batchNormalization = defineOperator<BatchNormalizationAttributes>({
  name: 'batchNormalization',
  scores: 'gives',
  infer([x, ...channels], { epsilon }, name) {
    expectChannels(x, channels, ['mean', 'variance', 'gamma', 'beta'], name);
    expectNumber(name, 'epsilon', epsilon, { least: 0 });
    return x;
  },
  // One multiply-add per element; the scale and offset of each channel are negligible.
  flops: ([x]) => 2 * sizeOf(x.shape),
  gradient({ inputs: [x, mean, variance, gamma], attributes, gradient, wanted }) {
    const { epsilon, batchStatistics } = attributes;
    const throughStatistics = wanted[0] && batchStatistics;
    const byGamma =
      wanted[3] || throughStatistics
        ? batchNormalizationScaleGradient(gradient, x, mean, variance, { epsilon })
        : undefined;
    const byBeta = wanted[4] || throughStatistics ? biasGradient(gradient) : undefined;
    // Without batch statistics the two sums are not read; gamma takes the place of an input that nothing else needs.
    const operands = [gradient, x, mean, variance, gamma, byGamma ?? gamma, byBeta ?? gamma];
    return [
      wanted[0] ? batchNormalizationInputGradient(...operands, attributes) : undefined,
      undefined,
      undefined,
      wanted[3] ? byGamma : undefined,
      wanted[4] ? byBeta : undefined,
    ];
  },
  reference: 'beside',
});

/**
 * The gradient of batchNormalization by x; scaleGradient and offsetGradient are its gradients by gamma and beta.
 * dy, x: [..., C], the others [C] → [..., C]. With x̂ = (x − mean) / √(variance + epsilon) and n elements per channel:
 *
 *     batchStatistics:  dx = gamma / √(variance + epsilon) · (dy − offsetGradient / n − x̂ · scaleGradient / n)
 *     otherwise:        dx = gamma / √(variance + epsilon) · dy          (the two sums are not read)
 */
export const batchNormalizationInputGradient = defineOperator<BatchNormalizationAttributes>({
  name: 'batchNormalizationInputGradient',
  infer([dy, x, ...channels], { epsilon }, name) {
    sameTypes([dy, x], undefined, name);
    expectChannels(x, channels, ['mean', 'variance', 'gamma', 'the scale gradient', 'the offset gradient'], name);
    expectNumber(name, 'epsilon', epsilon, { least: 0 });
    return x;
  },
  flops: ([dy], { batchStatistics }) => (batchStatistics ? 5 : 1) * sizeOf(dy.shape),
  reference: 'beside',
});

/**
 * The gradient of batchNormalization by gamma: the sum of dy · (x − mean) / √(variance + epsilon) over all axes but the
 * last. dy, x: [..., C], mean, variance: [C] → [C].
 */
export const batchNormalizationScaleGradient = defineOperator<{ readonly epsilon: number }>({
  name: 'batchNormalizationScaleGradient',
  infer([dy, x, ...channels], { epsilon }, name) {
    sameTypes([dy, x], undefined, name);
    expectChannels(x, channels, ['mean', 'variance'], name);
    expectNumber(name, 'epsilon', epsilon, { least: 0 });
    return channels[0];
  },
  flops: ([dy]) => 3 * sizeOf(dy.shape),
  reference: 'beside',
});

function expectChannels(x: Type, channels: readonly Type[], labels: readonly string[], name: string): void {
  if (x.shape.length === 0) {
    throw new StriateError({
      where: name,
      rule: 'the input must have at least 1 axis',
      received: formatShape(x.shape),
    });
  }
  expectFloats([x, ...channels], name);
  labels.forEach((label, i) => expectShape(channels[i], x.shape.slice(-1), label, name));
}

import type { Reference } from '../graph/index.js';
import type { BatchNormalizationAttributes } from './batchNormalization.js';

export const batchNormalizationReference: Reference<BatchNormalizationAttributes> = (
  [x, mean, variance, gamma, beta],
  { epsilon },
  y,
) => {
  const channels = mean.data.length;
  x.data.forEach((value, i) => {
    const c = i % channels;
    y.data[i] = ((value - mean.data[c]) / Math.sqrt(variance.data[c] + epsilon)) * gamma.data[c] + beta.data[c];
  });
};

export const batchNormalizationInputGradientReference: Reference<BatchNormalizationAttributes> = (
  [dy, x, mean, variance, gamma, scaleGradient, offsetGradient],
  { epsilon, batchStatistics },
  dx,
) => {
  const channels = mean.data.length;
  const n = x.data.length / channels;
  dy.data.forEach((value, i) => {
    const c = i % channels;
    const inverse = 1 / Math.sqrt(variance.data[c] + epsilon);
    const normal = (x.data[i] - mean.data[c]) * inverse;
    const through = batchStatistics ? (offsetGradient.data[c] + normal * scaleGradient.data[c]) / n : 0;
    dx.data[i] = gamma.data[c] * inverse * (value - through);
  });
};

export const batchNormalizationScaleGradientReference: Reference<{ readonly epsilon: number }> = (
  [dy, x, mean, variance],
  { epsilon },
  dgamma,
) => {
  const channels = mean.data.length;
  dy.data.forEach((value, i) => {
    const c = i % channels;
    dgamma.data[c] += (value * (x.data[i] - mean.data[c])) / Math.sqrt(variance.data[c] + epsilon);
  });
};

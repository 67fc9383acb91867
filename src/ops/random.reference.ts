import type { Reference } from '../graph/index.js';
import { mix32 } from '../tensor/index.js';
import { dropoutOffset, dropoutThreshold, type DropoutAttributes } from './dropout.js';
import type { GaussianNoiseAttributes } from './gaussianNoise.js';
import type { RandomUniformAttributes } from './randomUniform.js';

export const dropoutReference: Reference<DropoutAttributes> = ([x, step], { rate, seed }, y) => {
  const threshold = dropoutThreshold(rate);
  const offset = dropoutOffset(step.data[0], seed);
  x.data.forEach((value, i) => (y.data[i] = mix32((i + offset) >>> 0) >= threshold ? value / (1 - rate) : 0));
};

/** The inverse error function near 0 and at its ends (Giles 2010, "Approximating the erfinv function"), highest power first. */
const middle = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const ends = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** √2 · erf⁻¹(u), normally distributed where u is uniform between −1 and 1. */
function normal(u: number): number {
  const w = -Math.log((1 - u) * (1 + u));
  const [coefficients, x] = w < 5 ? [middle, w - 2.5] : [ends, Math.sqrt(w) - 3];
  return Math.SQRT2 * u * coefficients.reduce((sum, coefficient) => sum * x + coefficient);
}

export const gaussianNoiseReference: Reference<GaussianNoiseAttributes> = ([x, step], { stddev, seed }, y) => {
  const offset = dropoutOffset(step.data[0], seed);
  x.data.forEach((value, i) => {
    const bits = mix32((i + offset) >>> 0) >>> 8;
    y.data[i] = value + stddev * normal((2 * bits + 1) / 2 ** 24 - 1);
  });
};

export const randomUniformReference: Reference<RandomUniformAttributes> = ([step], { minval, maxval, seed }, y) => {
  const offset = dropoutOffset(step.data[0], seed);
  for (let i = 0; i < y.data.length; i++) {
    y.data[i] = minval + ((maxval - minval) * (mix32((i + offset) >>> 0) >>> 8)) / 2 ** 24;
  }
};

export const stochasticDepthReference: Reference<DropoutAttributes> = ([x, step], { rate, seed }, y) => {
  const threshold = dropoutThreshold(rate);
  const offset = dropoutOffset(step.data[0], seed);
  const perExample = x.data.length / x.shape[0];
  for (let example = 0; example < x.shape[0]; example++) {
    if (mix32((example + offset) >>> 0) < threshold) continue;
    const end = (example + 1) * perExample;
    for (let i = example * perExample; i < end; i++) y.data[i] = x.data[i] / (1 - rate);
  }
};

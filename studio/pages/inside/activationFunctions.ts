import type { ActivationName } from 'striate';

/** 1.6732632423543772 and 1.0507009873554805: Klambauer et al. 2017. */
const selu = { alpha: 1.6732632423543772, scale: 1.0507009873554805 } as const;

/** The error function by its series where that is quick, and by a continued fraction beyond. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  let [term, sum] = [size, size];
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * size * size) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-size * size) * sum;
}

/** Activations of a single number, by Keras's names in camelCase: all that the library knows but those over several numbers. */
export const elementwise = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => selu.scale * (x > 0 ? x : selu.alpha * Math.expm1(x)),
  gelu: (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  erf,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  swish: (x) => x / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  exponential: Math.exp,
  hardSigmoid: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
  hardSwish: (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
  softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  mish: (x) => x * Math.tanh(Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)))),
  abs: Math.abs,
  log: Math.log,
} satisfies Record<Exclude<ActivationName, 'softmax' | 'logSoftmax'>, (x: number) => number>;

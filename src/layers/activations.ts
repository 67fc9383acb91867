import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { StriateError } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';

/** An activation: a value from its operators' value for `x`. */
export type ActivationFunction = (x: Node) => Node;

const scaled = (x: Node, scale: number, offset = 0): Node => ops.affine(x, { scale, offset });

/** max(0, x) + alpha · (e^min(0, x) − 1): both exponents and parts stay finite on either side. */
export function exponentialLinear(x: Node, alpha: number): Node {
  const positive = ops.relu(x);
  const power = ops.exp(scaled(ops.relu(scaled(x, -1)), -1));
  return ops.add(positive, scaled(power, alpha, -alpha));
}

/** log(1 + e^x) as max(0, x) + log(1 + e^−|x|), which never overflows. */
function softplus(x: Node): Node {
  const rest = ops.log(scaled(ops.exp(scaled(ops.abs(x), -1)), 1, 1));
  return ops.add(ops.relu(x), rest);
}

/** From the highest power of x² to the lowest; the quotient is within 5e-7 of erf where |x| ≤ 4, and is ±1 beyond. */
const erfNumerator = [
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
  -2.95459980854025e-3, -1.60960333262415e-2,
];
const erfDenominator = [
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
];

/** The error function as a quotient of polynomials, an odd one by construction: x · P(x²) / Q(x²). */
function erf(given: Node): Node {
  const x = ops.clip(given, { min: -4, max: 4 });
  const squared = ops.square(x);
  const polynomial = ([first, second, ...rest]: readonly number[]): Node =>
    rest.reduce((sum, coefficient) => scaled(ops.mul(sum, squared), 1, coefficient), scaled(squared, first, second));
  return ops.mul(x, ops.div(polynomial(erfNumerator), polynomial(erfDenominator)));
}

const activations = {
  linear: (x) => x,
  relu: ops.relu,
  relu6: ops.relu6,
  // Keras's function of this name slopes by 0.2, its layer LeakyReLU by 0.3.
  leakyRelu: (x) => ops.leakyRelu(x, { negativeSlope: 0.2 }),
  sigmoid: ops.sigmoid,
  tanh: ops.tanh,
  softmax: ops.softmax,
  swish: ops.swish,
  silu: ops.swish,
  exponential: ops.exp,
  hardSigmoid: ops.hardSigmoid,
  hardSwish: ops.hardSwish,
  mish: ops.mish,
  // Put together from other operators: slower than those above, which have a kernel of their own.
  elu: (x) => exponentialLinear(x, 1),
  // Klambauer et al. 2017: these two numbers keep mean 0 and variance 1 from layer to layer.
  selu: (x) => scaled(exponentialLinear(x, 1.6732632423543772), 1.0507009873554805),
  // Hendrycks & Gimpel 2016, by the error function.
  gelu: (x) => ops.mul(x, scaled(erf(scaled(x, Math.SQRT1_2)), 0.5, 0.5)),
  softplus,
  softsign: (x) => ops.div(x, scaled(ops.abs(x), 1, 1)),
  logSoftmax(x) {
    const last = { axes: [x.type.shape.length - 1], keepDims: true };
    const shifted = ops.sub(x, ops.reduceMax(x, last));
    return ops.sub(shifted, ops.log(ops.reduceSum(ops.exp(shifted), last)));
  },
  erf,
  abs: ops.abs,
  log: ops.log,
} satisfies Record<string, ActivationFunction>;

/** The activation functions that layers know by name. */
export type ActivationName = keyof typeof activations;

/** The names of all activation functions. */
export const activationNames = Object.keys(activations) as readonly ActivationName[];

/**
 * The activation an option names; none is `'linear'`.
 *
 * @throws StriateError that lists the known names, when it is not one of them.
 */
export function activationOption(label: string, value: ActivationName | undefined): ActivationName {
  const name: unknown = value ?? 'linear';
  if (typeof name === 'string' && Object.hasOwn(activations, name)) return name as ActivationName;
  throw new StriateError({
    where: label,
    rule: 'no activation of that name',
    received: JSON.stringify(name),
    advice: nameAdvice(name, activationNames),
  });
}

/** Adds the activation's operators for `x` (any shape; softmax goes over the last axis). */
export function activate(activation: ActivationName, x: Node): Node {
  return activations[activation](x);
}

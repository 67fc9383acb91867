import type { Node } from '../graph/index.js';
import * as ops from '../ops/operators.js';
import { StriateError } from '../tensor/index.js';
import { composedActivations, type ActivationFunction } from './composedActivations.js';

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
  ...composedActivations,
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
  const known = activationNames.join(', ');
  throw new StriateError({
    where: label,
    rule: 'no activation of that name',
    received: JSON.stringify(name),
    advice: `known are ${known}`,
  });
}

/** Adds the activation's operators for `x` (any shape; softmax goes over the last axis). */
export function activate(activation: ActivationName, x: Node): Node {
  return activations[activation](x);
}

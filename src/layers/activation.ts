import type { Node } from '../graph/index.js';
import {
  exp,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  relu,
  relu6,
  sigmoid,
  softmax,
  swish,
  tanh,
} from '../ops/index.js';
import { StriateError } from '../tensor/index.js';
import { composedActivations, type ActivationFunction } from './composedActivations.js';

const activations = {
  linear: (x) => x,
  relu,
  relu6,
  // Keras's function of this name slopes by 0.2, its layer LeakyReLU by 0.3.
  leakyRelu: (x) => leakyRelu(x, { negativeSlope: 0.2 }),
  sigmoid,
  tanh,
  softmax,
  swish,
  silu: swish,
  exponential: exp,
  hardSigmoid,
  hardSwish,
  mish,
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

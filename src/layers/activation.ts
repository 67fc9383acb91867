import type { GraphBuilder, Node } from '../graph/index.js';
import { operators as ops } from '../ops/index.js';
import { StriateError } from '../tensor/index.js';
import { composedActivations } from './composedActivations.js';

/** Adds an activation's operators for `x` under a layer's name. */
type Emit = (graph: GraphBuilder, x: Node, name: string) => Node;

const swish: Emit = (graph, x, name) => graph.add(ops.swish, [x], {}, name);

const activations = {
  linear: (_graph, x) => x,
  relu: (graph, x, name) => graph.add(ops.relu, [x], {}, name),
  relu6: (graph, x, name) => graph.add(ops.relu6, [x], {}, name),
  // Keras's function of this name slopes by 0.2, its layer LeakyReLU by 0.3.
  leakyRelu: (graph, x, name) => graph.add(ops.leakyRelu, [x], { negativeSlope: 0.2 }, name),
  sigmoid: (graph, x, name) => graph.add(ops.sigmoid, [x], {}, name),
  tanh: (graph, x, name) => graph.add(ops.tanh, [x], {}, name),
  softmax: (graph, x, name) => graph.add(ops.softmax, [x], {}, name),
  swish,
  silu: swish,
  exponential: (graph, x, name) => graph.add(ops.exp, [x], {}, name),
  hardSigmoid: (graph, x, name) => graph.add(ops.hardSigmoid, [x], {}, name),
  hardSwish: (graph, x, name) => graph.add(ops.hardSwish, [x], {}, name),
  ...composedActivations,
} satisfies Record<string, Emit>;

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

/** Adds the activation's operators for `x` (any shape; softmax goes over the last axis) under a layer's name. */
export function activate(graph: GraphBuilder, activation: ActivationName, x: Node, name: string): Node {
  return activations[activation](graph, x, name);
}

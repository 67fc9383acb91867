import type { SymbolicTensor } from '../layers/layer.js';
import { Model } from './model.js';
import { Topology, type Auxiliary } from '../topology/topology.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';

export type { Auxiliary } from '../topology/topology.js';

/** Options of `model`. */
export interface FunctionalOptions {
  /** Made by `input`; one or several. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** Made by applying layers; one or several. */
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
  /** 'functional' by default, as in Keras. */
  readonly name?: string;
  /** What starting weights and random layers follow from; 0 by default. */
  readonly seed?: number;
  /** Where a classifier's features end and its head begins; by default the last feature map. */
  readonly features?: SymbolicTensor | undefined;
  /** Scores of auxiliary classifiers: in training each counts `weight` of the first output's loss on the same targets. */
  readonly auxiliaries?: readonly Auxiliary[] | undefined;
}

const accepts = {
  where: 'model',
  kinds: {
    inputs: 'list or object',
    outputs: 'list or object',
    name: 'string',
    seed: 'number',
    features: 'object',
    auxiliaries: 'list',
  },
} as const satisfies AcceptedOptions<FunctionalOptions>;

function listOf(values: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] {
  return 'shape' in values ? [values] : values;
}

/**
 * A model from inputs to outputs through any graph of layers (Keras's functional API).
 *
 * @throws StriateError when an output depends on an input that is not among `inputs`, when `features` is not on the way to
 * the outputs, and when an auxiliary output has another shape than the first output.
 *
 * @example
 * import { input, layers, model } from 'striate';
 * const x = input({ shape: [28, 28, 1] });
 * const y = layers.dense({ units: 10, activation: 'softmax' }).apply(layers.flatten().apply(x));
 * const digits = model({ inputs: x, outputs: y });
 */
export function model(options: FunctionalOptions): Model {
  const { inputs, outputs, name = 'functional', seed = 0, features, auxiliaries } = expectOptions(accepts, options);
  const topology = new Topology(listOf(inputs), listOf(outputs), { features, auxiliaries }).build(seed);
  return new Model({ kind: 'Functional', name, seed, topology });
}

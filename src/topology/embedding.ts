import { Dropout } from '../layers/dropout.js';
import { Flatten } from '../layers/flatten.js';
import { GlobalAveragePooling2D } from '../layers/globalPooling2d.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { StriateError } from '../tensor/index.js';
import type { Topology } from './topology.js';

/** How a classifier decides. */
export interface ClassifierLayer {
  /** The last layer with a kernel on the way to the first output; undefined where the model ends with its features. */
  readonly layer: Layer | undefined;
  /** What it takes, before dropout. */
  readonly input: SymbolicTensor;
  /** The share of values that training drops in front of it. */
  readonly dropout: number;
}

/**
 * The layer that turns what a network saw into classes: the last one with a matrix or filters, from the first output back
 * through what has none. A model that is marked to have nothing of the kind behind its features, as the zoo's without their
 * top, has no classifier: what it gives is what a new one would take.
 *
 * @throws StriateError when no layer on the way has a kernel, or several values are joined before there is one.
 */
export function classifierOf(name: string, { outputs, features }: Topology): ClassifierLayer {
  let [value] = outputs;
  let { source } = value;
  while (source && !hasKernel(source.layer)) {
    if (value === features) break;
    const { inputs, layer }: typeof source = source;
    if (inputs.length !== 1) {
      throw new StriateError({
        where: `the model '${name}'`,
        rule: `its output joins ${inputs.length} values in '${layer.name}' behind its last kernels, so no one layer is its classifier`,
        advice: 'cut it yourself: model({ inputs, outputs })',
      });
    }
    [value] = inputs;
    ({ source } = value);
  }
  if (value === features) return { layer: undefined, input: outputs[0], dropout: 0 };
  if (!source)
    throw new StriateError({
      where: `the model '${name}'`,
      rule: 'has no layer with a kernel, so nothing in it is a classifier',
    });
  let [input] = source.inputs;
  let dropout = 0;
  while (input.source?.layer instanceof Dropout) {
    dropout = Math.max(dropout, input.source.layer.rate);
    [input] = input.source.inputs;
  }
  return { layer: source.layer, input, dropout };
}

/** What a classifier takes, as one vector [D]. */
export function embeddingOf(name: string, topology: Topology): SymbolicTensor {
  const { input } = classifierOf(name, topology);
  if (input.shape.length === 1) return input;
  // A name of its own, so that embedding and classifier can be outputs of one model.
  const own = { name: `${name}_embedding` };
  return (input.shape.length === 3 ? new GlobalAveragePooling2D(own) : new Flatten(own)).apply(input);
}

function hasKernel(layer: Layer): boolean {
  return layer.weights.some(({ variable }) => variable.shape.length >= 2);
}

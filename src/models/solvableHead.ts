import { Activation, Softmax } from '../layers/activationLayers.js';
import { Dense } from '../layers/dense.js';
import type { Variable } from '../graph/index.js';
import { StriateError } from '../tensor/index.js';
import { classifierOf } from '../topology/embedding.js';
import type { Topology } from '../topology/topology.js';

/** A classifier that is a logistic regression of the vector before it. */
export interface SolvableHead {
  readonly layer: Dense;
  readonly kernel: Variable;
  readonly bias: Variable;
  /** 1 for two classes by one score, otherwise the number of classes. */
  readonly units: number;
  readonly classes: number;
}

/**
 * The classifier of a model, where it is a logistic regression: a dense layer with a bias on a vector, and behind it nothing
 * but softmax or, for a single output, sigmoid.
 *
 * @throws StriateError that says what it is instead.
 */
export function solvableHead(where: string, name: string, topology: Topology): SolvableHead {
  const refuse = (what: string): StriateError => {
    return new StriateError({
      where,
      rule: `the classifier of the model '${name}' must be one dense layer with a bias, on a vector, and softmax or sigmoid at most behind it`,
      received: what,
      advice: 'give it such a one, newHead(model, { classes }), or train it by fit',
    });
  };
  const { outputs, predictionCalls } = topology;
  if (outputs.length !== 1) throw refuse(`${outputs.length} outputs`);
  const { layer, input } = classifierOf(name, topology);
  if (!layer) throw refuse('a model that ends with its features');
  if (!(layer instanceof Dense)) throw refuse(`'${layer.name}' (${layer.className})`);
  if (input.shape.length !== 1) throw refuse(`'${layer.name}' on a map`);
  const [kernel, bias] = ['kernel', 'bias'].map((own) => layer.weights.find((weight) => weight.name === own)?.variable);
  if (!kernel || !bias) throw refuse(`'${layer.name}' without a bias`);
  const found: string[] = [layer.settings.activation];
  for (let [value] = outputs; value.source && value.source.layer !== layer; [value] = value.source.inputs) {
    const behind = value.source.layer;
    if (behind instanceof Softmax) found.push('softmax');
    else if (behind instanceof Activation) found.push(behind.activation);
    else throw refuse(`'${behind.name}' (${behind.className}) behind '${layer.name}'`);
  }
  const { units } = layer;
  const activations = found.filter((activation) => activation !== 'linear');
  const fitting = units === 1 ? 'sigmoid' : 'softmax';
  if (activations.length > 1 || (activations.length === 1 && activations[0] !== fitting)) {
    throw refuse(`${activations.join(' and ')} behind ${units} ${units === 1 ? 'unit' : 'units'}`);
  }
  if (predictionCalls.filter((call) => call.layer === layer).length > 1) throw refuse(`'${layer.name}', used twice`);
  return { layer, kernel, bias, units, classes: Math.max(units, 2) };
}

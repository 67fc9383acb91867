import { input } from '../layers/input.js';
import type { Layer, SymbolicTensor } from '../layers/layer.js';
import { layerFromConfig, type CustomClasses } from '../layers/registry.js';
import { atSize } from '../pictures/preprocessing.js';
import { sameShape, StriateError, type Shape } from '../tensor/index.js';
import { Model } from './model.js';
import { layerConfig } from './modelFile.js';
import { Sequential } from './sequential.js';
import { summarizeTopology, type ModelSummary } from '../topology/modelSummary.js';
import { Topology } from '../topology/topology.js';

/**
 * The same architecture for inputs of another size, with layers and starting weights of its own: a dense layer behind a
 * flattening gets another kernel.
 *
 * @param inputShape [H, W, C]
 * @throws StriateError when a layer does not accept what reaches it, or has no `config` to make it again from.
 *
 * @example
 * resized(zoo.create('mnist_cnn'), [64, 64, 1]).summary();
 */
export function resized(model: Model, inputShape: Shape): Model {
  const { name, seed } = model;
  const made = new Model({ kind: 'Functional', name, seed, topology: resizedTopology(model, inputShape) });
  made.preprocessing = model.preprocessing && atSize(model.preprocessing, inputShape);
  return made;
}

/** A model made again for another size of input. */
export interface ResizedModel {
  readonly model: Model;
  /** Layers whose weights have other shapes at the new size, and so begin anew. */
  readonly anew: readonly string[];
}

/**
 * The same model for inputs of another size, with its weights, class names, preprocessing and metadata: convolutions do not depend on the
 * size, nor does anything behind a global pooling.
 *
 * @param inputShape [H, W, C]
 * @throws StriateError when a layer does not accept what reaches it, or has no `config` to make it again from.
 *
 * @example
 * const { model: small } = await resizedWithWeights(await loadModel('at224.safetensors'), [96, 96, 3]);
 */
export async function resizedWithWeights(model: Model, inputShape: Shape): Promise<ResizedModel> {
  const made = resized(model, inputShape);
  made.classNames = model.classNames;
  made.metadata = { ...model.metadata };
  const [own, given] = [await made.getWeights(), await model.getWeights()];
  const fits = (name: string): boolean => sameShape(own.get(name)!.shape, given.get(name)!.shape);
  await made.setWeights(new Map([...own].map(([name, fresh]) => [name, fits(name) ? given.get(name)! : fresh])));
  const anew = made.layers.filter(({ weights }) => weights.some(({ variable }) => !fits(variable.name)));
  return { model: made, anew: anew.map(({ name }) => name) };
}

/**
 * A model in numbers: parameters, operations for one example, and every layer's output and receptive field.
 *
 * @param inputShape [H, W, C]: the input's size in question, where it is not the model's own or the model, a Sequential one,
 * does not know it yet
 * @throws StriateError when the model does not suit that size.
 */
export function summarize(model: Model, inputShape?: Shape): ModelSummary {
  if (inputShape && !model.built && model instanceof Sequential) model.build(inputShape);
  if (!inputShape || sameShape(model.inputs[0].shape, inputShape)) return model.summarize();
  return summarizeTopology(model.name, resizedTopology(model, inputShape));
}

function resizedTopology(model: Model, inputShape: Shape): Topology {
  const { topology } = model;
  if (topology.inputs.length !== 1) {
    throw new StriateError({
      where: 'resized',
      rule: `the model '${model.name}' has ${topology.inputs.length} inputs`,
      advice: 'only models with one can be resized',
    });
  }
  const copies = new Map(topology.layers.map((layer) => [layer, copyOf(layer)]));
  const start = input({ shape: inputShape, name: topology.inputNames[0] });
  const values = new Map<SymbolicTensor, SymbolicTensor>([[topology.inputs[0], start]]);
  const at = (value: SymbolicTensor): SymbolicTensor => values.get(value)!;
  for (const { layer, inputs, output } of topology.calls) {
    values.set(output, copies.get(layer)!.apply(...inputs.map(at)));
  }
  return new Topology([start], topology.outputs.map(at), model.seed, {
    ...(topology.features && { features: at(topology.features) }),
    auxiliaries: topology.auxiliaries.map(({ output, weight }) => ({ output: at(output), weight })),
  });
}

function copyOf(layer: Layer): Layer {
  const own: CustomClasses = { [layer.className]: layer.constructor as CustomClasses[string] };
  return layerFromConfig({ className: layer.className, config: layerConfig(layer, 'resized') }, own);
}

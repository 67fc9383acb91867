import { input } from '../layers/input.js';
import { layers } from '../layers/index.js';
import type { SymbolicTensor } from '../layers/layer.js';
import { model as modelOf, type Model } from '../models/index.js';
import { atSize } from '../pictures/preprocessing.js';
import type { Shape } from '../tensor/index.js';

/** Pixels of MNIST's pictures in one row, as its oldest examples take them. */
const digitPixels = 28 * 28;

/**
 * A model that takes grey pictures without an axis for their one channel, `[28, 28]` as TensorFlow's quickstart has it or `[784]`,
 * as one that takes `[28, 28, 1]`, over the same weights. Other models are given back as they are: `[H, W]` is a picture where the
 * model flattens or reshapes it first; else it may be a sequence.
 */
export function withPictureInput(network: Model): Model {
  const { topology, name, seed } = network;
  const [start] = topology.inputs;
  const shape = topology.inputs.length === 1 ? pictureIn(network) : undefined;
  if (!shape) return network;
  const picture = input({ shape, name: topology.inputNames[0] });
  const values = new Map<SymbolicTensor, SymbolicTensor>([
    [start, layers.reshape({ targetShape: start.shape, name: 'as_it_is_taken' }).apply(picture)],
  ]);
  const at = (value: SymbolicTensor): SymbolicTensor => values.get(value)!;
  for (const { layer, inputs, output } of topology.calls) values.set(output, layer.apply(...inputs.map(at)));
  const features = topology.features && at(topology.features);
  const made = modelOf({ inputs: picture, outputs: topology.outputs.map(at), name, seed, features });
  made.classNames = network.classNames;
  made.metadata = { ...network.metadata };
  made.preprocessing = network.preprocessing && atSize(network.preprocessing, shape);
  return made;
}

/** [H, W, 1] where that is what the model's only input means. */
function pictureIn({ topology }: Model): Shape | undefined {
  const [{ shape }] = topology.inputs;
  if (shape.length === 1 && shape[0] === digitPixels) return [28, 28, 1];
  const [first] = topology.predictionCalls;
  const flattened = ['Flatten', 'Reshape'].includes(first?.layer.className ?? '');
  return shape.length === 2 && flattened ? [...shape, 1] : undefined;
}

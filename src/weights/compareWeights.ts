import type { Shape } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';
import type { Topology } from '../topology/topology.js';
import { matchWeights, type LoadedWeights } from './matchWeights.js';
import { pytorchWeights } from './pytorchWeights.js';

/**
 * The names and shapes that a model's weights have in PyTorch: `layer1.0.conv1.weight` [F, C / groups, kh, kw].
 *
 * @example
 * pytorchShapes(zoo.create('resnet18')).get('fc.weight'); // [1000, 512]
 */
export function pytorchShapes(model: { readonly topology: Topology }): Map<string, Shape> {
  return new Map(pytorchWeights(model.topology).map(({ name, shape }) => [name, shape]));
}

/**
 * What `loadWeights` would do with these tensors, without doing it: which fit, and which are missing, left over or of
 * another shape.
 */
export function compareWeights({ topology }: { readonly topology: Topology }, content: SafeTensors): LoadedWeights {
  const { fitting: _, ...report } = matchWeights(topology, content);
  return report;
}

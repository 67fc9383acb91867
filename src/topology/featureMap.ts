import type { SymbolicTensor } from '../layers/layer.js';
import { StriateError } from '../tensor/index.js';
import { classifierOf } from './embedding.js';
import { commonCalls, lastFeatureMap } from './featureSplit.js';
import type { Topology } from './topology.js';

/**
 * The feature map [H, W, C] that a model decides by: the marked one; else what its classifier takes, where that is a map; else
 * the last map before the first flattening or global pooling that all paths go through.
 *
 * @throws StriateError when there is no such map.
 */
export function featureMapOf(name: string, topology: Topology): SymbolicTensor {
  if (topology.features?.shape.length === 3) return topology.features;
  return classifierMap(name, topology) ?? lastFeatureMap(name, topology);
}

/**
 * The last map [H, W, C] of more than one position that all paths from a picture to some values go through, whatever other inputs and
 * outputs a model has; undefined where there is none behind the picture itself.
 */
export function featureMapTowards(
  { predictionCalls }: Topology,
  picture: SymbolicTensor,
  ends: readonly SymbolicTensor[],
): SymbolicTensor | undefined {
  const needed = new Set(ends);
  for (const value of needed) for (const from of value.source?.inputs ?? []) needed.add(from);
  const dependent = new Set([picture]);
  const between = predictionCalls.filter(({ inputs, output }) => {
    const counts = needed.has(output) && inputs.some((value) => dependent.has(value));
    if (counts) dependent.add(output);
    return counts;
  });
  const isMap = ({ shape }: SymbolicTensor): boolean => shape.length === 3 && shape[0] * shape[1] > 1;
  return commonCalls({ inputs: [picture], outputs: ends, predictionCalls: between }).findLast(
    ({ output }) => !ends.includes(output) && isMap(output),
  )?.output;
}

/** What the classifier takes, where it is a convolution whose class maps are averaged afterwards, as in SqueezeNet. */
function classifierMap(name: string, topology: Topology): SymbolicTensor | undefined {
  if (topology.outputs[0].shape.length !== 1) return undefined;
  try {
    const { input } = classifierOf(name, topology);
    return input.shape.length === 3 && input.shape[0] * input.shape[1] > 1 ? input : undefined;
  } catch (error) {
    if (error instanceof StriateError) return undefined;
    throw error;
  }
}

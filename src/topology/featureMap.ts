import type { SymbolicTensor } from '../layers/layer.js';
import { StriateError } from '../tensor/index.js';
import { classifierOf } from './embedding.js';
import { callsBetween, commonCalls, lastFeatureMap } from './featureSplit.js';
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
  topology: Topology,
  picture: SymbolicTensor,
  ends: readonly SymbolicTensor[],
): SymbolicTensor | undefined {
  const predictionCalls = callsBetween(topology, picture, ends);
  return commonCalls({ inputs: [picture], outputs: ends, predictionCalls }).findLast(
    ({ output }) => !ends.includes(output) && isMap(output),
  )?.output;
}

/** What the classifier takes, where it is a convolution whose class maps are averaged afterwards, as in SqueezeNet. */
function classifierMap(name: string, topology: Topology): SymbolicTensor | undefined {
  if (topology.outputs[0].shape.length !== 1) return undefined;
  try {
    const { input } = classifierOf(name, topology);
    return isMap(input) ? input : undefined;
  } catch (error) {
    if (error instanceof StriateError) return undefined;
    throw error;
  }
}

/** Whether a value is a map [H, W, C] of more than one position. */
function isMap({ shape }: SymbolicTensor): boolean {
  return shape.length === 3 && shape[0] * shape[1] > 1;
}

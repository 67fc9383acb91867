import type { SymbolicTensor } from '../layers/layer.js';
import { StriateError } from '../tensor/index.js';
import { featureMapOf } from './featureMap.js';
import { commonCalls } from './featureSplit.js';
import { Topology } from './topology.js';

/**
 * The maps [H, W, C] of a network by their level: level 2 is a quarter of the picture's side (C2), level 5 a 32nd (C5). A level's
 * map is the last of its size that every path goes through, before what only widens it for the next stage; the last level's is
 * the one that the classifier decides by.
 *
 * @throws StriateError when there is no feature map, or no map of a level.
 */
export function featureLevels(name: string, topology: Topology, levels: readonly number[]): SymbolicTensor[] {
  const { found, deepest } = mapsByLevel(name, topology);
  return levels.map((level) => {
    const map = found.get(level);
    if (map) return level === deepest ? map : beforeWidening(map);
    const known = [...found.keys()]
      .filter((one) => one > 0)
      .map((one) => `${one} (${found.get(one)!.shape.join('×')})`);
    throw new StriateError({
      where: 'features',
      rule: `the model '${name}' has no map of level ${level}, a ${2 ** level}th of the picture's side`,
      advice: `its levels are ${known.join(', ')}`,
    });
  });
}

/** Which levels a network has maps of, finest first; those alone that are smaller than the picture. */
export function levelsOf(name: string, topology: Topology): number[] {
  return [...mapsByLevel(name, topology).found.keys()].filter((level) => level > 0).sort((a, b) => a - b);
}

/** The last map of each level; of the deepest the one that the classifier decides by. */
function mapsByLevel(name: string, topology: Topology): { found: Map<number, SymbolicTensor>; deepest: number } {
  const end = featureMapOf(name, topology);
  const found = new Map<number, SymbolicTensor>();
  const strides = stridesOf(topology);
  // Up to its features a network is looked at as if it ended there: what lies behind does not count.
  for (const { output } of commonCalls(new Topology(topology.inputs, [end]))) {
    const level = Math.log2(strides.get(output) ?? NaN);
    if (output.shape.length === 3 && Number.isInteger(level)) found.set(level, output);
  }
  const deepest = Math.log2(strides.get(end) ?? NaN);
  if (Number.isInteger(deepest)) found.set(deepest, end);
  return { found, deepest };
}

/** How many of the picture's rows lie between neighbouring rows of each value; of what pools everything, none. */
function stridesOf({ inputs, predictionCalls }: Topology): ReadonlyMap<SymbolicTensor, number> {
  const strides = new Map<SymbolicTensor, number>(inputs.map((input) => [input, 1]));
  for (const { layer, inputs: taken, output } of predictionCalls) {
    const window = layer.window?.();
    // What comes of the whole picture's means has no place of its own, and weights what has.
    const placed = taken.flatMap((value) => strides.get(value) ?? []);
    if (window === 'global' || placed.length === 0 || output.shape.length !== 3) continue;
    strides.set(output, Math.max(...placed) * (window?.strides[0] ?? 1));
  }
  return strides;
}

/** Layers that stand between a 1×1 convolution and the next one without changing the map's form. */
const between: readonly string[] = ['BatchNormalization', 'Activation', 'ReLU'];

/** A stage's end, where its map was then widened by a 1×1 convolution: the first part of the next stage's block. */
function beforeWidening(map: SymbolicTensor): SymbolicTensor {
  let value = map;
  while (value.source?.inputs.length === 1 && between.includes(value.source.layer.className))
    [value] = value.source.inputs;
  const { source } = value;
  const window = source?.layer.window?.();
  if (source?.layer.className !== 'Conv2D' || typeof window !== 'object') return map;
  const isPointwise = window.kernel.every((size) => size === 1) && window.strides.every((step) => step === 1);
  const [from] = source.inputs;
  return isPointwise && from.shape[2] < value.shape[2] ? from : map;
}

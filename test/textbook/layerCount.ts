import type { Layer, Model, SymbolicTensor } from '../../src/index.js';

/** Convolutions and dense layers: what papers count as layers. */
export const countsAsLayer = (layer: Layer): boolean =>
  ['Conv2D', 'DepthwiseConv2D', 'Dense'].includes(layer.className);

/** How many convolutions and dense layers the longest way from a model's input to its first output goes through. */
export function pathLength({ topology }: Model): number {
  const lengths = new Map<SymbolicTensor, number>(topology.inputs.map((input) => [input, 0]));
  for (const { layer, inputs, output } of topology.calls) {
    const before = Math.max(...inputs.map((value) => lengths.get(value)!));
    lengths.set(output, before + (countsAsLayer(layer) ? 1 : 0));
  }
  return lengths.get(topology.outputs[0])!;
}

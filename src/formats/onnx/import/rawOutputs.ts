import type { NodeProto } from '../proto.js';

/** What has weights of its own. */
const network: ReadonlySet<string | undefined> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/** What brings numbers into rows, and what heads may end in. */
const arranging: ReadonlySet<string | undefined> = new Set([
  'Concat',
  'Flatten',
  'Identity',
  'Relu',
  'Reshape',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
]);

/**
 * What a detector's network gives before anything is decided: values that come from its last convolutions by no more than being
 * arranged, and that something else then takes.
 *
 * @param nodes - In an order in which they can be computed.
 * @param usersOf - The nodes that take a value.
 */
export function rawOutputs(
  nodes: readonly NodeProto[],
  usersOf: (name: string) => readonly NodeProto[],
): readonly string[] {
  // Sizes are no numbers of the network.
  const takers = (name: string): NodeProto[] => usersOf(name).filter(({ opType }) => opType !== 'Shape');
  const before = new Set<string>();
  for (const { opType, output, input } of [...nodes].reverse())
    if (network.has(opType) || output.some((name) => before.has(name))) {
      if (opType !== 'Shape') for (const name of input) before.add(name);
    }
  const raw = new Set<string>();
  for (const { opType, input, output } of nodes)
    if (network.has(opType) || (arranging.has(opType) && input.some((name) => raw.has(name))))
      for (const name of output) raw.add(name);
  return [...raw].filter((name) => !before.has(name) && takers(name).some(({ opType }) => !arranging.has(opType)));
}

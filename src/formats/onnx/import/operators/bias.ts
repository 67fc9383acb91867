import type { OnnxNode } from '../onnxNode.js';
import { floats, type ImportedValue } from '../values.js';

/** A bias that is added by the node behind. */
export interface FollowingBias {
  readonly bias: Float32Array;
  /** Says that the addition is done, and what it gives. */
  readonly absorb: (value: ImportedValue) => void;
}

/**
 * The constant that the only user of a node's output adds to each channel, if there is one.
 *
 * @param behind - How many axes follow that of the channels.
 */
export function followingBias(node: OnnxNode, channels: number, behind: number): FollowingBias | undefined {
  const [output] = node.proto.output;
  const user = node.graph.onlyUser(output, 'Add');
  const other = user?.input.find((name) => name !== output);
  const value = other === undefined ? undefined : node.graph.values.get(other);
  if (!user || value?.kind !== 'constant' || value.data.length !== channels) return undefined;
  const channelAxis = value.shape.length - 1 - behind;
  // Where there is one channel, any single number is its bias.
  if (channels > 1 && value.shape[channelAxis] !== channels) return undefined;
  return { bias: floats(value), absorb: (result) => node.graph.absorb(user, result) };
}

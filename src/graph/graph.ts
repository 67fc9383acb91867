import type { Node } from './node.js';

/** A finished computation with fixed shapes: what an engine compiles. */
export interface Graph {
  readonly name: string;
  /** Every node, inputs before users. */
  readonly nodes: readonly Node[];
  /** Values a run returns, by name. */
  readonly outputs: ReadonlyMap<string, Node>;
  /** Mutating operators that run for their effect, in order, after all values they read have been computed. */
  readonly effects: readonly Node[];
}

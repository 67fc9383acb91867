import type { Graph, Node } from '../../graph/index.js';

/**
 * The values that are the same at every run until weights change: weights, constants, and what operators make of nothing else;
 * none where the graph itself changes weights.
 */
export function findFixedValues(graph: Graph): ReadonlySet<Node> {
  const fixed = new Set<Node>();
  if (graph.effects.length > 0) return fixed;
  for (const node of graph.nodes) {
    if (node.kind === 'input') continue;
    if (node.kind !== 'operator' || node.inputs.every((input) => fixed.has(input))) fixed.add(node);
  }
  return fixed;
}

import type { Graph, Node, Variable } from '../../graph/index.js';

/** The variables that a run of the graph changes. */
export function changedVariables({ effects }: Graph): ReadonlySet<Variable> {
  const changed = new Set<Variable>();
  for (const effect of effects) {
    if (effect.kind !== 'operator') continue;
    for (const place of effect.operator.mutates ?? []) {
      const input = effect.inputs[place];
      if (input.kind === 'variable') changed.add(input.variable);
    }
  }
  return changed;
}

/**
 * The values that are the same at every run until something else changes weights: weights that the graph itself does not
 * change, constants, and what operators make of nothing else. In a training step these are the frozen layers'.
 */
export function findFixedValues(graph: Graph): ReadonlySet<Node> {
  const changed = changedVariables(graph);
  const fixed = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.kind === 'input' || (node.kind === 'variable' && changed.has(node.variable))) continue;
    if (node.kind !== 'operator' || node.inputs.every((input) => fixed.has(input))) fixed.add(node);
  }
  return fixed;
}

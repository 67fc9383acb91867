import { GraphBuilder, type Graph, type Node } from '../graph/index.js';
import type { Topology } from './topology.js';

/** The name under which a model's input is fed to programs. */
export const inputFeed = (name: string): string => `input:${name}`;

/** A model's inputs for a batch of so many examples. */
export function emitInputs(graph: GraphBuilder, topology: Topology, batch: number): Node[] {
  return topology.inputs.map(({ shape }, i) => graph.input(inputFeed(topology.inputNames[i]), [batch, ...shape]));
}

/** A model's forward pass for a batch, as it is used for prediction. */
export function predictionGraph(topology: Topology, batch: number): Graph {
  const graph = new GraphBuilder('predict');
  const outputs = topology.emit(graph, emitInputs(graph, topology, batch));
  outputs.forEach((output, i) => graph.output(`output:${i}`, output));
  return graph.finish();
}

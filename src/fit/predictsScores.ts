import { predictionGraph } from '../topology/predictionGraph.js';
import type { Topology } from '../topology/topology.js';
import { endsInScores } from '../training/scores.js';

/**
 * Whether a model's first output is scores, for which softmax or sigmoid is left to the loss and to who reads predictions;
 * otherwise it is probabilities or what else its last activation gives.
 */
export function predictsScores({ topology }: { readonly topology: Topology }): boolean {
  return endsInScores(predictionGraph(topology, 1).outputs.get('output:0')!);
}

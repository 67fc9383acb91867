import type { Node } from '../graph/index.js';
import type { OperatorName } from '../ops/index.js';
import { logitsOf } from './loss.js';

/** Operators whose results are sums of products of what was learned: not kept between 0 and 1 by anything. */
const linear: ReadonlySet<string> = new Set<OperatorName>([
  'matmul',
  'conv2d',
  // As a forward operator it is a transposed convolution.
  'conv2dInputGradient',
  'locallyConnected2d',
  'biasAdd',
  'batchNormalization',
]);

/** Operators that leave scores scores, and probabilities probabilities or nearly so: what comes in decides. */
const transparent: ReadonlySet<string> = new Set<OperatorName>([
  ...(['reshape', 'transpose', 'slice', 'pad', 'concat', 'broadcastTo'] as const),
  ...(['add', 'sub', 'affine', 'dropout', 'stochasticDepth', 'relu', 'relu6', 'leakyRelu'] as const),
  ...(['reduceMean', 'reduceSum', 'averagePool2d', 'reduceMax', 'maxPool2d'] as const),
]);

/**
 * Whether a prediction ends in linear operators (a dense layer or convolution without activation, its average, the sum of
 * two of them), so that its numbers are scores and cannot be meant as probabilities. A rectifier after the last convolution,
 * as in SqueezeNet, makes no difference.
 */
export function endsInScores(prediction: Node): boolean {
  const seen = new Set<Node>([prediction]);
  for (const node of seen) {
    if (node.kind !== 'operator') continue;
    if (linear.has(node.operator.name)) return true;
    if (transparent.has(node.operator.name)) for (const input of node.inputs) seen.add(input);
  }
  return false;
}

/**
 * The scores that a prediction gives or was made of, or undefined where it consists of probabilities alone.
 *
 * @param fromLogits what the user said; where they did not, the prediction's last operators tell
 */
export function scoresOf(
  prediction: Node,
  activation: 'softmax' | 'sigmoid',
  fromLogits: boolean | undefined,
): Node | undefined {
  return (fromLogits ?? endsInScores(prediction)) ? prediction : logitsOf(prediction, activation);
}

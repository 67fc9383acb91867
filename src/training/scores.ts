import { isApplication, type Node, type Operator } from '../graph/index.js';
import { reshape, softmax } from '../ops/allOperators.js';

/**
 * Whether a prediction ends in linear operators (a dense layer or convolution without activation, its average, the sum of
 * two of them), so that its numbers are scores and cannot be meant as probabilities. A rectifier after the last convolution,
 * as in SqueezeNet, makes no difference.
 */
export function endsInScores(prediction: Node): boolean {
  const seen = new Set<Node>([prediction]);
  for (const node of seen) {
    if (node.kind !== 'operator') continue;
    if (node.operator.scores === 'gives') return true;
    if (node.operator.scores === 'passes') for (const input of node.inputs) seen.add(input);
  }
  return false;
}

/**
 * The scores that an activation made this prediction of, or undefined where it is not that activation's output. Looks
 * through the reshape that a dense layer over pictures ends with.
 */
export function logitsOf(prediction: Node, activation: Operator<object>): Node | undefined {
  if (isApplication(prediction, activation)) return prediction.inputs[0];
  if (!isApplication(prediction, reshape)) return undefined;
  const [input] = prediction.inputs;
  const { shape } = prediction.type;
  if (activation === softmax && shape.at(-1) !== input.type.shape.at(-1)) return undefined;
  const logits = logitsOf(input, activation);
  return logits && reshape(logits, { shape });
}

/**
 * The scores that a prediction gives or was made of, or undefined where it consists of probabilities alone.
 *
 * @param fromLogits what the user said; where they did not, the prediction's last operators tell
 */
export function scoresOf(
  prediction: Node,
  activation: Operator<object>,
  fromLogits: boolean | undefined,
): Node | undefined {
  return (fromLogits ?? endsInScores(prediction)) ? prediction : logitsOf(prediction, activation);
}

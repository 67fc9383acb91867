import { isApplication, type Node } from '../graph/index.js';
import { concat, leakyRelu, relu, relu6 } from '../ops/index.js';

/** How much of what a rectifier cuts off still counts. */
const negativeSlope = 0.1;

/** Whether a value comes out of a rectifier, so that it is never below zero. */
export function isRectified(node: Node): boolean {
  if (isApplication(node, concat)) return node.inputs.every(isRectified);
  return isApplication(node, relu) || isApplication(node, relu6);
}

/**
 * A value as gradients can climb it: where rectifiers give it, what is below zero counts a little, too. A unit that is silent at the
 * start would have no gradient otherwise.
 */
export function unrectified(node: Node): Node {
  if (isApplication(node, concat)) {
    return concat(...node.inputs.map(unrectified), node.attributes);
  }
  if (isApplication(node, relu) || isApplication(node, relu6)) return leakyRelu(node.inputs[0], { negativeSlope });
  return node;
}

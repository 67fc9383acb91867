import { operatorLabel, type Node, type OperatorNode } from '../graph/index.js';
import { add } from '../ops/allOperators.js';
import { formatShape, sameShape, StriateError } from '../tensor/index.js';

/**
 * Extends a graph with the gradients of a loss by some of its values: one pass backwards over the operators, each of which
 * emits its own gradient nodes.
 *
 * Only operators on a path from `wrt` to the loss are asked, and each only for the inputs on such a path, so that frozen
 * parts cost nothing.
 *
 * @param loss a float32 scalar
 * @param wrt usually the nodes of a model's trainable variables
 * @param arriving changes the gradient that arrives at a node before it flows on: rules other than the chain rule's
 * @returns for each of `wrt` a node of its shape, or undefined where the loss does not depend on it
 * @throws StriateError when the loss is not a scalar, or an operator without gradient lies on a path.
 *
 * @example
 * const [dw] = gradients(loss, [w]);
 */
export function gradients(
  loss: Node,
  wrt: readonly Node[],
  arriving: (node: Node, gradient: Node) => Node = (_, gradient) => gradient,
): (Node | undefined)[] {
  checkTypes(loss, wrt);
  const path = pathTo(loss, new Set(wrt));
  const contributions = new Map<Node, Node[]>();
  if (path.has(loss)) contributions.set(loss, [loss.graph.scalar(1)]);
  const found = new Map<Node, Node>();
  // Users have larger numbers than what they use: when a node's turn comes, all that flows back to it has arrived.
  for (const node of [...path].sort((a, b) => b.id - a.id)) {
    const arrived = contributions.get(node);
    if (!arrived) continue;
    const gradient = arriving(
      node,
      arrived.reduce((sum, next) => add(sum, next)),
    );
    found.set(node, gradient);
    if (node.kind !== 'operator' || !node.inputs.some((input) => path.has(input))) continue;
    gradientsOf(node, gradient, path).forEach((given, i) => {
      const input = node.inputs[i];
      if (!given || !path.has(input)) return;
      const sofar = contributions.get(input);
      if (sofar) sofar.push(given);
      else contributions.set(input, [given]);
    });
  }
  return wrt.map((node) => found.get(node));
}

/** Asks one operator for its inputs' gradients, and checks what it answers: it may be a user's own. */
function gradientsOf(node: OperatorNode, gradient: Node, path: ReadonlySet<Node>): readonly (Node | undefined)[] {
  const { operator, inputs, attributes } = node;
  const label = operatorLabel(operator, node.name);
  if (!operator.gradient) {
    throw new StriateError({
      where: 'gradients',
      rule: `${label} has no gradient, but stands between the loss and a value to be learned`,
      advice: 'compute it from values that are not learned, or use an operator that has a gradient',
    });
  }
  const wanted = inputs.map((input) => path.has(input));
  const given = operator.gradient({ node, inputs, attributes, gradient, wanted });
  inputs.forEach(({ type: { shape } }, i) => {
    const answer = given[i];
    if (answer && wanted[i] && !sameShape(answer.type.shape, shape)) {
      throw new StriateError({
        where: 'gradients',
        rule: `${label} must give its input ${i} a gradient of shape ${formatShape(shape)}`,
        received: formatShape(answer.type.shape),
      });
    }
  });
  return given;
}

/** The nodes that lie on a path from `wrt` to the loss, both ends included. */
function pathTo(loss: Node, wrt: ReadonlySet<Node>): Set<Node> {
  const reached = new Set<Node>([loss]);
  for (const node of reached) {
    if (node.kind === 'operator') for (const input of node.inputs) reached.add(input);
  }
  const path = new Set<Node>();
  for (const node of [...reached].sort((a, b) => a.id - b.id)) {
    // Whole numbers, such as the place of the largest, do not change by a little: nothing flows back through them.
    if (node.type.dtype !== 'float32') continue;
    if (wrt.has(node) || (node.kind === 'operator' && node.inputs.some((input) => path.has(input)))) path.add(node);
  }
  return path;
}

function checkTypes(loss: Node, wrt: readonly Node[]): void {
  const { dtype, shape } = loss.type;
  if (shape.length !== 0 || dtype !== 'float32') {
    throw new StriateError({
      where: 'gradients',
      rule: 'the loss must be a float32 scalar',
      received: `${dtype} ${formatShape(shape)}`,
      advice: 'reduce it with reduceMean or reduceSum over all axes',
    });
  }
  for (const node of wrt) {
    if (node.type.dtype !== 'float32') {
      throw new StriateError({
        where: 'gradients',
        rule: 'only float32 values have gradients',
        received: `${node.type.dtype} '${node.name}'`,
      });
    }
  }
}

import type { Node, Value } from '../graph/index.js';
import { formatShape, sameShape, sizeOf, StriateError } from '../tensor/index.js';
import { referenceOf } from './references.js';

/**
 * Computes nodes by their operators' reference implementations, in float64.
 *
 * @param nodes nodes in graph order, inputs before users
 * @param values what is known already (inputs and variables); every computed value is added to it. Constants need not be in it.
 * @throws StriateError when an input or variable has no value, or one of another shape.
 */
export function evaluate(nodes: Iterable<Node>, values: Map<Node, Value>): Map<Node, Value> {
  for (const node of nodes) {
    const known = values.get(node);
    if (known) {
      if (sameShape(known.shape, node.type.shape)) continue;
      throw new StriateError({
        where: 'evaluate',
        rule: `${node.kind} '${node.name}' has shape ${formatShape(node.type.shape)}`,
        received: `a value of shape ${formatShape(known.shape)}`,
      });
    }
    const { shape } = node.type;
    if (node.kind === 'constant') {
      values.set(node, { shape, data: Float64Array.from(node.data) });
    } else if (node.kind === 'operator') {
      const output = { shape, data: new Float64Array(sizeOf(shape)) };
      const inputs = node.inputs.map((input) => values.get(input)!);
      referenceOf(node.operator)(inputs, node.attributes, output);
      values.set(node, output);
    } else {
      throw new StriateError({
        where: 'evaluate',
        rule: `${node.kind} '${node.name}' has no value`,
        advice: 'give it one',
      });
    }
  }
  return values;
}

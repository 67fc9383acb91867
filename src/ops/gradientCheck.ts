import fc from 'fast-check';
import { GraphBuilder, type Node, type Operator, type OperatorNode, type Value } from '../graph/index.js';
import { formatShape, sameShape } from '../tensor/index.js';
import { drawValue, type GradientCase, type ValueRange } from './drawing.js';
import { evaluate } from './evaluateNodes.js';

export * from './drawing.js';

/** What a gradient check must know beyond the operator. */
export interface GradientCheckOptions {
  /** Positions of int32 inputs (labels, counters); they have no gradient. */
  readonly int32?: readonly number[];
  /** Positions of float32 inputs that have no gradient by design (targets, running statistics). */
  readonly without?: readonly number[];
  /**
   * Recomputes inputs that depend on others before every evaluation, for operators whose gradient goes through them
   * (batch normalisation with batch statistics). They belong in `without`.
   */
  readonly derive?: (inputs: readonly Value[]) => readonly Value[];
  /** Relative to the larger of 1 and the gradient; 1e-6 by default. */
  readonly tolerance?: number;
}

/**
 * The step of the central difference: its own error is about step² = 1e-10 and float64 rounding adds about
 * 1e-16 · loss / step = 1e-11 · loss, so that 1e-6 allows for steep functions and long sums, and for nothing else.
 */
const step = 1e-5;
const defaultTolerance = 1e-6;
/** A larger input is checked at this many elements, spread evenly. */
const elementsChecked = 64;

/**
 * Throws unless an operator's gradient agrees with central differences of its reference implementation in float64.
 *
 * The loss is the sum of output × a fixed random projection, so that the projection is the gradient of the output, and
 * every output element counts with a weight of its own. It also checks that gradients have their inputs' shapes, and that
 * only the wanted ones are emitted.
 *
 * @example
 * checkGradient(relu, [drawValue([3, 4], 1, { kinks: [0] })], {});
 */
export function checkGradient<A>(
  operator: Operator<A>,
  inputs: readonly Value[],
  attributes: A,
  options: GradientCheckOptions = {},
): void {
  const {
    int32 = [],
    without = [],
    derive = (given: readonly Value[]) => given,
    tolerance = defaultTolerance,
  } = options;
  const graph = new GraphBuilder(`gradient of ${operator.name}`);
  const nodes = inputs.map(({ shape }, i) => graph.input(`input ${i}`, shape, int32.includes(i) ? 'int32' : 'float32'));
  const output = graph.add(operator, nodes, attributes);
  const projection = drawValue(output.type.shape, 7, { low: -1, high: 1 });
  const gradient = graph.input('projection', output.type.shape);
  const lossAt = (values: readonly Value[]): number => {
    const y = evaluate([output], new Map(derive(values).map((value, i): [Node, Value] => [nodes[i], value]))).get(
      output,
    )!;
    return y.data.reduce((sum, value, i) => sum + value * projection.data[i], 0);
  };
  const where = `${operator.name}(${inputs.map(({ shape }) => formatShape(shape)).join(', ')}) ${JSON.stringify(attributes)}`;

  inputs.forEach((input, position) => {
    if (int32.includes(position) || without.includes(position)) return;
    const node = gradientOf(graph, output, gradient, position, where);
    const known = new Map(derive(inputs).map((value, i): [Node, Value] => [nodes[i], value]));
    const computed = evaluate(ancestors(node), known.set(gradient, projection)).get(node)!;
    const stride = Math.max(1, Math.floor(input.data.length / elementsChecked));
    for (let i = 0; i < input.data.length; i += stride) {
      const h = step * Math.max(1, Math.abs(input.data[i]));
      const above = lossAt(nudged(inputs, position, i, h));
      const below = lossAt(nudged(inputs, position, i, -h));
      const expected = (above - below) / (2 * h);
      const error = Math.abs(computed.data[i] - expected) / Math.max(1, Math.abs(expected));
      if (!(error <= tolerance)) {
        throw new Error(
          `${where}: gradient of input ${position} at element ${i} is ${computed.data[i]}; central differences give ${expected}`,
        );
      }
    }
  });
}

/** What a gradient property may choose. */
export interface GradientPropertyOptions extends GradientCheckOptions {
  /** Which numbers each input is drawn from; the last holds for all further ones. */
  readonly ranges?: readonly ValueRange[];
  /** 30 by default. */
  readonly runs?: number;
}

/**
 * Checks an operator's gradient over drawn shapes, attributes and numbers; the same ones at every run.
 *
 * @example
 * checkGradients(relu, drawShape().map((shape) => ({ shapes: [shape], attributes: {} })), { ranges: [{ kinks: [0] }] });
 */
export function checkGradients<A>(
  operator: Operator<A>,
  cases: fc.Arbitrary<GradientCase<A>>,
  options: GradientPropertyOptions = {},
): void {
  const { ranges = [{}], runs = 30 } = options;
  fc.assert(
    fc.property(cases, fc.nat(), ({ shapes, attributes }, seed) => {
      const inputs = shapes.map((shape, i) => drawValue(shape, seed + i, ranges[Math.min(i, ranges.length - 1)]));
      checkGradient(operator, inputs, attributes, options);
    }),
    { numRuns: runs, seed: 1 },
  );
}

/** The gradient node of one input, asked for alone. */
function gradientOf<A>(_: GraphBuilder, node: OperatorNode<A>, gradient: Node, position: number, where: string): Node {
  const { operator, inputs, attributes } = node;
  if (!operator.gradient) throw new Error(`${operator.name} has no gradient to check`);
  const wanted = inputs.map((_, i) => i === position);
  const given = operator.gradient({ node, inputs, attributes, gradient, wanted });
  const unwanted = given.findIndex((found, i) => found !== undefined && !wanted[i]);
  if (unwanted >= 0)
    throw new Error(`${where}: emitted the gradient of input ${unwanted}, though only ${position} was wanted`);
  const found = given[position];
  if (!found) throw new Error(`${where}: gave no gradient for input ${position}`);
  if (!sameShape(found.type.shape, inputs[position].type.shape) || found.type.dtype !== 'float32') {
    throw new Error(
      `${where}: gradient of input ${position} has type ${found.type.dtype} ${formatShape(found.type.shape)}`,
    );
  }
  return found;
}

/** A node and all it is computed from, inputs before users. */
function ancestors(node: Node): Node[] {
  const found = new Set<Node>();
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    if (next.kind === 'operator') stack.push(...next.inputs);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

function nudged(inputs: readonly Value[], position: number, element: number, by: number): Value[] {
  return inputs.map((value, i) => {
    if (i !== position) return value;
    const data = value.data.slice();
    data[element] += by;
    return { shape: value.shape, data };
  });
}

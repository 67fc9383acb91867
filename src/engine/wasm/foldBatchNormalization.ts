import { GraphBuilder, isApplication, type Graph, type Node, type OperatorNode } from '../../graph/index.js';
import type { BatchNormalizationAttributes } from '../../ops/batchNormalization.js';
import { add, affine, batchNormalization, biasAdd, conv2d, div, mul, sqrt, sub } from '../../ops/allOperators.js';
import type { Conv2dAttributes } from '../../ops/index.js';
import { findFixedValues } from './fixedValues.js';

/**
 * A graph with batch normalizations by running statistics moved into the convolutions before them, where it changes neither's
 * weights, as in predictions and in the frozen layers of a training step: with s = gamma / √(variance + epsilon),
 *
 *   s · (conv(x, w) + b − mean) + beta = conv(x, w · s) + (b − mean) · s + beta.
 *
 * Filters and bias are computed by operators of the graph itself, from weights alone, so that the engine prepares them once.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  const folds = findFolds(graph);
  if (folds.size === 0) return graph;
  const builder = new GraphBuilder(graph.name);
  const copies = new Map<Node, Node>();
  const copyOf = (node: Node): Node => copies.get(node)!;
  const inside = new Set<Node>(
    [...folds.values()].flatMap(({ convolution, biased }) => [convolution, biased ?? convolution]),
  );
  for (const node of graph.nodes) {
    if (inside.has(node)) continue;
    const fold = folds.get(node);
    copies.set(node, fold ? addFolded(builder, fold, copyOf) : copy(builder, node, copyOf));
  }
  for (const [name, node] of graph.outputs) builder.output(name, copyOf(node));
  return builder.finish();
}

/** A convolution, the bias behind it, if any, and the normalization that follows. */
interface Fold {
  readonly convolution: OperatorNode<Conv2dAttributes>;
  readonly biased: OperatorNode | undefined;
  readonly normalization: OperatorNode<BatchNormalizationAttributes>;
}

/** By the normalization: those that are alone behind a convolution and whose numbers, like its filters, are weights'. */
function findFolds(graph: Graph): Map<Node, Fold> {
  const users = new Map<Node, number>();
  const fixed = findFixedValues(graph);
  for (const node of graph.nodes) {
    if (node.kind !== 'operator') continue;
    for (const input of node.inputs) users.set(input, (users.get(input) ?? 0) + 1);
  }
  const asked = new Set(graph.outputs.values());
  const alone = (node: Node): boolean => users.get(node) === 1 && !asked.has(node);
  const folds = new Map<Node, Fold>();
  for (const node of graph.nodes) {
    if (!isApplication(node, batchNormalization)) continue;
    const [x, ...numbers] = node.inputs;
    if (node.attributes.batchStatistics || !numbers.every((input) => fixed.has(input))) continue;
    const biased = isApplication(x, biasAdd) && fixed.has(x.inputs[1]) ? x : undefined;
    const convolution = biased ? biased.inputs[0] : x;
    if (!isApplication(convolution, conv2d)) continue;
    if (!fixed.has(convolution.inputs[1]) || !alone(convolution) || !alone(x)) continue;
    folds.set(node, { convolution, biased, normalization: node });
  }
  return folds;
}

function addFolded(
  graph: GraphBuilder,
  { convolution, biased, normalization }: Fold,
  copyOf: (node: Node) => Node,
): Node {
  const { name, attributes, inputs } = normalization;
  const [mean, variance, gamma, beta] = inputs.slice(1).map(copyOf);
  const [x, filters] = convolution.inputs.map(copyOf);
  return graph.scope(name, () => {
    const scale = div(gamma, sqrt(affine(variance, { scale: 1, offset: attributes.epsilon })));
    const bias = biased ? add(mul(sub(copyOf(biased.inputs[1]), mean), scale), beta) : sub(beta, mul(mean, scale));
    const sums = graph.add(conv2d, [x, mul(filters, scale)], convolution.attributes, convolution.name);
    return biasAdd(sums, bias);
  });
}

function copy(graph: GraphBuilder, node: Node, copyOf: (node: Node) => Node): Node {
  const { shape, dtype } = node.type;
  if (node.kind === 'input') return graph.input(node.name, shape, dtype);
  if (node.kind === 'constant') return graph.constant(node.data, shape, node.name);
  if (node.kind === 'variable') return graph.variable(node.variable);
  return graph.add(node.operator, node.inputs.map(copyOf), node.attributes, node.name);
}

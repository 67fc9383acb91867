import { GraphBuilder, isApplication, type Graph, type Node, type OperatorNode } from '../../graph/index.js';
import type { BatchNormalizationAttributes } from '../../ops/batchNormalization.js';
import {
  add,
  affine,
  batchNormalization,
  batchNormalizationInputGradient,
  biasAdd,
  conv2d,
  conv2dInputGradient,
  div,
  mul,
  sqrt,
  sub,
} from '../../ops/allOperators.js';
import type { Conv2dAttributes } from '../../ops/index.js';
import { findFixedValues } from './fixedValues.js';

/**
 * A graph with batch normalizations by running statistics moved into the convolutions before them, where it changes neither's
 * weights, as in predictions and in the frozen layers of a training step: with s = gamma / √(variance + epsilon),
 *
 *   s · (conv(x, w) + b − mean) + beta = conv(x, w · s) + (b − mean) · s + beta.
 *
 * The way back is the same convolution's: the gradient s · dy goes through w as dy goes through w · s. It never looks at the
 * normalization's input, so that the convolution's own sums need not be kept for it.
 *
 * Filters and bias are computed by operators of the graph itself, from weights alone, so that the engine prepares them once.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  const users = usersOf(graph);
  const folds = findFolds(graph, users);
  if (folds.size === 0) return graph;
  const gradients = findGradientFolds(graph, users, folds);
  const builder = new GraphBuilder(graph.name);
  const copies = new Map<Node, Node>();
  const copyOf = (node: Node): Node => copies.get(node)!;
  const scaled = new Map<Fold, Node>();
  const inside = new Set<Node>(
    [...folds.values()].flatMap(({ convolution, biased }) => [convolution, biased ?? convolution]),
  );
  for (const { normalized } of gradients.values()) inside.add(normalized);
  for (const node of graph.nodes) {
    if (inside.has(node)) continue;
    const fold = folds.get(node);
    const gradient = gradients.get(node);
    if (fold) {
      const { filters, value } = addFolded(builder, fold, copyOf);
      scaled.set(fold, filters);
      copies.set(node, value);
    } else if (gradient) {
      const operands = [copyOf(gradient.normalized.inputs[0]), scaled.get(gradient.fold)!];
      const { attributes, name } = node as OperatorNode;
      copies.set(node, builder.add(conv2dInputGradient, operands, attributes as GradientAttributes, name));
    } else copies.set(node, copy(builder, node, copyOf));
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

/** A gradient that arrives at a folded normalization's output, as the convolution's gradient by its input takes it. */
interface GradientFold {
  readonly fold: Fold;
  /** The normalization's gradient, which nothing else uses. */
  readonly normalized: OperatorNode<BatchNormalizationAttributes>;
}

type GradientAttributes = Parameters<typeof conv2dInputGradient>[2];

/** Whether a node is the gradient of a normalization by running statistics: dy times a number for each channel. */
function isScaledGradient(node: Node): node is OperatorNode<BatchNormalizationAttributes> {
  return isApplication(node, batchNormalizationInputGradient) && !node.attributes.batchStatistics;
}

/** The inputs that a node's value depends on. */
function readInputs(node: OperatorNode): readonly Node[] {
  return isScaledGradient(node) ? [node.inputs[0], ...node.inputs.slice(2)] : node.inputs;
}

/** How many times each node is used; what is asked for counts as used by others, too. */
function usersOf(graph: Graph): ReadonlyMap<Node, number> {
  const users = new Map<Node, number>();
  for (const node of graph.nodes) {
    if (node.kind !== 'operator') continue;
    for (const input of readInputs(node)) users.set(input, (users.get(input) ?? 0) + 1);
  }
  for (const node of graph.outputs.values()) users.set(node, Infinity);
  return users;
}

/** By the normalization: those that are alone behind a convolution and whose numbers, like its filters, are weights'. */
function findFolds(graph: Graph, users: ReadonlyMap<Node, number>): Map<Node, Fold> {
  const fixed = findFixedValues(graph);
  const alone = (node: Node): boolean => users.get(node) === 1;
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

/** By the convolution's gradient: those of folded normalizations. */
function findGradientFolds(
  graph: Graph,
  users: ReadonlyMap<Node, number>,
  folds: ReadonlyMap<Node, Fold>,
): Map<Node, GradientFold> {
  const foldOf = new Map([...folds.values()].map((fold) => [fold.normalization.inputs[0], fold]));
  const found = new Map<Node, GradientFold>();
  for (const node of graph.nodes) {
    if (!isApplication(node, conv2dInputGradient)) continue;
    const [normalized, filters] = node.inputs;
    if (!isScaledGradient(normalized) || users.get(normalized) !== 1) continue;
    const fold = foldOf.get(normalized.inputs[1]);
    if (fold?.convolution.inputs[1] !== filters) continue;
    const { inputs, attributes } = fold.normalization;
    const same = [1, 2, 3].every((i) => inputs[i] === normalized.inputs[i + 1]);
    if (same && attributes.epsilon === normalized.attributes.epsilon) found.set(node, { fold, normalized });
  }
  return found;
}

function addFolded(
  graph: GraphBuilder,
  { convolution, biased, normalization }: Fold,
  copyOf: (node: Node) => Node,
): { readonly filters: Node; readonly value: Node } {
  const { name, attributes, inputs } = normalization;
  const [mean, variance, gamma, beta] = inputs.slice(1).map(copyOf);
  const [x, weights] = convolution.inputs.map(copyOf);
  return graph.scope(name, () => {
    const scale = div(gamma, sqrt(affine(variance, { scale: 1, offset: attributes.epsilon })));
    const bias = biased ? add(mul(sub(copyOf(biased.inputs[1]), mean), scale), beta) : sub(beta, mul(mean, scale));
    const filters = mul(weights, scale);
    const sums = graph.add(conv2d, [x, filters], convolution.attributes, convolution.name);
    return { filters, value: biasAdd(sums, bias) };
  });
}

function copy(graph: GraphBuilder, node: Node, copyOf: (node: Node) => Node): Node {
  const { shape, dtype } = node.type;
  if (node.kind === 'input') return graph.input(node.name, shape, dtype);
  if (node.kind === 'constant') return graph.constant(node.data, shape, node.name);
  if (node.kind === 'variable') return graph.variable(node.variable);
  // What is not read may be gone; dy has its shape.
  const inputs = isScaledGradient(node) ? [node.inputs[0], node.inputs[0], ...node.inputs.slice(2)] : node.inputs;
  return graph.add(node.operator, inputs.map(copyOf), node.attributes, node.name);
}

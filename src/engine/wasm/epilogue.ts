import type { Graph, Node, OperatorNode } from '../../graph/index.js';
import type { Conv2dAttributes } from '../../ops/conv2dWindow.js';
import type { Pool2dAttributes } from '../../ops/poolWindow.js';

/** What a kernel does to its sums before it stores them. */
export interface Epilogue {
  /** [filters], added to every position. */
  readonly bias: Node | undefined;
  /** Applied after the bias. */
  readonly activation: 'none' | 'relu';
  /** 2×2 max pooling at stride 2, applied last (after ReLU); its node. */
  readonly pool: Node | undefined;
  /** The node whose value is stored. */
  readonly result: Node;
}

/** What the lowering does not compute on its own. */
export interface Fusion {
  readonly epilogues: ReadonlyMap<Node, Epilogue>;
  /** Nodes whose work an epilogue, or the users of a pooled gradient, take over. */
  readonly swallowed: ReadonlySet<Node>;
  /**
   * Gradients before a fused ReLU and pooling, by the node that stands for them: the pooled gradient and the pool, whose
   * winners say where each number of it belongs.
   */
  readonly pooledGradients: ReadonlyMap<Node, { readonly gradient: Node; readonly pool: Node }>;
}

/** Operators whose kernels can end with a bias and an activation. */
const hosts = new Set(['conv2d', 'matmul']);

/**
 * Finds bias additions, ReLUs and 2×2 max poolings that directly follow a convolution (or, without pooling, a matrix
 * product) and are its value's only users, their gradients apart: they cost nothing in registers and a pass over memory
 * each outside. Behind a fused pooling the large map is never stored; the gradient operators that would read it,
 * maxPool2dGradient and reluGradient, give way to a pooled gradient.
 */
export function findFusion(graph: Graph): Fusion {
  const users = new Map<Node, OperatorNode[]>();
  for (const node of graph.nodes) {
    if (node.kind !== 'operator') continue;
    for (const input of node.inputs) {
      const known = users.get(input);
      if (known) known.push(node);
      else users.set(input, [node]);
    }
  }
  const asked = new Set(graph.outputs.values());
  const usersOf = (node: Node): readonly OperatorNode[] => users.get(node) ?? [];
  /** The one operator of this kind that follows, if the node's other users are gradients in `beside`. */
  const follower = (node: Node, operator: string, beside: readonly string[] = []): OperatorNode | undefined => {
    if (asked.has(node)) return undefined;
    const main = usersOf(node).filter((user) => !beside.includes(user.operator.name));
    const fits = main.length === 1 && main[0].operator.name === operator && main[0].inputs[0] === node;
    return fits ? main[0] : undefined;
  };

  const epilogues = new Map<Node, Epilogue>();
  const swallowed = new Set<Node>();
  const pooledGradients = new Map<Node, { gradient: Node; pool: Node }>();

  /** The gradient operators between a pooling and its ReLU's input; undefined unless they are all there is. */
  const gradientsBetween = (active: Node, pool: Node): readonly OperatorNode[] | undefined => {
    const rest = usersOf(active).filter((user) => user !== pool);
    if (rest.length === 0) return [];
    const unpooled = rest.find((user) => user.operator.name === 'maxPool2dGradient' && user.inputs[1] === active);
    const closed = rest.find((user) => user.operator.name === 'reluGradient' && user.inputs[0] === unpooled);
    const private_ = unpooled && closed && rest.length === 2 && usersOf(unpooled).length === 1;
    return private_ && !asked.has(unpooled) && !asked.has(closed) ? [unpooled, closed] : undefined;
  };

  for (const node of graph.nodes) {
    if (node.kind !== 'operator' || !hosts.has(node.operator.name)) continue;
    let biased = follower(node, 'biasAdd');
    // The bias must be there when the convolution runs.
    if (biased?.inputs[1].kind === 'operator' && biased.inputs[1].id > node.id) biased = undefined;
    const activated = follower(biased ?? node, 'relu');
    let pool = activated && follower(activated, 'maxPool2d', ['maxPool2dGradient', 'reluGradient']);
    if (node.operator.name !== 'conv2d' || (node.attributes as Conv2dAttributes).groups !== 1) pool = undefined;
    const between = activated && pool && isHalving(pool) ? gradientsBetween(activated, pool) : undefined;
    if (!between) pool = undefined;
    if (!biased && !activated) continue;
    for (const part of [biased, activated, pool]) if (part) swallowed.add(part);
    if (between && between.length > 0) {
      for (const part of between) swallowed.add(part);
      pooledGradients.set(between[1], { gradient: between[0].inputs[0], pool: pool! });
    }
    const result = pool ?? activated ?? biased ?? node;
    epilogues.set(node, { bias: biased?.inputs[1], activation: activated ? 'relu' : 'none', pool, result });
  }
  return { epilogues, swallowed, pooledGradients };
}

/** Whether a pooling is 2×2 at stride 2 with whole windows only. */
function isHalving(pool: OperatorNode): boolean {
  const attributes = pool.attributes as Pool2dAttributes;
  const { poolSize, strides } = attributes;
  const [, height, width] = pool.inputs[0].type.shape;
  const [, outHeight, outWidth] = pool.type.shape;
  const two = [...poolSize, ...strides].every((n) => n === 2);
  return two && outHeight === height >> 1 && outWidth === width >> 1 && isUnpadded(attributes);
}

function isUnpadded({ padding }: Pool2dAttributes): boolean {
  // 'same' adds nothing to even sizes, and odd ones are told by the output's size.
  return typeof padding === 'string' || padding.every((n) => n === 0);
}

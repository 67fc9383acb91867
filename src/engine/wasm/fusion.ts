import { isApplication, type Graph, type Node, type Operator, type OperatorNode } from '../../graph/index.js';
import * as operators from '../../ops/allOperators.js';
import {
  add,
  batchNormalization,
  biasAdd,
  conv2d,
  conv2dInputGradient,
  matmul,
  maxPool2d,
  maxPool2dGradient,
  relu,
  relu6Gradient,
  reluGradient,
} from '../../ops/allOperators.js';
import type { OperatorName } from '../../ops/index.js';
import type { Pool2dAttributes } from '../../ops/poolWindow.js';
import { sameShape } from '../../tensor/index.js';

/** The activations that kernels can end with, by the numbers that kernels/activateVector.ts knows them by. */
export const activationCodes = {
  none: 0,
  relu: 1,
  relu6: 2,
  swish: 3,
  hardSwish: 4,
  sigmoid: 5,
  hardSigmoid: 6,
} as const satisfies Readonly<Partial<Record<OperatorName | 'none', number>>>;

/** An activation that kernels can end with. */
export type FusedActivation = keyof typeof activationCodes;

/** Which of them a node is. */
function activationOf(node: Node): FusedActivation {
  if (node.kind !== 'operator' || !Object.hasOwn(activationCodes, node.operator.name)) return 'none';
  const name = node.operator.name as Exclude<FusedActivation, 'none'>;
  return node.operator === operators[name] ? name : 'none';
}

/** What a kernel does to its sums before it stores them. */
export interface Epilogue {
  /** [filters], added to every position. */
  readonly bias: Node | undefined;
  /** A value of the output's shape, added after the bias: a residual branch. */
  readonly residual: Node | undefined;
  /** Applied after both. */
  readonly activation: FusedActivation;
  /** Set where the result is a gradient that a rectifier stops: what it lets through. */
  readonly mask: Mask | undefined;
  /** 2×2 max pooling at stride 2, applied last (after ReLU); its node. */
  readonly pool: Node | undefined;
  /** The node whose value is stored. */
  readonly result: Node;
}

/** A gradient passes where the rectifier's output is above 0 and at most `limit`. */
export interface Mask {
  /** The rectifier's output, of the gradient's shape. */
  readonly of: Node;
  readonly limit: number;
}

/** The float32 number before 6: a rectifier that ends at 6 passes no gradient there. */
const belowSix = 6 - 2 ** -21;

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

/**
 * Finds bias additions, residual sums, activations and 2×2 max poolings that directly follow a convolution (or, without
 * pooling, a matrix product) and are its value's only users, their gradients apart: they cost nothing in registers and a pass over memory
 * each outside. On the way back, a convolution's gradient by its input takes in the sum with another branch's gradient and the
 * gradient of the rectifier before the convolution; a max pooling's gradient takes in the latter, too. Behind a fused pooling the large map is never stored; the gradient operators that would read it,
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
  const follower = <A>(
    node: Node,
    operator: Operator<A>,
    beside: (user: Node) => boolean = () => false,
  ): OperatorNode<A> | undefined => {
    if (asked.has(node)) return undefined;
    const [only, ...others] = usersOf(node).filter((user) => !beside(user));
    return only && others.length === 0 && isApplication(only, operator) && only.inputs[0] === node ? only : undefined;
  };
  const isPoolingGradient = (user: Node): boolean =>
    isApplication(user, maxPool2dGradient) || isApplication(user, reluGradient);

  const epilogues = new Map<Node, Epilogue>();
  const swallowed = new Set<Node>();
  const pooledGradients = new Map<Node, { gradient: Node; pool: Node }>();

  /** The gradient operators between a pooling and its ReLU's input; undefined unless they are all there is. */
  const gradientsBetween = (active: Node, pool: Node): readonly OperatorNode[] | undefined => {
    const rest = usersOf(active).filter((user) => user !== pool);
    if (rest.length === 0) return [];
    const unpooled = rest.find((user) => isApplication(user, maxPool2dGradient) && user.inputs[1] === active);
    const closed = rest.find((user) => isApplication(user, reluGradient) && user.inputs[0] === unpooled);
    const private_ = unpooled && closed && rest.length === 2 && usersOf(unpooled).length === 1;
    return private_ && !asked.has(unpooled) && !asked.has(closed) ? [unpooled, closed] : undefined;
  };

  /** The activation that follows, if it is one that kernels can end with. */
  const activationBehind = (node: Node): OperatorNode | undefined => {
    if (asked.has(node)) return undefined;
    const [only, ...others] = usersOf(node);
    return only && others.length === 0 && activationOf(only) !== 'none' ? only : undefined;
  };
  /** The sum that follows, with a value that is there when the host runs and that no other host's sum goes into. */
  const residualOf = (node: Node, host: Node): { sum: OperatorNode; other: Node } | undefined => {
    if (asked.has(node)) return undefined;
    const [sum, ...others] = usersOf(node);
    if (!sum || others.length > 0 || !isApplication(sum, add) || sum.inputs[0] === sum.inputs[1]) return undefined;
    const other = sum.inputs[0] === node ? sum.inputs[1] : sum.inputs[0];
    const alike = sameShape(other.type.shape, sum.type.shape) && sameShape(node.type.shape, sum.type.shape);
    return alike && isThere(other, host) ? { sum, other } : undefined;
  };

  /** The gradient of a rectifier that follows. */
  const maskBehind = (node: Node, host: Node): { closed: OperatorNode; mask: Mask } | undefined => {
    const closed = follower(node, reluGradient) ?? follower(node, relu6Gradient);
    if (!closed || closed.inputs[1] === node || !isThere(closed.inputs[1], host)) return undefined;
    return {
      closed,
      mask: { of: closed.inputs[1], limit: isApplication(closed, relu6Gradient) ? belowSix : Infinity },
    };
  };

  const nothing = { bias: undefined, activation: 'none', pool: undefined } as const;
  for (const node of graph.nodes) {
    if (isApplication(node, conv2dInputGradient) && node.attributes.groups === 1) {
      const residual = residualOf(node, node);
      const masked = maskBehind(residual?.sum ?? node, node);
      const result = masked?.closed ?? residual?.sum;
      if (!result) continue;
      for (const part of [residual?.sum, masked?.closed]) if (part) swallowed.add(part);
      epilogues.set(node, { ...nothing, residual: residual?.other, mask: masked?.mask, result });
      continue;
    }
    if (isApplication(node, maxPool2dGradient) && !swallowed.has(node)) {
      // The rectifier's output is what was pooled, which the kernel reads anyway.
      const masked = maskBehind(node, node);
      if (masked?.mask.of !== node.inputs[1]) continue;
      swallowed.add(masked.closed);
      epilogues.set(node, { ...nothing, residual: undefined, mask: masked.mask, result: masked.closed });
      continue;
    }
    const convolution = isApplication(node, conv2d) ? node : undefined;
    const normalizes = isApplication(node, batchNormalization);
    if (!convolution && !normalizes && !isApplication(node, matmul)) continue;
    // Only sums of products take a bias.
    let biased = normalizes ? undefined : follower(node, biasAdd);
    // The bias must be there when the convolution runs.
    if (biased && !isThere(biased.inputs[1], node)) biased = undefined;
    const whole = convolution === undefined || convolution.attributes.groups === 1;
    const residual = whole ? residualOf(biased ?? node, node) : undefined;
    const activated = activationBehind(residual?.sum ?? biased ?? node);
    const pools = convolution && whole && !residual && activated && isApplication(activated, relu);
    let pool = pools ? follower(activated, maxPool2d, isPoolingGradient) : undefined;
    const between = activated && pool && isHalving(pool) ? gradientsBetween(activated, pool) : undefined;
    if (!between) pool = undefined;
    if (!biased && !residual && !activated) continue;
    for (const part of [biased, residual?.sum, activated, pool]) if (part) swallowed.add(part);
    if (between && between.length > 0) {
      for (const part of between) swallowed.add(part);
      pooledGradients.set(between[1], { gradient: between[0].inputs[0], pool: pool! });
    }
    epilogues.set(node, {
      bias: biased?.inputs[1],
      residual: residual?.other,
      activation: activated ? activationOf(activated) : 'none',
      mask: undefined,
      pool,
      result: pool ?? activated ?? residual?.sum ?? biased ?? node,
    });
  }
  return { epilogues, swallowed, pooledGradients };
}

/** Whether a value is computed before `host` runs. */
function isThere(value: Node, host: Node): boolean {
  return value.kind !== 'operator' || value.id < host.id;
}

/** Whether a pooling is 2×2 at stride 2 with whole windows only. */
function isHalving(pool: OperatorNode<Pool2dAttributes>): boolean {
  const { poolSize, strides } = pool.attributes;
  const [, height, width] = pool.inputs[0].type.shape;
  const [, outHeight, outWidth] = pool.type.shape;
  const two = [...poolSize, ...strides].every((n) => n === 2);
  return two && outHeight === height >> 1 && outWidth === width >> 1 && isUnpadded(pool.attributes);
}

function isUnpadded({ padding }: Pool2dAttributes): boolean {
  // 'same' adds nothing to even sizes, and odd ones show in the output's size.
  return typeof padding === 'string' || padding.every((n) => n === 0);
}

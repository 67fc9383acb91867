import type { OperatorNode } from '../../../graph/index.js';
import { locallyConnected2dWindow, type LocallyConnected2dAttributes } from '../../../ops/locallyConnected2d.js';
import type { Shape } from '../../../tensor/index.js';
import { tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import type { Argument } from '../step.js';

/** Multiply-adds in a tile. */
const workPerTile = 262144;

/** One of the three kernels, over x's and w's shapes: tiles are blocks of output positions, or of pictures. */
function emitLocal(
  context: LoweringContext,
  node: OperatorNode<LocallyConnected2dAttributes>,
  kernel: 'locallyConnected2d' | 'locallyConnected2dInputGradient' | 'locallyConnected2dFilterGradient',
  operands: readonly Argument[],
  x: Shape,
  w: Shape,
): void {
  const dtype = 'float32';
  const {
    kernel: size,
    strides,
    output,
  } = locallyConnected2dWindow({ shape: x, dtype }, { shape: w, dtype }, node.attributes, node.operator.name);
  const [batch, height, width, channels] = x;
  const [positions, taps, filters] = w;
  const byPicture = kernel === 'locallyConnected2dInputGradient';
  const items = byPicture ? batch : positions;
  // Few tiles of many pictures, because each reads all the weights.
  const perTile = byPicture
    ? Math.max(1, Math.ceil(batch / 8))
    : Math.max(1, Math.floor(workPerTile / Math.max(1, batch * taps * filters)));
  context.step(
    kernel,
    [...operands, batch, height, width, channels, output[1], positions, filters, ...size, ...strides, perTile],
    tilesFor(items, perTile),
  );
}

export const locallyConnected2d: Lowering<LocallyConnected2dAttributes> = (context, node) => {
  const [x, w] = node.inputs;
  const operands = [context.block(x), context.block(w), context.block(node)];
  emitLocal(context, node, 'locallyConnected2d', operands, x.type.shape, w.type.shape);
};

type GradientAttributes = LocallyConnected2dAttributes & { readonly shape: Shape };

export const locallyConnected2dInputGradient: Lowering<GradientAttributes> = (context, node) => {
  const [dy, w] = node.inputs;
  const operands = [context.block(dy), context.block(w), context.block(node)];
  emitLocal(context, node, 'locallyConnected2dInputGradient', operands, node.type.shape, w.type.shape);
};

export const locallyConnected2dFilterGradient: Lowering<GradientAttributes> = (context, node) => {
  const [x, dy] = node.inputs;
  const operands = [context.block(x), context.block(dy), context.block(node)];
  emitLocal(context, node, 'locallyConnected2dFilterGradient', operands, x.type.shape, node.type.shape);
};

import type { OperatorNode } from '../../../graph/index.js';
import type { AveragePool2dAttributes } from '../../../ops/averagePool2d.js';
import { poolWindow, type Pool2dAttributes } from '../../../ops/poolWindow.js';
import type { Shape } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import { float, type Argument, type KernelName } from '../step.js';

/**
 * A pooling kernel over `input`'s shape: reads a, b, c and writes y. Its tiles are blocks of rows of the pooled output, or
 * of the input.
 */
function emitPooling(
  context: LoweringContext,
  node: OperatorNode<Pool2dAttributes>,
  kernel: KernelName,
  [batch, height, width, channels]: Shape,
  [a, b, c, y]: readonly [Argument, Argument, Argument, Argument],
  rowsOf: 'output' | 'input',
  { countPadding = false, leastRows = 1 }: { readonly countPadding?: boolean; readonly leastRows?: number } = {},
): void {
  const type = { shape: [batch, height, width, channels], dtype: 'float32' } as const;
  const { kernel: size, strides, margins, output } = poolWindow(type, node.attributes, node.operator.name);
  const rows = batch * (rowsOf === 'output' ? output[0] : height);
  const work = channels * (rowsOf === 'output' ? output[1] * size[0] * size[1] : width);
  const rowsPerTile = Math.max(leastRows, Math.floor(elementsPerTile / Math.max(1, work)));
  context.step(
    kernel,
    [
      [a, b, c, y, height, width, channels, ...output, ...size, ...strides, ...margins],
      [Number(countPadding), rows, rowsPerTile, float(context.epilogue?.mask?.limit ?? 0)],
    ],
    tilesFor(rows, rowsPerTile),
  );
}

export const maxPool2d: Lowering<Pool2dAttributes> = (context, node) => {
  const x = context.block(node.inputs[0]);
  emitPooling(context, node, 'maxPool2d', node.inputs[0].type.shape, [x, x, x, context.block(node)], 'output');
};

export const averagePool2d: Lowering<AveragePool2dAttributes> = (context, node) => {
  const [x] = node.inputs;
  const from = context.block(x);
  const { countPadding } = node.attributes;
  const operands = [from, from, from, context.block(node)] as const;
  emitPooling(context, node, 'averagePool2d', x.type.shape, operands, 'output', { countPadding });
};

export const averagePool2dGradient: Lowering<AveragePool2dAttributes & { readonly shape: Shape }> = (context, node) => {
  const dy = context.block(node.inputs[0]);
  const { countPadding } = node.attributes;
  const operands = [dy, dy, dy, context.block(node)] as const;
  emitPooling(context, node, 'averagePool2dGradient', node.type.shape, operands, 'input', { countPadding });
};

export const maxPool2dGradient: Lowering<Pool2dAttributes> = (context, node) => {
  const [dy, x, y] = node.inputs.map((input) => context.block(input));
  const { shape } = node.type;
  const { kernel, strides, margins } = poolWindow(node.type, node.attributes, node.operator.name);
  const dx = context.block(node);
  if (kernel.every((size, axis) => size === strides[axis]) && margins[0] === 0 && margins[2] === 0) {
    emitPooling(context, node, 'maxPool2dGradientTiling', shape, [dy, x, y, dx], 'output');
    return;
  }
  // Windows at a tile's edge are searched by both of its neighbours.
  const leastRows = 2 * (kernel[0] + strides[0]);
  emitPooling(context, node, 'maxPool2dGradient', shape, [dy, x, y, dx], 'input', { leastRows });
};

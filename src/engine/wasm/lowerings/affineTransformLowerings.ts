import type { OperatorNode } from '../../../graph/index.js';
import { fillModes, type AffineTransformAttributes } from '../../../ops/affineTransform.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import { float } from '../step.js';

function emit(
  context: LoweringContext,
  node: OperatorNode<AffineTransformAttributes>,
  kernel: 'affineTransform' | 'affineTransformGradient',
): void {
  const [pictures, transforms] = node.inputs;
  const { interpolation, fillMode, fillValue } = node.attributes;
  const [batch, height, width, channels] = node.type.shape;
  const rows = batch * height;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / (4 * width * channels)));
  const places = [context.block(pictures), context.block(transforms), context.block(node)];
  const choices = [fillModes.indexOf(fillMode), interpolation === 'bilinear' ? 1 : 0];
  context.step(
    kernel,
    [...places, height, width, channels, ...choices, rows, rowsPerTile, float(fillValue)],
    kernel === 'affineTransform' ? tilesFor(rows, rowsPerTile) : batch,
  );
}

export const affineTransform: Lowering<AffineTransformAttributes> = (context, node) =>
  emit(context, node, 'affineTransform');

export const affineTransformGradient: Lowering<AffineTransformAttributes> = (context, node) =>
  emit(context, node, 'affineTransformGradient');

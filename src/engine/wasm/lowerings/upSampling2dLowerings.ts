import type { OperatorNode } from '../../../graph/index.js';
import type { Interpolation, UpSampling2dAttributes } from '../../../ops/upSampling2d.js';
import type { Shape } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import type { KernelName } from '../step.js';

type Kernels = Readonly<Record<Interpolation, KernelName>>;

const forward: Kernels = { nearest: 'upSampleNearest', bilinear: 'upSampleBilinear' };
const backward: Kernels = { nearest: 'upSampleNearestGradient', bilinear: 'upSampleBilinearGradient' };

/** Tiles are blocks of rows of what is written; `small` is the shape of the picture before it was enlarged. */
function emit(
  context: LoweringContext,
  node: OperatorNode<UpSampling2dAttributes>,
  kernels: Kernels,
  [, height, width, channels]: Shape,
): void {
  const [x] = node.inputs;
  const { size, interpolation } = node.attributes;
  const [batch, outHeight] = node.type.shape;
  const rows = batch * outHeight;
  // As many elements as the larger picture has in the row are read or written.
  const work = (width * size[1] * channels * size[0] * height) / outHeight;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / Math.max(1, work)));
  context.step(
    kernels[interpolation],
    [context.block(x), context.block(node), height, width, channels, ...size, rows, rowsPerTile],
    tilesFor(rows, rowsPerTile),
  );
}

export const upSampling2d: Lowering<UpSampling2dAttributes> = (context, node) =>
  emit(context, node, forward, node.inputs[0].type.shape);

export const upSampling2dGradient: Lowering<UpSampling2dAttributes> = (context, node) =>
  emit(context, node, backward, node.type.shape);

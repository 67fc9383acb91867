import type { OperatorNode } from '../../../graph/index.js';
import type { Interpolation, Resize2dAttributes } from '../../../ops/index.js';
import { resizeShares, type ResizeShare } from '../../../ops/resizeShares.js';
import { elementsPerTile, tilesFor, type Lowering, type LoweringContext } from '../lowering.js';
import type { KernelName } from '../step.js';

type Shares = readonly (readonly ResizeShare[])[];

const forward: Readonly<Record<Interpolation, KernelName>> = { nearest: 'resizeNearest', bilinear: 'resizeBilinear' };

/** A float32's bits, for tables of whole numbers. */
const bits = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0];

/** Two old positions and the second's share, for each new one. */
const between = (shares: Shares): number[] =>
  shares.flatMap((own) => {
    const second = own.at(-1)!;
    return [own[0].position, second.position, bits(own.length > 1 ? second.share : 0)];
  });

/** Where each old position's part starts, in bytes; then the new positions that it has a share in, and the shares. */
function seers(shares: Shares, count: number): number[] {
  const parts = Array.from({ length: count }, (): number[] => []);
  shares.forEach((own, o) => {
    for (const { position, share } of own) parts[position].push(o, bits(share));
  });
  let start = 4 * (count + 1);
  const starts = parts.map(({ length }) => (start += 4 * length) - 4 * length);
  return [...starts, start, ...parts.flat()];
}

/** Tiles are blocks of rows of what is written. */
function emit(
  context: LoweringContext,
  node: OperatorNode<Resize2dAttributes>,
  kernel: KernelName,
  [rowTable, columnTable]: readonly (readonly number[])[],
): void {
  const [x] = node.inputs;
  const [batch, outHeight, outWidth, channels] = node.type.shape;
  const [, height, width] = x.type.shape;
  const rows = batch * outHeight;
  // As many elements as the larger picture has in the row are read or written.
  const work = Math.max(outWidth, Math.ceil((height * width) / outHeight)) * channels;
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / Math.max(1, work)));
  const tables = [context.table(rowTable), context.table(columnTable)];
  const sizes = [height, width, outHeight, outWidth, channels, rows, rowsPerTile];
  context.step(kernel, [context.block(x), context.block(node), tables, sizes], tilesFor(rows, rowsPerTile));
}

export const resize2d: Lowering<Resize2dAttributes> = (context, node) => {
  const { attributes } = node;
  const tables = ([0, 1] as const).map((axis) => between(resizeShares(attributes, axis)));
  emit(context, node, forward[attributes.interpolation], tables);
};

export const resize2dGradient: Lowering<Resize2dAttributes> = (context, node) => {
  const { attributes } = node;
  const tables = ([0, 1] as const).map((axis) => seers(resizeShares(attributes, axis), attributes.from[axis]));
  emit(context, node, 'resizeGradient', tables);
};

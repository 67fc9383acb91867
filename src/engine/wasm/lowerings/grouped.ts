import type { Node } from '../../../graph/index.js';
import { tilesFor, type LoweringContext } from '../lowering.js';
import type { Block } from '../step.js';
import {
  emitChannelFilterGradient,
  emitSweep,
  forwardAxis,
  gradientAxes,
  type BankShapes,
  type ChannelEpilogue,
  type Packing,
} from './channelSweep.js';

/** Whether groups have four channels and four filters each, as in ResNeXt's first stage. */
export function suitsQuads({ w }: Pick<BankShapes, 'w'>, groups: number): boolean {
  return groups > 1 && w[2] === 4 && w[3] === 4 * groups;
}

/** Groups whose weights a tile packs. */
const groupsPerTile = 16;

function packing(context: LoweringContext, w: Node, filters: number, byInput: boolean): Packing {
  const strides = byInput ? [1, filters] : [filters, 1];
  return (to, taps, tapCount, vectors) => {
    const args = [context.block(w), to, taps, tapCount, filters / 4, vectors, groupsPerTile, ...strides];
    context.step('packQuads', args, tilesFor(vectors, groupsPerTile));
  };
}

/** Emits y = activation(convolution of x with w in groups of four + bias). */
export function emitQuads(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  shapes: BankShapes,
  epilogue: ChannelEpilogue,
): void {
  const [images, height, width, channels] = shapes.y;
  emitSweep(
    context,
    'quads',
    x,
    w,
    y,
    { images, channels, rows: forwardAxis(shapes, 0), columns: forwardAxis(shapes, 1) },
    { height, width, kernelWidth: shapes.w[1] },
    4 * channels,
    packing(context, w, channels, false),
    epilogue,
  );
}

/** Emits the gradient by the input, phase by phase of the stride. */
export function emitQuadsInputGradient(
  context: LoweringContext,
  dy: Block,
  w: Node,
  dx: Block,
  shapes: BankShapes,
): void {
  const [images, height, width, channels] = shapes.x;
  for (const rows of gradientAxes(shapes, 0))
    for (const columns of gradientAxes(shapes, 1))
      emitSweep(
        context,
        'quads',
        dy,
        w,
        dx,
        { images, channels, rows, columns },
        { height, width, kernelWidth: shapes.w[1] },
        4 * channels,
        packing(context, w, channels, true),
        { activation: 'none' },
      );
}

/** Emits the gradient by the filters. */
export function emitQuadsFilterGradient(
  context: LoweringContext,
  x: Block,
  dy: Block,
  dw: Block,
  shapes: BankShapes,
): void {
  emitChannelFilterGradient(context, 'quads', x, dy, dw, shapes);
}

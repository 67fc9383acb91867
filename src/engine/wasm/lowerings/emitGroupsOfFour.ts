import type { Node } from '../../../graph/index.js';
import { tilesFor, type LoweringContext } from '../lowering.js';
import type { Block } from '../step.js';
import {
  emitChannelFilterGradient,
  emitSweep,
  forwardAxis,
  gradientAxes,
  type ConvolutionShapes,
  type ChannelEpilogue,
  type Packing,
} from './channelSweep.js';

/** Whether groups have four channels and four filters each, as in ResNeXt's first stage. */
export function suitsGroupsOfFour({ w }: Pick<ConvolutionShapes, 'w'>, groups: number): boolean {
  return groups > 1 && w[2] === 4 && w[3] === 4 * groups;
}

/** Groups whose weights a tile packs. */
const groupsPerTile = 16;

function packing(context: LoweringContext, w: Node, filters: number, byInput: boolean): Packing {
  const strides = byInput ? [1, filters] : [filters, 1];
  return (to, taps, tapCount, vectors) => {
    const args = [context.block(w), to, taps, tapCount, filters / 4, vectors, groupsPerTile, ...strides];
    context.step('packGroupsOfFour', args, tilesFor(vectors, groupsPerTile));
  };
}

/** Emits y = activation(convolution of x with w in groups of four + bias). */
export function emitGroupsOfFour(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  shapes: ConvolutionShapes,
  epilogue: ChannelEpilogue,
): void {
  const [images, height, width, channels] = shapes.y;
  emitSweep(
    context,
    'groupsOfFour',
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
export function emitGroupsOfFourInputGradient(
  context: LoweringContext,
  dy: Block,
  w: Node,
  dx: Block,
  shapes: ConvolutionShapes,
): void {
  const [images, height, width, channels] = shapes.x;
  for (const rows of gradientAxes(shapes, 0))
    for (const columns of gradientAxes(shapes, 1))
      emitSweep(
        context,
        'groupsOfFour',
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
export function emitGroupsOfFourFilterGradient(
  context: LoweringContext,
  x: Block,
  dy: Block,
  dw: Block,
  shapes: ConvolutionShapes,
): void {
  emitChannelFilterGradient(context, 'groupsOfFour', x, dy, dw, shapes);
}

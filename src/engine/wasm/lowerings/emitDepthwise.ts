import type { Node } from '../../../graph/index.js';
import { elementsPerTile, tilesFor, type LoweringContext } from '../lowering.js';
import type { Block } from '../step.js';
import {
  emitChannelFilterGradient,
  emitSweep,
  forwardAxis,
  gradientAxes,
  packChannels,
  type ConvolutionShapes,
  type ChannelEpilogue,
  type ChannelSweep,
} from './channelSweep.js';
import { emitSlide, suitsSlide } from './emitSlide.js';

/** Whether every channel has filters of its own. One channel alone is an ordinary convolution. */
export function suitsDepthwise({ x, w }: Pick<ConvolutionShapes, 'x' | 'w'>, groups: number): boolean {
  return groups > 1 && groups === x[3] && w[2] === 1;
}

/** How many filters each channel has. */
const multiplierOf = ({ x, w }: ConvolutionShapes): number => w[3] / x[3];

/** The picture with each channel `multiplier` times in a row, so that input and output channels go side by side. */
function repeated(context: LoweringContext, x: Block, multiplier: number): Block {
  if (multiplier === 1) return x;
  const y = context.temporary(x.bytes * multiplier, 'repeated channels');
  const perTile = Math.ceil(elementsPerTile / multiplier);
  context.step('repeatElements', [x, y, x.bytes / 4, perTile, multiplier], tilesFor(x.bytes / 4, perTile));
  return y;
}

/** Emits one sweep by the kernel that it suits; `size` is that of y. */
function emit(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  sweep: ChannelSweep,
  size: { readonly height: number; readonly width: number; readonly kernelWidth: number },
  epilogue: ChannelEpilogue,
): void {
  if (suitsSlide(sweep)) {
    emitSlide(context, x, w, y, sweep, size, epilogue);
    return;
  }
  const { channels } = sweep;
  emitSweep(
    context,
    'depthwise',
    x,
    w,
    y,
    sweep,
    size,
    channels,
    (to, taps, tapCount, vectors) => packChannels(context, context.block(w), to, taps, tapCount, channels, vectors),
    epilogue,
  );
}

/** Emits y = activation(depthwise convolution of x with w + bias). */
export function emitDepthwise(
  context: LoweringContext,
  x: Block,
  w: Node,
  y: Block,
  shapes: ConvolutionShapes,
  epilogue: ChannelEpilogue,
): void {
  const [images, height, width, channels] = shapes.y;
  const sweep = { images, channels, rows: forwardAxis(shapes, 0), columns: forwardAxis(shapes, 1) };
  const wide = repeated(context, x, multiplierOf(shapes));
  emit(context, wide, w, y, sweep, { height, width, kernelWidth: shapes.w[1] }, epilogue);
}

/** Emits the gradient by the input, phase by phase of the stride. */
export function emitDepthwiseInputGradient(
  context: LoweringContext,
  dy: Block,
  w: Node,
  dx: Block,
  shapes: ConvolutionShapes,
): void {
  const multiplier = multiplierOf(shapes);
  const [images, height, width] = shapes.x;
  const channels = shapes.w[3];
  const target = multiplier === 1 ? dx : context.temporary(dx.bytes * multiplier, 'gradients of repeated channels');
  const size = { height, width, kernelWidth: shapes.w[1] };
  for (const rows of gradientAxes(shapes, 0))
    for (const columns of gradientAxes(shapes, 1))
      emit(context, dy, w, target, { images, channels, rows, columns }, size, { activation: 'none' });
  if (multiplier === 1) return;
  const perTile = Math.ceil(elementsPerTile / multiplier);
  context.step('sumRepeated', [target, dx, dx.bytes / 4, perTile, multiplier], tilesFor(dx.bytes / 4, perTile));
}

/** Emits the gradient by the filters. */
export function emitDepthwiseFilterGradient(
  context: LoweringContext,
  x: Block,
  dy: Block,
  dw: Block,
  shapes: ConvolutionShapes,
): void {
  const wide = repeated(context, x, multiplierOf(shapes));
  const of = { ...shapes, x: [...shapes.x.slice(0, 3), shapes.w[3]] };
  emitChannelFilterGradient(context, 'depthwise', wide, dy, dw, of);
}

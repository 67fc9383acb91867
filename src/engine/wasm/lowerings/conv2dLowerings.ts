import type { Node, OperatorNode } from '../../../graph/index.js';
import type { Shape } from '../../../tensor/index.js';
import { conv2dWindow, type Conv2dAttributes } from '../../../ops/conv2d.js';
import type { Lowering, LoweringContext } from '../lowering.js';
import type { Block } from '../step.js';
import type { ConvolutionShapes } from './channelSweep.js';
import {
  emitDepthwise,
  emitDepthwiseFilterGradient,
  emitDepthwiseInputGradient,
  suitsDepthwise,
} from './emitDepthwise.js';
import {
  emitGroupsOfFour,
  emitGroupsOfFourFilterGradient,
  emitGroupsOfFourInputGradient,
  suitsGroupsOfFour,
} from './emitGroupsOfFour.js';
import { emitConvolution, emitFilterGradient, epilogueOf, type Sweep, type Tap } from './emitConvolution.js';
import { emitWinograd, emitWinogradFilterGradient, emitWinogradInputGradient, suitsWinograd } from './emitWinograd.js';

interface Convolution extends ConvolutionShapes {
  readonly groups: number;
}

function convolutionOf(x: Shape, w: Shape, attributes: Conv2dAttributes): Convolution {
  const type = (shape: Shape) => ({ shape, dtype: 'float32' }) as const;
  const window = conv2dWindow(type(x), type(w), attributes, 'conv2d');
  return { x, w, y: [x[0], ...window.output, w[3]], window, groups: attributes.groups };
}

const winogradShapes = ({ x, y, window }: Convolution) => ({ x, y, margins: window.margins });

/** The sweep of the forward pass: every output position looks at its window. */
function forwardSweep({ x, w, y, window, groups }: Convolution): Sweep {
  const [kh, kw, channels, filters] = w;
  const taps: Tap[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const weights = (i * kw + j) * channels * filters;
      taps.push({ row: i * window.dilation[0], column: j * window.dilation[1], weights });
    }
  return {
    images: x[0],
    inHeight: x[1],
    inWidth: x[2],
    inChannels: x[3],
    groups,
    taps,
    origin: [-window.margins[0], -window.margins[2]],
    step: window.strides,
    grid: window.output,
    out: { origin: 0, row: y[2] * y[3], column: y[3], image: y[1] * y[2] * y[3] },
  };
}

/**
 * A 1×1 window that looks at every pixel once makes no difference between pictures and rows: all pixels of the batch in
 * one column, so that tiles need not end where pictures do.
 */
function joined(sweep: Sweep): Sweep {
  const { images, inHeight, inWidth, taps, origin, step, grid, out } = sweep;
  const single = taps.length === 1 && [...origin, taps[0].row, taps[0].column].every((n) => n === 0);
  const every = step[0] === 1 && step[1] === 1 && grid[0] === inHeight && grid[1] === inWidth;
  const tight = out.origin === 0 && out.row === out.column * inWidth && out.image === out.row * inHeight;
  if (!single || !every || !tight) return sweep;
  const rows = images * inHeight * inWidth;
  const flat = { origin: 0, row: out.column, column: out.column, image: 0 };
  return { ...sweep, images: 1, inHeight: rows, inWidth: 1, grid: [rows, 1], out: flat };
}

export const conv2d: Lowering<Conv2dAttributes> = (context, node) => {
  const [x, w] = node.inputs;
  const convolution = convolutionOf(x.type.shape, w.type.shape, node.attributes);
  const [, , , filters] = convolution.w;
  const epilogue = epilogueOf(context);
  const channelwise = suitsDepthwise(convolution, convolution.groups)
    ? emitDepthwise
    : suitsGroupsOfFour(convolution, convolution.groups)
      ? emitGroupsOfFour
      : undefined;
  if (channelwise) {
    const { bias, activation = 'none' } = context.epilogue ?? {};
    channelwise(context, context.block(x), w, context.block(node), convolution, { bias, activation });
    return;
  }
  if (suitsWinograd(context, convolution.w, convolution, node.attributes)) {
    emitWinograd(context, context.block(x), w, context.block(node), winogradShapes(convolution), epilogue);
    return;
  }
  emitConvolution(
    context,
    context.block(x),
    w,
    context.block(node),
    epilogue.pool ? wholeWindows(forwardSweep(convolution)) : joined(forwardSweep(convolution)),
    {
      outputs: filters / convolution.groups,
      inputStride: filters,
      outputStride: 1,
      groupStride: filters / convolution.groups,
    },
    epilogue,
  );
};

/** The sweep without an odd last row and column, which 2×2 pooling leaves out. */
function wholeWindows(sweep: Sweep): Sweep {
  return { ...sweep, grid: [sweep.grid[0] & ~1, sweep.grid[1] & ~1] };
}

type GradientNode = OperatorNode<Conv2dAttributes & { readonly shape: Shape }>;

/**
 * The gradient by the input. An input row h is touched by tap i at output row o where o · stride + i · dilation − margin
 * = h. So rows of equal remainder by the stride (a phase) form a convolution of dy with some of the taps, turned around,
 * at stride 1 (dilation makes its taps lie dilation / stride apart). One step per phase; a phase that no tap reaches is
 * all zeros.
 */
export const conv2dInputGradient: Lowering<Conv2dAttributes & { readonly shape: Shape }> = (context, node) => {
  const [dy, w] = node.inputs;
  const convolution = convolutionOf(node.attributes.shape, w.type.shape, node.attributes);
  const { strides } = convolution.window;
  if (suitsDepthwise(convolution, convolution.groups)) {
    emitDepthwiseInputGradient(context, context.block(dy), w, context.block(node), convolution);
    return;
  }
  if (suitsGroupsOfFour(convolution, convolution.groups)) {
    emitGroupsOfFourInputGradient(context, context.block(dy), w, context.block(node), convolution);
    return;
  }
  if (suitsWinograd(context, convolution.w, convolution, node.attributes)) {
    emitWinogradInputGradient(context, dy, w, context.block(node), winogradShapes(convolution), epilogueOf(context));
    return;
  }
  for (let row = 0; row < Math.min(strides[0], convolution.x[1]); row++)
    for (let column = 0; column < Math.min(strides[1], convolution.x[2]); column++) {
      emitPhase(context, node, convolution, context.block(dy), w, [row, column]);
    }
};

function emitPhase(
  context: LoweringContext,
  node: GradientNode,
  convolution: Convolution,
  dy: Block,
  w: Node,
  phase: readonly [number, number],
): void {
  const { x, y, window, groups } = convolution;
  const [kh, kw, channels, filters] = convolution.w;
  const [strideRow, strideColumn] = window.strides;
  // Output row = (h + margin − i · dilation) / stride for h = phase + stride · q: q plus this, which must be whole.
  const reach = (axis: 0 | 1, i: number): number =>
    (phase[axis] + window.margins[2 * axis] - i * window.dilation[axis]) / window.strides[axis];
  const found: { row: number; column: number; weights: number }[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const [row, column] = [reach(0, i), reach(1, j)];
      if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
      found.push({ row, column, weights: (i * kw + j) * channels * filters });
    }
  const corner = [Math.min(...found.map((tap) => tap.row)), Math.min(...found.map((tap) => tap.column))] as const;
  const taps = found
    .map((tap) => ({ ...tap, row: tap.row - corner[0], column: tap.column - corner[1] }))
    .sort((a, b) => a.row - b.row || a.column - b.column);
  const [, height, width, inputs] = x;
  emitConvolution(
    context,
    dy,
    w,
    context.block(node),
    joined({
      images: x[0],
      inHeight: y[1],
      inWidth: y[2],
      inChannels: filters,
      groups,
      taps,
      origin: taps.length > 0 ? corner : [0, 0],
      step: [1, 1],
      grid: [Math.ceil((height - phase[0]) / strideRow), Math.ceil((width - phase[1]) / strideColumn)],
      out: {
        origin: (phase[0] * width + phase[1]) * inputs,
        row: strideRow * width * inputs,
        column: strideColumn * inputs,
        image: height * width * inputs,
      },
    }),
    { outputs: inputs / groups, inputStride: 1, outputStride: filters, groupStride: filters / groups },
    epilogueOf(context),
  );
}

/** The sweep over whole pooling windows; positions of dy count from the copy that the kernel makes of them. */
function pooledSweep(sweep: Sweep, filters: number): Sweep {
  const { grid } = wholeWindows(sweep);
  return { ...sweep, grid, out: { origin: 0, row: grid[1] * filters, column: filters, image: 0 } };
}

export const conv2dFilterGradient: Lowering<Conv2dAttributes & { readonly shape: Shape }> = (context, node) => {
  const [x, dy] = node.inputs;
  const convolution = convolutionOf(x.type.shape, node.attributes.shape, node.attributes);
  if (suitsDepthwise(convolution, convolution.groups)) {
    emitDepthwiseFilterGradient(context, context.block(x), context.block(dy), context.block(node), convolution);
    return;
  }
  if (suitsGroupsOfFour(convolution, convolution.groups)) {
    emitGroupsOfFourFilterGradient(context, context.block(x), context.block(dy), context.block(node), convolution);
    return;
  }
  const pooled = context.pooledGradient(dy);
  const gradient = pooled ?? context.block(dy);
  if (suitsWinograd(context, convolution.w, convolution, node.attributes)) {
    emitWinogradFilterGradient(context, context.block(x), gradient, context.block(node), winogradShapes(convolution));
    return;
  }
  const filters = convolution.w[3] / convolution.groups;
  const sweep = forwardSweep(convolution);
  if (convolution.groups === 1) {
    emitFilterGradient(
      context,
      context.block(x),
      gradient,
      context.block(node),
      pooled ? pooledSweep(sweep, filters) : joined(sweep),
      filters,
    );
    return;
  }
  // The parts come out group by group; the packed filters interleave the groups' filters.
  const byGroup = context.temporary(context.block(node).bytes, 'gradient by group');
  emitFilterGradient(context, context.block(x), gradient, byGroup, sweep, filters);
  const rows = convolution.w[0] * convolution.w[1] * convolution.w[2];
  context.step(
    'interleaveGroups',
    [byGroup, context.block(node), convolution.groups, rows, filters],
    convolution.groups,
  );
};

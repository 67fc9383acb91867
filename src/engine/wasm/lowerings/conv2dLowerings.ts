import type { OperatorNode } from '../../../graph/index.js';
import type { Shape } from '../../../tensor/index.js';
import { conv2dWindow, type Conv2dAttributes } from '../../../ops/conv2d.js';
import type { Lowering, LoweringContext } from '../lowering.js';
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
import {
  emitConvolution,
  emitFilterGradient,
  emitThree,
  epilogueOf,
  isPlain,
  type FilterLayout,
  type Sweep,
  type Tap,
} from './emitConvolution.js';
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
 *
 * Kernels compute eight outputs at a time, and a picture has three channels: its gradient has a kernel of its own
 * (kernels/convThree.ts), where filters are a multiple of four. Else, where outputs are few, the phases of a row's columns go together:
 * the outputs of neighbouring columns lie side by side in memory, so that with stride 2 they are one convolution to six
 * channels, whose window is the union of both phases'.
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
  const [, height, width] = convolution.x;
  const columns = range(Math.min(strides[1], width));
  const three = suitsThree(convolution) && isPlain(epilogueOf(context));
  for (const row of range(Math.min(strides[0], height))) {
    const phases = columns.map((column) => phaseTaps(convolution, [row, column]));
    if (!three && suitsTogether(convolution, phases)) emitPhases(context, node, convolution, row, 0, phases);
    else for (const column of columns) emitPhases(context, node, convolution, row, column, [phases[column]]);
  }
};

/** Whether the gradient is a picture's, which has a kernel of its own. */
const suitsThree = ({ x, w, groups }: Convolution): boolean =>
  groups === 1 && x[3] === 3 && w[3] % 4 === 0 && w[3] >= 8;

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** The taps that reach the input positions of a phase, by the output position that each looks at for the phase's first. */
function phaseTaps({ window, w }: Convolution, phase: readonly [number, number]): Tap[] {
  const [kh, kw, channels, filters] = w;
  // Output row = (h + margin − i · dilation) / stride for h = phase + stride · q: q plus this, which must be whole.
  const reach = (axis: 0 | 1, i: number): number =>
    (phase[axis] + window.margins[2 * axis] - i * window.dilation[axis]) / window.strides[axis];
  const found: Tap[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const [row, column] = [reach(0, i), reach(1, j)];
      if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
      found.push({ row, column, weights: (i * kw + j) * channels * filters });
    }
  return found;
}

/** The positions at which any of the phases has a tap, in the order in which memory is read. */
function unionOf(phases: readonly (readonly Tap[])[]): { readonly row: number; readonly column: number }[] {
  const places = new Map(phases.flat().map(({ row, column }) => [`${row} ${column}`, { row, column }]));
  return [...places.values()].sort((a, b) => a.row - b.row || a.column - b.column);
}

/** Whether the columns' phases go together: where rows hold whole strides, and it takes fewer products, in eights of outputs. */
function suitsTogether({ x, window, groups }: Convolution, phases: readonly (readonly Tap[])[]): boolean {
  const [, , width, inputs] = x;
  if (phases.length < 2 || groups > 1 || width % window.strides[1] !== 0) return false;
  const eights = (outputs: number): number => Math.ceil(outputs / 8);
  const apart = eights(inputs) * phases.flat().length;
  return eights(inputs * phases.length) * unionOf(phases).length < apart;
}

/** Emits the phase of `row` and `column`, or those of as many columns from there on as there are taps. */
function emitPhases(
  context: LoweringContext,
  node: GradientNode,
  convolution: Convolution,
  row: number,
  column: number,
  phases: readonly (readonly Tap[])[],
): void {
  const { x, y, w, window, groups } = convolution;
  const [, height, width, inputs] = x;
  const filters = w[3];
  const [strideRow, strideColumn] = window.strides;
  const union = unionOf(phases);
  const corner = [Math.min(...union.map((tap) => tap.row)), Math.min(...union.map((tap) => tap.column))] as const;
  const weightsAt = (taps: readonly Tap[], at: { readonly row: number; readonly column: number }): number =>
    taps.find((tap) => tap.row === at.row && tap.column === at.column)?.weights ?? -1;
  const taps = union.map((at) => ({
    row: at.row - corner[0],
    column: at.column - corner[1],
    weights: weightsAt(phases[0], at),
  }));
  const sweep = joined({
    images: x[0],
    inHeight: y[1],
    inWidth: y[2],
    inChannels: filters,
    groups,
    taps,
    origin: taps.length > 0 ? corner : [0, 0],
    step: [1, 1],
    grid: [Math.ceil((height - row) / strideRow), Math.ceil((width - column) / strideColumn)],
    out: {
      origin: (row * width + column) * inputs,
      row: strideRow * width * inputs,
      column: strideColumn * inputs,
      image: height * width * inputs,
    },
  });
  const layout: FilterLayout = {
    outputs: (phases.length * inputs) / groups,
    inputStride: 1,
    outputStride: filters,
    groupStride: filters / groups,
    ...(phases.length > 1 && { phases: phases.map((of) => union.map((at) => weightsAt(of, at))) }),
  };
  const epilogue = epilogueOf(context);
  const [dy, weights, dx] = [context.block(node.inputs[0]), node.inputs[1], context.block(node)];
  if (suitsThree(convolution) && isPlain(epilogue)) emitThree(context, dy, weights, dx, sweep, layout);
  else emitConvolution(context, dy, weights, dx, sweep, layout, epilogue);
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

import { layers, type Layer } from '../../../../layers/index.js';
import { layouts } from '../../../../weights/pytorchLayouts.js';
import { computedFilters } from '../importAdvice.js';
import { floats, type ConstantValue, type ImportedValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { OnnxOperators } from '../onnxOperator.js';
import { liftedPicture } from '../reshaped.js';
import { pictureValue } from '../valueLayout.js';
import { block, joinedAlong } from './alongAxis.js';
import { followingBias } from './importArithmetic.js';
import { pairOf, sidesOf, type Sides, type Sizes } from './slidingWindow.js';

/** More groups of a transposed convolution, which become layers of their own, are refused. */
const mostGroups = 64;

/** A convolution's kernel as the file has it: [F, C / groups, kh, kw], transposed [C, F / groups, kh, kw]. */
function kernelOf(node: OnnxNode): ConstantValue {
  const given = node.value(1);
  if (given.kind === 'symbolic' && given.tensor.source)
    throw computedFilters(node, `layer '${given.tensor.source.layer.name}'`);
  const kernel = node.constant(1, 'the kernel');
  const { shape } = kernel;
  node.expect(
    (shape.length === 4 || shape.length === 3) && shape.every((n) => n > 0),
    'the kernel must be one of a 2D or 1D convolution',
    { received: `shape [${shape.join(', ')}]`, advice: 'volumes (3D) cannot be imported' },
  );
  const stated = node.ints('kernel_shape') ?? shape.slice(2);
  node.expect(
    stated.join() === shape.slice(2).join(),
    `kernel_shape [${stated.join(', ')}] is not that of the kernel [${shape.join(', ')}]`,
    { advice: 'the file is damaged' },
  );
  return shape.length === 4 ? kernel : { ...kernel, shape: [shape[0], shape[1], 1, shape[2]] };
}

/** The bias: an input of its own, or an addition behind. */
function biasOf(
  node: OnnxNode,
  filters: number,
  lifted: boolean,
): { bias?: Float32Array; absorb?: (value: ImportedValue) => void } {
  if (!node.has(2)) return lifted ? {} : (followingBias(node, filters, 2) ?? {});
  const bias = node.constant(2, 'the bias');
  node.expect(bias.data.length === filters, `the bias must have one number for each of ${filters} filters`, {
    received: bias.data.length,
  });
  return { bias: floats(bias) };
}

function conv(node: OnnxNode): SymbolicValue {
  const kernel = kernelOf(node);
  const [filters, channels, height, width] = kernel.shape;
  const kernelSize: Sizes = [height, width];
  const { x, lowered } = liftedPicture(node);
  const groups = node.int('group', 1);
  const given = x.tensor.shape[2];
  node.expect(given === channels * groups, `the kernel takes ${channels * groups} channels`, {
    received: node.shapeText(x),
    advice: "give { layout: 'NHWC' } or 'NCHW' where the input was taken for the other",
  });
  const strides = pairOf(node, 'strides', 1);
  const dilationRate = pairOf(node, 'dilations', 1);
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const padding = sidesOf(node, { input, kernel: kernelSize, strides, dilation: dilationRate });
  const { bias, absorb } = biasOf(node, filters, lowered !== pictureValue);
  const settings = { kernelSize, strides, padding, dilationRate, groups, useBias: bias !== undefined };
  const depthwise = groups > 1 && channels === 1 && filters % groups === 0;
  const make = (): Layer => {
    const { groups: parts, ...common } = { ...settings, ...node.layerName() };
    const layer = depthwise
      ? layers.depthwiseConv2d({ ...common, depthMultiplier: filters / parts })
      : layers.conv2d({ ...common, filters, groups: parts });
    const layout = depthwise ? layouts.depthwiseKernel : layouts.kernel;
    const shape = depthwise ? [...kernelSize, groups, filters / groups] : [...kernelSize, channels, filters];
    node.setWeights(layer, { kernel: layout.toOurs(floats(kernel), shape, undefined), bias });
    return layer;
  };
  const isModule = kernel.learned && kernel.name !== '';
  const layer = isModule && !absorb ? node.sharedLayer(settings, make) : make();
  const value = lowered(node.apply(layer, x.tensor));
  absorb?.(value);
  return value;
}

/** Where the file says how large the output is to be: what is cut off, or what is added below and right. */
function cutTo(
  node: OnnxNode,
  shape: readonly number[],
  full: readonly number[],
): { readonly padding: Sides; readonly outputPadding: Sizes } {
  const sides = [0, 1].map((axis) => {
    const total = Math.max(0, full[axis] - shape[axis]);
    const half = Math.floor(total / 2);
    return node.text('auto_pad', 'NOTSET') === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
  });
  const added = [0, 1].map((axis) => Math.max(0, shape[axis] - full[axis]));
  return { padding: [sides[0][0], sides[0][1], sides[1][0], sides[1][1]], outputPadding: [added[0], added[1]] };
}

/** What a transposed convolution cuts off and adds. */
function edgesOf(
  node: OnnxNode,
  input: Sizes,
  window: { readonly kernel: Sizes; readonly strides: Sizes; readonly dilation: Sizes },
): { readonly padding: Sides | 'same'; readonly outputPadding: Sizes } {
  const { kernel, strides, dilation } = window;
  const outputPadding = pairOf(node, 'output_padding', 0);
  const auto = node.text('auto_pad', 'NOTSET').startsWith('SAME');
  const listed = node.ints('output_shape');
  const given = listed && (listed.length === 1 ? [1, listed[0]] : listed.slice(-2));
  const wanted = given ?? (auto ? input.map((n, axis) => n * strides[axis]) : undefined);
  if (!wanted) return { padding: sidesOf(node, { input, ...window }), outputPadding };
  const full = input.map(
    (n, axis) => (n - 1) * strides[axis] + (kernel[axis] - 1) * dilation[axis] + 1 + outputPadding[axis],
  );
  const edges = cutTo(node, wanted, full);
  const total = [0, 1].map((axis) => edges.outputPadding[axis] + outputPadding[axis]);
  return { padding: edges.padding, outputPadding: [total[0], total[1]] };
}

function convTranspose(node: OnnxNode): SymbolicValue {
  const kernel = kernelOf(node);
  const [channels, filters, height, width] = kernel.shape;
  const groups = node.int('group', 1);
  node.expect(
    groups >= 1 && groups <= mostGroups && channels % groups === 0,
    `the ${channels} channels of a transposed convolution must be in 1 to ${mostGroups} groups`,
    { received: groups },
  );
  const { x, lowered } = liftedPicture(node);
  node.expect(x.tensor.shape[2] === channels, `the kernel takes ${channels} channels`, { received: node.shapeText(x) });
  const kernelSize: Sizes = [height, width];
  const strides = pairOf(node, 'strides', 1);
  const dilationRate = pairOf(node, 'dilations', 1);
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const edges = edgesOf(node, input, { kernel: kernelSize, strides, dilation: dilationRate });
  const { bias, absorb } = biasOf(node, filters * groups, lowered !== pictureValue);
  const each = channels / groups;
  const parts = Array.from({ length: groups }, (_, group) => {
    const suffix = groups > 1 ? `group${group}` : '';
    const layer = layers.conv2dTranspose({
      filters,
      kernelSize,
      strides,
      dilationRate,
      ...edges,
      useBias: bias !== undefined,
      ...node.layerName(suffix),
    });
    const size = each * filters * height * width;
    const own = floats(kernel).subarray(group * size, (group + 1) * size);
    node.setWeights(layer, {
      kernel: layouts.kernel.toOurs(own, [...kernelSize, filters, each], undefined),
      bias: bias?.slice(group * filters, (group + 1) * filters),
    });
    const taken = block(node, x, 1, group * each, each, `${suffix}.channels`);
    return pictureValue(node.apply(layer, taken.tensor));
  });
  const value = lowered(joinedAlong(node, parts, 1).tensor);
  absorb?.(value);
  return value;
}

/** Convolutions. */
export const convolutions = {
  Conv: { import: conv },
  ConvTranspose: { import: convTranspose },
} as const satisfies OnnxOperators;

import { layers, type Layer } from '../../../layers/index.js';
import { layouts } from '../../../models/pytorchLayouts.js';
import { picture, pictureValue } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { floats, type ConstantValue, type ImportedValue, type SymbolicValue } from '../values.js';
import { followingBias } from './bias.js';
import type { Importers } from './importer.js';
import { pairOf, sidesOf, type Sides, type Sizes } from './windows.js';

/** A convolution's kernel as the file has it: [F, C / groups, kh, kw], transposed [C, F / groups, kh, kw]. */
function kernelOf(node: OnnxNode): ConstantValue {
  const kernel = node.constant(1, 'the kernel');
  const { shape } = kernel;
  node.expect(
    shape.length === 4 && shape.every((n) => n > 0),
    `the kernel must be one of a 2D convolution; received shape [${shape.join(', ')}]; signals and volumes (1D, 3D) cannot ` +
      'be imported',
  );
  const stated = node.ints('kernel_shape') ?? shape.slice(2);
  node.expect(
    stated.join() === shape.slice(2).join(),
    `kernel_shape [${stated.join(', ')}] is not that of the kernel [${shape.join(', ')}]; the file is damaged`,
  );
  return kernel;
}

/** The bias: an input of its own, or an addition behind. */
function biasOf(node: OnnxNode, filters: number): { bias?: Float32Array; absorb?: (value: ImportedValue) => void } {
  if (!node.has(2)) return followingBias(node, filters, 2) ?? {};
  const bias = node.constant(2, 'the bias');
  node.expect(
    bias.data.length === filters,
    `the bias must have one number for each of ${filters} filters; received ${bias.data.length}`,
  );
  return { bias: floats(bias) };
}

/**
 * A layer with weights; nodes that have the same weights and settings are one layer, as they are one module in what was
 * exported.
 */
function sharedLayer(node: OnnxNode, settings: object, kernel: ConstantValue, make: () => Layer): Layer {
  if (!kernel.learned || !kernel.name) return make();
  const key = JSON.stringify([node.op, node.proto.input.slice(1), settings]);
  const known = node.graph.shared.get(key);
  if (known) return known;
  const layer = make();
  node.graph.shared.set(key, layer);
  return layer;
}

function conv(node: OnnxNode): SymbolicValue {
  const kernel = kernelOf(node);
  const [filters, channels, height, width] = kernel.shape;
  const kernelSize: Sizes = [height, width];
  const x = picture(node);
  const groups = node.int('group', 1);
  const given = x.tensor.shape[2];
  node.expect(
    given === channels * groups,
    `the kernel takes ${channels * groups} channels; received ${node.shapeText(x)}; give { layout: 'NHWC' } or 'NCHW' ` +
      'where the input was taken for the other',
  );
  const strides = pairOf(node, 'strides', 1);
  const dilationRate = pairOf(node, 'dilations', 1);
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const padding = sidesOf(node, { input, kernel: kernelSize, strides, dilation: dilationRate });
  const { bias, absorb } = biasOf(node, filters);
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
  const layer = absorb ? make() : sharedLayer(node, settings, kernel, make);
  const value = pictureValue(node.apply(layer, x.tensor));
  absorb?.(value);
  return value;
}

/** What is cut off the output, where the file says how large the output is to be. */
function cutTo(node: OnnxNode, shape: readonly number[], full: readonly number[], extra: readonly number[]): Sides {
  const sides = [0, 1].map((axis) => {
    const total = full[axis] + extra[axis] - shape[shape.length - 2 + axis];
    node.expect(total >= 0, `output_shape [${shape.join(', ')}] is larger than what the kernels reach`);
    const half = Math.floor(total / 2);
    return node.text('auto_pad', 'NOTSET') === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
  });
  return [sides[0][0], sides[0][1], sides[1][0], sides[1][1]];
}

function convTranspose(node: OnnxNode): SymbolicValue {
  const kernel = kernelOf(node);
  const [channels, filters, height, width] = kernel.shape;
  const groups = node.int('group', 1);
  node.expect(groups === 1, `transposed convolutions must have one group; received ${groups}`);
  const x = picture(node);
  node.expect(x.tensor.shape[2] === channels, `the kernel takes ${channels} channels; received ${node.shapeText(x)}`);
  const kernelSize: Sizes = [height, width];
  const strides = pairOf(node, 'strides', 1);
  const dilationRate = pairOf(node, 'dilations', 1);
  const outputPadding = pairOf(node, 'output_padding', 0);
  const input: Sizes = [x.tensor.shape[0], x.tensor.shape[1]];
  const full = input.map((n, axis) => (n - 1) * strides[axis] + (kernelSize[axis] - 1) * dilationRate[axis] + 1);
  const auto = node.text('auto_pad', 'NOTSET').startsWith('SAME');
  const wanted = node.ints('output_shape') ?? (auto ? input.map((n, axis) => n * strides[axis]) : undefined);
  const padding = wanted
    ? cutTo(node, wanted, full, outputPadding)
    : sidesOf(node, { input, kernel: kernelSize, strides, dilation: dilationRate });
  const { bias, absorb } = biasOf(node, filters);
  const layer = layers.conv2dTranspose({
    ...{ filters, kernelSize, strides, padding, outputPadding, dilationRate },
    useBias: bias !== undefined,
    ...node.layerName(),
  });
  const shape = [...kernelSize, filters, channels];
  node.setWeights(layer, { kernel: layouts.kernel.toOurs(floats(kernel), shape, undefined), bias });
  const value = pictureValue(node.apply(layer, x.tensor));
  absorb?.(value);
  return value;
}

/** Convolutions. */
export const convolutions: Importers = { Conv: conv, ConvTranspose: convTranspose };

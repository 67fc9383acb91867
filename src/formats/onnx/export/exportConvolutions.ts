import type {
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  Layer,
  LocallyConnected2D,
  SeparableConv2D,
} from '../../../layers/index.js';
import { layouts } from '../../../weights/pytorchLayouts.js';
import { slideWindow, type Pair, type Padding } from '../../../ops/window.js';
import { sizeOf, type Shape } from '../../../tensor/index.js';
import { activate } from './exportActivations.js';
import type { ExportGraph, Setting } from './exportGraph.js';
import { arranged, channelsFirst, type ExportRow, picture, plainAxes, reshape } from './exportValues.js';

/** How a kernel moves. */
interface Movement {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
}

/** A convolution's settings; 'same' becomes the margins that it means for this size, as ONNX's own puts the odd row elsewhere. */
function settingsOf({ kernelSize, strides, padding, dilationRate }: Movement, input: Shape): Record<string, Setting> {
  const [height, width] = input;
  const [top, bottom, left, right] = slideWindow([height, width], kernelSize, strides, padding, dilationRate).margins;
  return { kernel_shape: kernelSize, strides, pads: [top, left, bottom, right], dilations: dilationRate };
}

/** One of a layer's kernels as ONNX, and PyTorch, have it. */
export const kernelWeight = (
  graph: ExportGraph,
  layer: Layer,
  name: string,
  layout: 'kernel' | 'depthwiseKernel',
): string => {
  const { shape } = layer.weights.find((weight) => weight.name === name)!.variable;
  return graph.weight(layer, name, layouts[layout].shape(shape), (values) =>
    layouts[layout].toPytorch(values, shape, undefined),
  );
};

/** The bias as an input, where the layer has one. */
export const biasOf = (graph: ExportGraph, layer: Layer, dims?: Shape): string[] => {
  const bias = layer.weights.find(({ name }) => name === 'bias');
  return bias ? [graph.weight(layer, 'bias', dims ?? bias.variable.shape, (values) => values)] : [];
};

export const conv2d: ExportRow<Conv2D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'kernel'), ...biasOf(graph, layer)];
  const name = graph.op('Conv', inputs, { ...settingsOf(layer, x.shape), group: layer.groups });
  return activate(graph, layer.settings.activation, picture(name, shape));
};

export const depthwiseConv2d: ExportRow<DepthwiseConv2D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'depthwiseKernel'), ...biasOf(graph, layer)];
  const name = graph.op('Conv', inputs, { ...settingsOf(layer, x.shape), group: x.shape[2] });
  return activate(graph, layer.settings.activation, picture(name, shape));
};

export const separableConv2d: ExportRow<SeparableConv2D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const depthwise = kernelWeight(graph, layer, 'depthwiseKernel', 'depthwiseKernel');
  const channels = graph.op('Conv', [x.name, depthwise], { ...settingsOf(layer, x.shape), group: x.shape[2] });
  const pointwise = kernelWeight(graph, layer, 'pointwiseKernel', 'kernel');
  const name = graph.op('Conv', [channels, pointwise, ...biasOf(graph, layer)], { kernel_shape: [1, 1] });
  return activate(graph, layer.activation, picture(name, shape));
};

export const conv2dTranspose: ExportRow<Conv2DTranspose> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { kernelSize, strides, dilationRate, padding } = layer;
  const extents = [0, 1].map((axis) => {
    const reached = (x.shape[axis] - 1) * strides[axis] + (kernelSize[axis] - 1) * dilationRate[axis] + 1;
    const cut = Math.max(0, reached - shape[axis]);
    const [before, after] =
      typeof padding === 'string'
        ? [Math.floor(cut / 2), Math.ceil(cut / 2)]
        : [padding[2 * axis], padding[2 * axis + 1]];
    return { before, after, extra: shape[axis] - (reached - before - after) };
  });
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'kernel'), ...biasOf(graph, layer)];
  const name = graph.op('ConvTranspose', inputs, {
    kernel_shape: kernelSize,
    strides,
    dilations: dilationRate,
    pads: [...extents.map(({ before }) => before), ...extents.map(({ after }) => after)],
    output_padding: extents.map(({ extra }) => extra),
  });
  return activate(graph, layer.settings.activation, picture(name, shape));
};

/** A vector's product is a Gemm, each pixel's a convolution of 1×1, any other's a MatMul. */
export const dense: ExportRow<Dense> = (layer, graph, [given], shape) => {
  const { activation } = layer.settings;
  const [inputs, units] = layer.weights[0].variable.shape;
  const turned = (order: Int32Array | undefined, dims: Shape, form: string): string =>
    graph.weight(layer, 'kernel', dims, (v) => layouts.matrix.toPytorch(v, [inputs, units], order), form);
  if (given.shape.length === 1) {
    const weight = turned(given.order, [units, inputs], given.order ? 'moved' : '');
    const name = graph.op('Gemm', [given.name, weight, ...biasOf(graph, layer)], { transB: 1 });
    return activate(graph, activation, { name, shape, axes: [0] });
  }
  if (given.shape.length === 3) {
    const x = channelsFirst(graph, given);
    const weight = turned(undefined, [units, inputs, 1, 1], '');
    const name = graph.op('Conv', [x.name, weight, ...biasOf(graph, layer)], { kernel_shape: [1, 1] });
    return activate(graph, activation, picture(name, shape));
  }
  const axes = plainAxes(given.shape.length);
  const x = arranged(graph, given, axes);
  const product = graph.op('MatMul', [x.name, graph.weight(layer, 'kernel', [inputs, units], (v) => v, 'ours')]);
  const [bias] = biasOf(graph, layer);
  const name = bias === undefined ? product : graph.op('Add', [product, bias]);
  return activate(graph, activation, { name, shape, axes });
};

/**
 * Windows are cut out by a convolution with kernels of a single 1, and every position is then a group of a second convolution
 * over a picture of one pixel.
 */
export const locallyConnected2d: ExportRow<LocallyConnected2D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { kernelSize, strides, filters } = layer;
  const channels = x.shape[2];
  const area = sizeOf(kernelSize);
  const positions = shape[0] * shape[1];
  const values = channels * area;
  const ones = Float32Array.from({ length: values * area }, (_, i) =>
    Math.floor(i / area) % area === i % area ? 1 : 0,
  );
  const cut = graph.floats('windows', ones, [values, 1, ...kernelSize]);
  const windows = graph.op('Conv', [x.name, cut], { kernel_shape: kernelSize, strides, group: channels });
  const rows = graph.op('Transpose', [reshape(graph, windows, [values, positions])], { perm: [0, 2, 1] });
  // Windows come channel by channel, Striate's kernels pixel by pixel.
  const encode = (kernel: Float32Array): Float32Array => {
    const result = new Float32Array(kernel.length);
    for (let p = 0, to = 0; p < positions; p++)
      for (let f = 0; f < filters; f++)
        for (let c = 0; c < channels; c++)
          for (let k = 0; k < area; k++) result[to++] = kernel[(p * values + k * channels + c) * filters + f];
    return result;
  };
  const kernel = graph.weight(layer, 'kernel', [positions * filters, values, 1, 1], encode);
  const inputs = [reshape(graph, rows, [positions * values, 1, 1]), kernel];
  inputs.push(...biasOf(graph, layer, [positions * filters]));
  const sums = graph.op('Conv', inputs, { kernel_shape: [1, 1], group: positions });
  const turned = graph.op('Transpose', [reshape(graph, sums, [positions, filters])], { perm: [0, 2, 1] });
  const name = reshape(graph, turned, [filters, shape[0], shape[1]]);
  return activate(graph, layer.settings.activation, picture(name, shape));
};

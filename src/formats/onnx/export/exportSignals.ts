import type {
  AveragePooling1D,
  Conv1D,
  Conv1DTranspose,
  DepthwiseConv1D,
  Dot,
  GlobalAveragePooling1D,
  GlobalMaxPooling1D,
  MaxPooling1D,
  RepeatVector,
  RowWindow,
  SeparableConv1D,
  UnitNormalization,
  UpSampling1D,
} from '../../../layers/index.js';
import { slideWindow } from '../../../ops/window.js';
import { sizeOf, type Shape } from '../../../tensor/index.js';
import { activate } from './exportActivations.js';
import { biasOf, kernelWeight } from './exportConvolutions.js';
import type { ExportGraph, Setting } from './exportGraph.js';
import { marginsOf, pooledWhole, reduced } from './exportPoolings.js';
import { resized } from './exportResizing.js';
import {
  arranged,
  channelsFirst,
  channelsFirstAxes,
  ordered,
  plainAxes,
  reshape,
  type ExportRow,
  type ExportValue,
} from './exportValues.js';

/** A signal with its channels first, as ONNX has it. */
const signal = (name: string, shape: Shape): ExportValue => ({ name, shape, axes: channelsFirstAxes(2) });

/** A convolution's settings along the one axis; 'same' becomes the ends that it means for this length. */
function settingsOf(
  { kernelSize, strides, padding, dilationRate }: RowWindow,
  [steps]: Shape,
): Record<string, Setting> {
  const [, , before, after] = slideWindow([1, steps], kernelSize, strides, padding, dilationRate).margins;
  return { kernel_shape: [kernelSize[1]], strides: [strides[1]], pads: [before, after], dilations: [dilationRate[1]] };
}

export const conv1d: ExportRow<Conv1D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'kernel'), ...biasOf(graph, layer)];
  const name = graph.op('Conv', inputs, { ...settingsOf(layer.row, x.shape), group: layer.groups });
  return activate(graph, layer.settings.activation, signal(name, shape));
};

export const depthwiseConv1d: ExportRow<DepthwiseConv1D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'depthwiseKernel'), ...biasOf(graph, layer)];
  const name = graph.op('Conv', inputs, { ...settingsOf(layer.row, x.shape), group: x.shape[1] });
  return activate(graph, layer.settings.activation, signal(name, shape));
};

export const separableConv1d: ExportRow<SeparableConv1D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const depthwise = kernelWeight(graph, layer, 'depthwiseKernel', 'depthwiseKernel');
  const channels = graph.op('Conv', [x.name, depthwise], { ...settingsOf(layer.row, x.shape), group: x.shape[1] });
  const pointwise = kernelWeight(graph, layer, 'pointwiseKernel', 'kernel');
  const name = graph.op('Conv', [channels, pointwise, ...biasOf(graph, layer)], { kernel_shape: [1] });
  return activate(graph, layer.settings.activation, signal(name, shape));
};

export const conv1dTranspose: ExportRow<Conv1DTranspose> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { kernelSize, strides, dilationRate } = layer;
  const { before, after } = layer.extent(x.shape[0]);
  const reached = (x.shape[0] - 1) * strides + (kernelSize - 1) * dilationRate + 1;
  const inputs = [x.name, kernelWeight(graph, layer, 'kernel', 'kernel'), ...biasOf(graph, layer)];
  const name = graph.op('ConvTranspose', inputs, {
    kernel_shape: [kernelSize],
    strides: [strides],
    dilations: [dilationRate],
    pads: [before, after],
    output_padding: [shape[0] - (reached - before - after)],
  });
  return activate(graph, layer.settings.activation, signal(name, shape));
};

/** What a pooling slides along the one axis, and the steps before and behind. */
function poolingOf({ row }: MaxPooling1D | AveragePooling1D, [steps]: Shape) {
  const { margins, over } = marginsOf(row, [1, steps]);
  return {
    window: { kernel_shape: [row.poolSize[1]], strides: [row.strides[1]] },
    before: margins[2],
    after: margins[3],
    over: over[1],
  };
}

export const maxPooling1d: ExportRow<MaxPooling1D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { window, before, after, over } = poolingOf(layer, x.shape);
  return signal(graph.op('MaxPool', [x.name], { ...window, pads: [before, after + over] }), shape);
};

export const averagePooling1d: ExportRow<AveragePooling1D> = (layer, graph, [given], shape) => {
  const x = channelsFirst(graph, given);
  const { window, before, after, over } = poolingOf(layer, x.shape);
  if (layer.countPadding && over > 0) {
    // The ends count, what hangs over does not: they become part of the signal.
    const pads = graph.ints('pads', [0, 0, before, 0, 0, after]);
    const padded = graph.op('Pad', [x.name, pads], { mode: 'constant' });
    return signal(graph.op('AveragePool', [padded], { ...window, pads: [0, over] }), shape);
  }
  const settings = { ...window, pads: [before, after + over], count_include_pad: layer.countPadding ? 1 : 0 };
  return signal(graph.op('AveragePool', [x.name], settings), shape);
};

export const globalAveragePooling1d: ExportRow<GlobalAveragePooling1D> = (_, graph, [x], shape) =>
  pooledWhole(graph, 'GlobalAveragePool', x, shape);

export const globalMaxPooling1d: ExportRow<GlobalMaxPooling1D> = (_, graph, [x], shape) =>
  pooledWhole(graph, 'GlobalMaxPool', x, shape);

export const upSampling1d: ExportRow<UpSampling1D> = ({ size }, graph, [given], shape) =>
  signal(resized(graph, channelsFirst(graph, given).name, [1, 1, size], 'nearest'), shape);

export const repeatVector: ExportRow<RepeatVector> = ({ n }, graph, [given], shape) => {
  const single = reshape(graph, ordered(graph, given).name, [shape[1], 1]);
  return signal(graph.op('Tile', [single, graph.ints('repeats', [1, 1, n])]), shape);
};

/** A value divided by its length along these axes, which are Striate's, without the batch. */
function unitLength(graph: ExportGraph, x: ExportValue, axes: readonly number[], epsilon: number): ExportValue {
  const squares = { ...x, name: graph.op('Mul', [x.name, x.name]) };
  const sums = reduced(graph, 'ReduceSum', squares, axes, true);
  const least = graph.op('Max', [sums.name, graph.floats('least', [epsilon ** 2], [])]);
  return { ...x, name: graph.op('Div', [x.name, graph.op('Sqrt', [least])]) };
}

export const unitNormalization: ExportRow<UnitNormalization> = (layer, graph, [given]) => {
  const x = ordered(graph, given);
  const axes = layer.axesOf(x.shape).map((axis) => axis - 1);
  return unitLength(graph, x, axes, 1e-12);
};

export const dot: ExportRow<Dot> = (layer, graph, inputs, shape) => {
  const axes = layer.axesOf(inputs.map((input) => input.shape));
  const matrices = inputs.map((given, i) => {
    const axis = axes[i] - 1;
    const x = ordered(graph, given);
    const unit = layer.normalize ? unitLength(graph, x, [axis], 1e-7) : x;
    const rest = plainAxes(x.shape.length).filter((other) => other !== axis);
    const turned = arranged(graph, unit, i === 0 ? [...rest, axis] : [axis, ...rest]);
    if (rest.length === 1) return turned.name;
    const count = sizeOf(rest.map((other) => x.shape[other]));
    const size = x.shape[axis];
    return reshape(graph, turned.name, i === 0 ? [count, size] : [size, count]);
  });
  const product = graph.op('MatMul', matrices);
  const direct = inputs.every((input) => input.shape.length === 2);
  return { name: direct ? product : reshape(graph, product, shape), shape, axes: plainAxes(shape.length) };
};

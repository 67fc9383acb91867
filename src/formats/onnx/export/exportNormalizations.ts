import type {
  BatchNormalization,
  GroupNormalization,
  LayerNormalization,
  LocalResponseNormalization,
  Normalization,
} from '../../../layers/index.js';
import { localResponseWindow } from '../../../ops/localResponseNormalization.js';
import { sizeOf } from '../../../tensor/index.js';
import { withWeight } from './exportArithmetic.js';
import type { ExportGraph } from './exportGraph.js';
import { reduced } from './exportPoolings.js';
import {
  arranged,
  channelsFirst,
  type ExportRow,
  ordered,
  plainAxes,
  reshape,
  sizesIn,
  stretched,
} from './exportValues.js';

/** Stays a node of its own, so that the file can be trained on elsewhere; runtimes fold it. */
export const batchNormalization: ExportRow<BatchNormalization> = (layer, graph, [given]) => {
  const x = channelsFirst(graph, given);
  const channels = x.shape[x.shape.length - 1];
  const { encode } = stretched([channels], x);
  const form = x.order ? 'moved' : '';
  const weight = (name: string, instead?: number): string =>
    graph.has(layer, name) || instead === undefined
      ? graph.weight(layer, name, [channels], encode, form)
      : graph.floats(name, new Float32Array(channels).fill(instead));
  const weights = [weight('gamma', 1), weight('beta', 0), weight('movingMean'), weight('movingVariance')];
  return { ...x, name: graph.op('BatchNormalization', [x.name, ...weights], { epsilon: { float: layer.epsilon } }) };
};

export const layerNormalization: ExportRow<LayerNormalization> = (layer, graph, [given]) => {
  const rank = given.shape.length;
  const channels = given.shape[rank - 1];
  if (graph.opset >= 17) {
    const x = arranged(graph, given, plainAxes(rank));
    const { encode } = stretched([channels], x);
    const form = x.order ? 'moved' : '';
    const scale = graph.has(layer, 'gamma')
      ? graph.weight(layer, 'gamma', [channels], encode, form)
      : graph.floats('scale', new Float32Array(channels).fill(1));
    const inputs = [x.name, scale];
    if (graph.has(layer, 'beta')) inputs.push(graph.weight(layer, 'beta', [channels], encode, form));
    return { ...x, name: graph.op('LayerNormalization', inputs, { axis: rank, epsilon: { float: layer.epsilon } }) };
  }
  const mean = reduced(graph, 'ReduceMean', given, [rank - 1], true);
  const centered = graph.op('Sub', [given.name, mean.name]);
  const squares = graph.op('Pow', [centered, graph.floats('two', [2], [])]);
  const variance = reduced(graph, 'ReduceMean', { ...given, name: squares }, [rank - 1], true);
  const deviation = graph.op('Sqrt', [graph.op('Add', [variance.name, graph.floats('epsilon', [layer.epsilon], [])])]);
  const y = { ...given, name: graph.op('Div', [centered, deviation]) };
  return withWeight(graph, 'Add', withWeight(graph, 'Mul', y, layer, 'gamma'), layer, 'beta');
};

/** Statistics are constants; what is divided by is written in place of the variance. */
export const normalization: ExportRow<Normalization> = (layer, graph, [x]) => {
  const constants = layer.constants(x.shape);
  const { dims, encode } = stretched(layer.stretchedShape(x.shape), x);
  const deviations = (variance: Float32Array): Float32Array => encode(layer.deviations(variance));
  const form = `${x.axes.join()} ${x.order ? 'moved' : ''}`;
  const [mean, deviation] = constants
    ? [
        graph.floats('mean', encode(constants.mean), dims),
        graph.floats('deviation', deviations(constants.variance), dims),
      ]
    : [
        graph.weight(layer, 'mean', dims, encode, form),
        graph.weight(layer, 'variance', dims, deviations, `${form} deviation`),
      ];
  const [first, second] = layer.invert ? ['Mul', 'Add'] : ['Sub', 'Div'];
  const [before, behind] = layer.invert ? [deviation, mean] : [mean, deviation];
  return { ...x, name: graph.op(second, [graph.op(first, [x.name, before]), behind]) };
};

/** Groups of channels are channels of an instance normalization, which every opset has. */
export const groupNormalization: ExportRow<GroupNormalization> = (layer, graph, [given]) => {
  const x = channelsFirst(graph, ordered(graph, given));
  const groups = layer.groupsOf(x.shape[x.shape.length - 1]);
  const grouped = reshape(graph, x.name, [groups, sizeOf(x.shape) / groups]);
  const ones = graph.floats('scale', new Float32Array(groups).fill(1));
  const zeros = graph.floats('offset', new Float32Array(groups));
  const normal = graph.op('InstanceNormalization', [grouped, ones, zeros], { epsilon: { float: layer.epsilon } });
  const y = { ...x, name: reshape(graph, normal, sizesIn(x)) };
  return withWeight(graph, 'Add', withWeight(graph, 'Mul', y, layer, 'gamma'), layer, 'beta');
};

/** ONNX's even windows reach to the other side, so that those are put together from other operators. */
export const localResponseNormalization: ExportRow<LocalResponseNormalization> = (layer, graph, [given]) => {
  const x = channelsFirst(graph, ordered(graph, given));
  const { size, alpha, beta, bias } = layer;
  const channels = x.shape[x.shape.length - 1];
  const isPicture = x.shape.length === 3;
  if (size % 2 === 1) {
    const settings = { size, alpha: { float: alpha }, beta: { float: beta }, bias: { float: bias } };
    const wide = isPicture ? x.name : reshape(graph, x.name, [channels, sizeOf(x.shape) / channels, 1]);
    const y = graph.op('LRN', [wide], settings);
    return { ...x, name: isPicture ? y : reshape(graph, y, sizesIn(x)) };
  }
  const denominators = graph.op('Pow', [
    graph.op('Add', [windowMeans(graph, x.name, channels, sizeOf(x.shape), layer), graph.floats('bias', [bias], [])]),
    graph.floats('beta', [beta], []),
  ]);
  return { ...x, name: graph.op('Div', [x.name, reshape(graph, denominators, sizesIn(x))]) };
};

/** alpha / size · Σ x² over windows of channels, as [1, channels, positions]: an averaging whose margins count. */
function windowMeans(
  graph: ExportGraph,
  x: string,
  channels: number,
  count: number,
  { size, alpha }: LocalResponseNormalization,
): string {
  const [before, after] = localResponseWindow(size);
  const squares = reshape(graph, graph.op('Mul', [x, x]), [1, channels, count / channels]);
  const pads = graph.ints('pads', [0, 0, before, 0, 0, 0, after, 0]);
  const padded = graph.op('Pad', [squares, pads], { mode: 'constant' });
  const means = graph.op('AveragePool', [padded], { kernel_shape: [size, 1], strides: [1, 1] });
  return graph.op('Mul', [means, graph.floats('alpha', [alpha], [])]);
}

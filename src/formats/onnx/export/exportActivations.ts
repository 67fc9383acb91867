import type { Activation, ActivationName, Clip, ELU, LeakyReLU, PReLU, ReLU, Softmax } from '../../../layers/index.js';
import { normalizeAxis } from '../../../tensor/index.js';
import type { ExportGraph } from './exportGraph.js';
import { reduced } from './exportPoolings.js';
import { arranged, type ExportRow, type ExportValue, placeOf, plainAxes, stretched } from './exportValues.js';

/** Adds an activation's operators. */
type Emit = (graph: ExportGraph, x: ExportValue) => ExportValue;

/** One operator on every element. */
const single =
  (opType: string, settings = {}): Emit =>
  (graph, x) => ({ ...x, name: graph.op(opType, [x.name], settings) });

/** Values kept within limits. */
export function clip(
  graph: ExportGraph,
  x: ExportValue,
  min: number | undefined,
  max: number | undefined,
): ExportValue {
  const limit = (what: string, value: number | undefined): string =>
    value === undefined ? '' : graph.floats(what, [value], []);
  const limits = max === undefined ? [limit('min', min)] : [limit('min', min), limit('max', max)];
  return { ...x, name: graph.op('Clip', [x.name, ...limits]) };
}

const leaky = (slope: number): Emit => single('LeakyRelu', { alpha: { float: slope } });
const hardSigmoid = single('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });

/** x times a function of x. */
const gated =
  (gate: Emit): Emit =>
  (graph, x) => ({ ...x, name: graph.op('Mul', [x.name, gate(graph, x).name]) });

/** An operator that exists since a version, and what replaces it in earlier ones. */
const since =
  (opset: number, newer: Emit, older: Emit): Emit =>
  (graph, x) =>
    (graph.opset >= opset ? newer : older)(graph, x);

/** Softmax and its logarithm along one of Striate's axes; before opset 13 that axis must be the last. */
function along(opType: 'Softmax' | 'LogSoftmax', graph: ExportGraph, given: ExportValue, axis: number): ExportValue {
  const rank = given.shape.length;
  const last = [...given.axes.filter((one) => one !== axis), axis];
  const x = graph.opset < 13 ? arranged(graph, given, last) : given;
  const place = graph.opset < 13 ? rank : placeOf(x, axis);
  return { ...x, name: graph.op(opType, [x.name], { axis: place }) };
}

const swish = gated(single('Sigmoid'));

const gelu: Emit = (graph, x) => {
  const error = graph.op('Erf', [graph.op('Div', [x.name, graph.floats('sqrt2', [Math.SQRT2], [])])]);
  const share = graph.op('Add', [error, graph.floats('one', [1], [])]);
  const product = graph.op('Mul', [x.name, share]);
  return { ...x, name: graph.op('Mul', [product, graph.floats('half', [0.5], [])]) };
};

const activations = {
  linear: (_graph, x) => x,
  relu: single('Relu'),
  relu6: (graph, x) => clip(graph, x, 0, 6),
  leakyRelu: leaky(0.2),
  sigmoid: single('Sigmoid'),
  tanh: single('Tanh'),
  softmax: (graph, x) => along('Softmax', graph, x, x.shape.length - 1),
  swish,
  silu: swish,
  exponential: single('Exp'),
  hardSigmoid,
  hardSwish: since(14, single('HardSwish'), gated(hardSigmoid)),
  elu: single('Elu'),
  selu: single('Selu'),
  gelu: since(20, single('Gelu'), gelu),
  softplus: single('Softplus'),
  softsign: single('Softsign'),
  mish: since(
    18,
    single('Mish'),
    gated((graph, x) => single('Tanh')(graph, single('Softplus')(graph, x))),
  ),
  logSoftmax: (graph, x) => along('LogSoftmax', graph, x, x.shape.length - 1),
  erf: single('Erf'),
  abs: single('Abs'),
  log: single('Log'),
} satisfies Readonly<Record<ActivationName, Emit>>;

/** Adds the activation that a layer ends with. */
export function activate(graph: ExportGraph, name: ActivationName, x: ExportValue): ExportValue {
  return activations[name](graph, x);
}

export const activation: ExportRow<Activation> = (layer, graph, [x]) => activate(graph, layer.activation, x);

export const clipping: ExportRow<Clip> = ({ minValue, maxValue }, graph, [x]) =>
  minValue === undefined && maxValue === undefined ? x : clip(graph, x, minValue, maxValue);

export const elu: ExportRow<ELU> = ({ alpha }, graph, [x]) => single('Elu', { alpha: { float: alpha } })(graph, x);

export const leakyRelu: ExportRow<LeakyReLU> = (layer, graph, [x]) => leaky(layer.negativeSlope)(graph, x);

export const prelu: ExportRow<PReLU> = (layer, graph, [x]) => {
  const [alpha] = layer.weights;
  const { dims, encode } = stretched(alpha.variable.shape, x);
  const slopes = graph.weight(layer, alpha.name, dims, encode, `${x.axes.join()} ${x.order ? 'moved' : ''}`);
  return { ...x, name: graph.op('PRelu', [x.name, slopes]) };
};

export const relu: ExportRow<ReLU> = ({ maxValue, negativeSlope }, graph, [x]) => {
  if (negativeSlope === 0) return maxValue === undefined ? activate(graph, 'relu', x) : clip(graph, x, 0, maxValue);
  const y = leaky(negativeSlope)(graph, x);
  return maxValue === undefined ? y : clip(graph, y, undefined, maxValue);
};

export const softmax: ExportRow<Softmax> = ({ axis }, graph, [x]) => {
  const rank = plainAxes(x.shape.length).length;
  const axes = [axis].flat().map((one) => normalizeAxis(one, rank + 1)! - 1);
  if (axes.length === 1) return along('Softmax', graph, x, axes[0]);
  const largest = reduced(graph, 'ReduceMax', x, axes, true);
  const powers = { ...x, name: graph.op('Exp', [graph.op('Sub', [x.name, largest.name])]) };
  return { ...x, name: graph.op('Div', [powers.name, reduced(graph, 'ReduceSum', powers, axes, true).name]) };
};

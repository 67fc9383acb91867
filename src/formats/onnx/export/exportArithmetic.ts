import type { Affine, AxisMatrix, Concatenate, Layer, Matmul, Power, Rescaling } from '../../../layers/index.js';
import { normalizeAxis, sizeOf } from '../../../tensor/index.js';
import type { ExportGraph } from './exportGraph.js';
import {
  arranged,
  type ExportRow,
  isInOrder,
  ordered,
  placeOf,
  plain,
  plainAxes,
  reshape,
  sizesIn,
  stretched,
  type ExportValue,
} from './exportValues.js';

/** Values with as many axes as the one that has most, all in one order. */
function aligned(graph: ExportGraph, inputs: readonly ExportValue[]): ExportValue[] {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  const orders = new Set(inputs.map(({ order }) => order?.join()));
  const values = orders.size > 1 ? inputs.map((input) => ordered(graph, input)) : inputs;
  const full = values.filter(({ shape }) => shape.length === rank);
  const [first] = full.sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape));
  return values.map((value) => {
    if (value.shape.length === rank) return arranged(graph, value, first.axes);
    // A vector beside a picture is one number per channel.
    const shape = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
    const wider = (axes: readonly number[], from: ExportValue): ExportValue => {
      return { shape, axes, name: reshape(graph, from.name, sizesIn({ shape, axes })) };
    };
    const source = plain(graph, value);
    const direct = isInOrder({ shape, axes: first.axes });
    const axes = direct ? first.axes : shape.map((_, axis) => axis);
    return arranged(graph, wider(axes, source), first.axes);
  });
}

/** A row for a layer that joins its inputs element by element; `variadic` operators take all at once. */
export function merge(opType: string, variadic = false): ExportRow<Layer> {
  return (_, graph, inputs, shape) => {
    const values = aligned(graph, inputs);
    const names = values.map(({ name }) => name);
    const name = variadic ? graph.op(opType, names) : names.reduce((a, b) => graph.op(opType, [a, b]));
    const [{ axes, order, picture }] = values;
    return { name, shape, axes, order, picture };
  };
}

/** Products of matrices, which must lie in Striate's order. */
export const matmul: ExportRow<Matmul> = (_, graph, inputs, shape) => {
  const names = inputs.map((input) => plain(graph, input).name);
  return { name: graph.op('MatMul', names), shape, axes: plainAxes(shape.length) };
};

export const concatenate: ExportRow<Concatenate> = (layer, graph, inputs, shape) => {
  const axis = normalizeAxis(layer.axis, shape.length + 1)! - 1;
  const values = inputs.map((input) => arranged(graph, input, inputs[0].axes));
  const name = graph.op(
    'Concat',
    values.map((value) => value.name),
    { axis: placeOf(values[0], axis) },
  );
  return { name, shape, axes: inputs[0].axes, order: joinedOrder(values) };
};

/** The order of several vectors one behind the other. */
function joinedOrder(values: readonly ExportValue[]): Int32Array | undefined {
  if (!values.some(({ order }) => order)) return undefined;
  let start = 0;
  const places: number[] = [];
  for (const { order, shape } of values) {
    for (let i = 0; i < shape[0]; i++) places.push(start + (order ? order[i] : i));
    start += shape[0];
  }
  return Int32Array.from(places);
}

/** The value joined with numbers of the layer's, one for all or one per channel. */
function withNumbers(
  graph: ExportGraph,
  opType: 'Mul' | 'Add',
  x: ExportValue,
  what: string,
  numbers: number | readonly number[],
  neutral: number,
): ExportValue {
  const list = [numbers].flat();
  if (list.every((value) => value === neutral)) return x;
  const single = typeof numbers === 'number';
  const { dims, encode } = single ? { dims: [], encode: (v: Float32Array) => v } : stretched([list.length], x);
  const constant = graph.floats(what, encode(Float32Array.from(list)), dims);
  return { ...x, name: graph.op(opType, [x.name, constant]) };
}

export const rescaling: ExportRow<Rescaling> = ({ scale, offset }, graph, [x]) =>
  withNumbers(graph, 'Add', withNumbers(graph, 'Mul', x, 'scale', scale, 1), 'offset', offset, 0);

/** The value joined with a weight that stretches to it. */
export function withWeight(
  graph: ExportGraph,
  opType: 'Mul' | 'Add',
  x: ExportValue,
  layer: Layer,
  weight: string,
): ExportValue {
  const found = layer.weights.find(({ name }) => name === weight);
  if (!found) return x;
  const { dims, encode } = stretched(found.variable.shape, x);
  const form = `${x.axes.join()} ${x.order ? 'moved' : ''}`;
  return { ...x, name: graph.op(opType, [x.name, graph.weight(layer, weight, dims, encode, form)]) };
}

export const affine: ExportRow<Affine> = (layer, graph, [x]) =>
  withWeight(graph, 'Add', withWeight(graph, 'Mul', x, layer, 'gamma'), layer, 'beta');

export const power: ExportRow<Power> = ({ exponent }, graph, [x]) => ({
  ...x,
  name: graph.op('Pow', [x.name, graph.floats('exponent', [exponent], [])]),
});

/** A matrix multiplied along one axis. */
export function mixed(
  graph: ExportGraph,
  given: ExportValue,
  axis: number,
  matrix: string,
  units: number,
): ExportValue {
  const rest = given.shape.map((_, i) => i).filter((i) => i !== axis);
  const x = arranged(graph, ordered(graph, given), [...rest, axis]);
  const shape = given.shape.map((size, i) => (i === axis ? units : size));
  return { ...x, shape, name: graph.op('MatMul', [x.name, matrix]) };
}

export const axisMatrix: ExportRow<AxisMatrix> = (layer, graph, [given], shape) => {
  const axis = normalizeAxis(layer.axis, shape.length + 1)! - 1;
  const matrix = graph.weight(layer, 'matrix', [given.shape[axis], layer.units], (values) => values);
  return mixed(graph, given, axis, matrix, layer.units);
};

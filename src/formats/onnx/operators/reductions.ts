import { layers, type ReductionName } from '../../../layers/index.js';
import { canonical } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, type SymbolicValue } from '../values.js';
import type { Importer, Importers } from './importer.js';

const globalPools = { mean: 'globalAveragePooling2d', max: 'globalMaxPooling2d' } as const;

function reduce(operation: ReductionName): Importer {
  return (node: OnnxNode) => {
    const x = canonical(node, node.symbolic(0));
    const { dims, order } = x;
    const rank = dims.length;
    const listed = node.listed('axes', 1);
    if (!listed?.length && node.int('noop_with_empty_axes', 0) === 1) return x;
    const axes = (listed?.length ? listed : dims.map((_, axis) => axis)).map((axis) => node.axis(axis, rank));
    node.expect(
      axes.every((axis) => dims[axis] !== batch),
      `axes [${axes.join(', ')}] must leave out the batch`,
    );
    const keepDims = node.int('keepdims', 1) === 1;
    const ours = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
    return keepDims ? kept(node, x, operation, axes, ours) : dropped(node, x, operation, axes, ours);
  };
}

function reduceLayer(
  node: OnnxNode,
  { tensor, order }: SymbolicValue,
  operation: ReductionName,
  ours: readonly number[],
  keepDims: boolean,
): SymbolicValue['tensor'] {
  const global = order.length === 4 && ours.join() === '1,2' && operation !== 'sum';
  const layer = global
    ? layers[globalPools[operation]]({ keepDims, ...node.layerName() })
    : layers.reduce({ operation, axes: ours, keepDims, ...node.layerName() });
  return node.apply(layer, tensor);
}

function kept(
  node: OnnxNode,
  x: SymbolicValue,
  operation: ReductionName,
  axes: readonly number[],
  ours: readonly number[],
): SymbolicValue {
  const tensor = reduceLayer(node, x, operation, ours, true);
  const dims = x.dims.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return { kind: 'symbolic', tensor, dims, order: x.order };
}

function dropped(
  node: OnnxNode,
  x: SymbolicValue,
  operation: ReductionName,
  axes: readonly number[],
  ours: readonly number[],
): SymbolicValue {
  const tensor = reduceLayer(node, x, operation, ours, false);
  const left = x.dims.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = x.order.filter((axis) => !axes.includes(axis)).map((axis) => left.indexOf(axis));
  return { kind: 'symbolic', tensor, dims: left.map((axis) => x.dims[axis]), order };
}

/** Means, sums and maxima along axes. */
export const reductions: Importers = {
  ReduceMean: reduce('mean'),
  ReduceSum: reduce('sum'),
  ReduceMax: reduce('max'),
};

import { layers, type ActivationName, type ReductionName } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { constant } from '../constantFolding.js';
import { hasBatch } from '../dims.js';
import { permuteData, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, ImportRule, OnnxOperators } from '../onnxOperator.js';
import { canonical, freed, unbatched } from '../valueLayout.js';

const globalPools = { mean: 'globalAveragePooling2d', max: 'globalMaxPooling2d' } as const;

/** What is done to each value before and after the sum, mean or maximum. */
interface Around {
  readonly before?: (node: OnnxNode, x: SymbolicValue) => SymbolicValue;
  readonly after?: (node: OnnxNode, y: SymbolicValue) => SymbolicValue;
}

const activated =
  (activation: ActivationName) =>
  (node: OnnxNode, x: SymbolicValue): SymbolicValue =>
    node.like(x, layers.activation({ activation, ...node.layerName(activation) }));

const raised =
  (exponent: number) =>
  (node: OnnxNode, x: SymbolicValue): SymbolicValue =>
    node.like(x, layers.power({ exponent, ...node.layerName(exponent < 1 ? 'root' : 'square') }));

const negated =
  (name: string) =>
  (node: OnnxNode, x: SymbolicValue): SymbolicValue =>
    node.like(x, layers.rescaling({ scale: -1, ...node.layerName(name) }));

/** The axes that go, as ONNX counts them; undefined where none are to go. */
function axesOf(node: OnnxNode, { dims }: SymbolicValue): number[] | undefined {
  const listed = node.listed('axes', 1);
  if (!listed?.length && node.int('noop_with_empty_axes', 0) === 1) return undefined;
  const axes = (listed?.length ? listed : dims.map((_, axis) => axis)).map((axis) => node.axis(axis, dims.length));
  node.expect(
    node.fixedBatch === 1 || axes.every((axis) => !hasBatch(dims[axis])),
    `axes [${axes.join(', ')}] must leave out the batch`,
  );
  return axes;
}

function reduce(operation: ReductionName, { before, after }: Around = {}): ImportRule {
  return (node: OnnxNode) => {
    const given = canonical(node, unbatched(node, node.symbolic(0)));
    const axes = axesOf(node, given);
    const whole = freed(node, given, axes ?? []);
    const x = before ? before(node, whole) : whole;
    const y = axes?.length ? reducedBy(node, x, operation, axes, node.int('keepdims', 1) === 1) : x;
    return after ? after(node, y) : y;
  };
}

/** log Σ exp(x), from the largest on, so that nothing overflows. */
function logSumExp(node: OnnxNode): SymbolicValue {
  const given = canonical(node, unbatched(node, node.symbolic(0)));
  const axes = axesOf(node, given);
  const x = freed(node, given, axes ?? []);
  if (!axes) return x;
  const largest = reducedBy(node, x, 'max', axes, true, 'max');
  const shifted = { ...x, tensor: node.apply(layers.subtract(node.layerName('shifted')), x.tensor, largest.tensor) };
  const sums = reducedBy(node, activated('exponential')(node, shifted), 'sum', axes, true, 'sum');
  const logs = activated('log')(node, sums);
  const kept = { ...logs, tensor: node.apply(layers.add(node.layerName()), logs.tensor, largest.tensor) };
  // One position along each axis that goes: their mean is that position.
  return node.int('keepdims', 1) === 1 ? kept : reducedBy(node, kept, 'sum', axes, false, 'squeeze');
}

/** The value with some of ONNX's axes summed up, which stay with one position where they are kept. */
export function reducedBy(
  node: OnnxNode,
  { tensor, order, dims }: SymbolicValue,
  operation: ReductionName,
  axes: readonly number[],
  keepDims: boolean,
  suffix = '',
): SymbolicValue {
  const ours = axes.map((axis) => order.indexOf(axis)).sort((a, b) => a - b);
  const name = node.layerName(suffix);
  const layer =
    order.length === 4 && ours.join() === '1,2' && operation !== 'sum'
      ? layers[globalPools[operation]]({ keepDims, ...name })
      : layers.reduce({ operation, axes: ours, keepDims, ...name });
  const y = node.apply(layer, tensor);
  if (keepDims) {
    return { kind: 'symbolic', tensor: y, dims: dims.map((n, axis) => (axes.includes(axis) ? 1 : n)), order };
  }
  const left = dims.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const remaining = order.filter((axis) => !axes.includes(axis)).map((axis) => left.indexOf(axis));
  return { kind: 'symbolic', tensor: y, dims: left.map((axis) => dims[axis]), order: remaining };
}

/** A reduction of constants: each group of numbers, beginning with `start`, step by step. */
function fold(start: number, step: (sum: number, x: number) => number, mean = false): FoldRule {
  return (node, [x]) => {
    const rank = x.shape.length;
    const listed = node.listed('axes', 1)?.map((axis) => node.axis(axis, rank));
    if (!listed?.length && node.int('noop_with_empty_axes', 0) === 1) return x;
    const axes = listed?.length ? listed : x.shape.map((_, axis) => axis);
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const moved = permuteData(x.data, x.shape, [...kept, ...axes]);
    const length = sizeOf(axes.map((axis) => x.shape[axis]));
    const data = new Float64Array(moved.length / length);
    for (let i = 0; i < data.length; i++) {
      const total = (moved.subarray(i * length, (i + 1) * length) as Float64Array).reduce(step, start);
      data[i] = mean ? total / length : total;
    }
    const keep = node.int('keepdims', 1) === 1;
    const shape = keep ? x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)) : kept.map((axis) => x.shape[axis]);
    return constant(shape, data, x.elementType);
  };
}

/** Sums, means, extremes and norms along axes. */
export const reductions = {
  ReduceMean: { import: reduce('mean'), fold: fold(0, (a, b) => a + b, true) },
  ReduceSum: { import: reduce('sum'), fold: fold(0, (a, b) => a + b) },
  ReduceMax: { import: reduce('max'), fold: fold(-Infinity, (a, b) => Math.max(a, b)), wholeNumbers: 'kept' },
  ReduceMin: {
    import: reduce('max', { before: negated('negative'), after: negated('') }),
    fold: fold(Infinity, (a, b) => Math.min(a, b)),
    wholeNumbers: 'kept',
  },
  ReduceProd: { fold: fold(1, (a, b) => a * b) },
  ReduceL1: { import: reduce('sum', { before: activated('abs') }) },
  ReduceL2: { import: reduce('sum', { before: raised(2), after: raised(0.5) }) },
  ReduceSumSquare: { import: reduce('sum', { before: raised(2) }) },
  ReduceLogSum: { import: reduce('sum', { after: activated('log') }) },
  ReduceLogSumExp: { import: logSumExp },
} as const satisfies OnnxOperators;

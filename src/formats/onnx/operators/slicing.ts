import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { slicePositions, sliceRanges } from '../folding.js';
import { arrange, canonical, picture, pictureValue, reshaped } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, pictureOrder, type ConstantValue, type SymbolicValue } from '../values.js';
import type { Importers } from './importer.js';

/** More pieces than this are no slicing but a table. */
const mostPieces = 64;

/** A block along one of ONNX's axes. */
function block(
  node: OnnxNode,
  value: SymbolicValue,
  axis: number,
  begin: number,
  size: number,
  suffix = '',
): SymbolicValue {
  const { dims, order, tensor } = value;
  if (begin === 0 && size === dims[axis]) return value;
  node.expect(dims[axis] !== batch, 'the batch cannot be cut');
  node.expect(size > 0, `nothing is left of ${node.shapeText(value)}`);
  const ours = order.indexOf(axis) - 1;
  const layer = layers.slice({
    begin: tensor.shape.map((_, i) => (i === ours ? begin : 0)),
    size: tensor.shape.map((_, i) => (i === ours ? size : -1)),
    ...node.layerName(suffix),
  });
  const cut = dims.map((n, i) => (i === axis ? size : n));
  return { kind: 'symbolic', tensor: node.apply(layer, tensor), dims: cut, order };
}

/** Every second or third row and column: a pooling with windows of one pixel. */
function everyOther(node: OnnxNode, value: SymbolicValue, steps: ReadonlyMap<number, number>): SymbolicValue {
  if (steps.size === 0) return value;
  const spatial = value.dims.length === 4 && [...steps.keys()].every((axis) => value.order.indexOf(axis) !== 0);
  node.expect(spatial, `steps other than 1 are for rows and columns; received ${node.shapeText(value)}`);
  const x = arrange(node, value, pictureOrder);
  const [rows, columns, channels] = [2, 3, 1].map((axis) => steps.get(axis) ?? 1);
  node.expect(channels === 1, 'steps other than 1 are for rows and columns; received a step along channels');
  const layer = layers.maxPooling2d({ poolSize: 1, strides: [rows, columns], ...node.layerName() });
  return pictureValue(node.apply(layer, x.tensor));
}

function slice(node: OnnxNode): SymbolicValue {
  let value = canonical(node, node.symbolic(0));
  const steps = new Map<number, number>();
  for (const { axis, start, end, step } of sliceRanges(node, value.dims.length)) {
    const size = value.dims[axis];
    if (size === batch) {
      node.expect(start === 0 && step === 1 && end >= batch, 'the batch cannot be cut; received a slice of it');
      continue;
    }
    node.expect(Number.isInteger(step) && step > 0, `steps must be above 0; received ${step}`);
    const positions = slicePositions(size, start, end, step);
    node.expect(positions.length > 0, `nothing is left of ${node.shapeText(value)}`);
    const [begin] = positions;
    const length = (positions.at(-1) ?? begin) - begin + 1;
    value = block(node, value, axis, begin, length);
    if (step > 1 && positions.length > 1) steps.set(axis, step);
  }
  return everyOther(node, value, steps);
}

function split(node: OnnxNode): readonly SymbolicValue[] {
  const x = canonical(node, node.symbolic(0));
  const axis = node.axis(node.int('axis', 0), x.dims.length);
  const parts = node.proto.output.length;
  const even = Math.ceil(x.dims[axis] / parts);
  const sizes =
    node.listed('split', 1) ?? Array.from({ length: parts }, (_, i) => Math.min(even, x.dims[axis] - i * even));
  node.expect(
    sizes.length === parts && sizes.reduce((a, b) => a + b, 0) === x.dims[axis],
    `parts [${sizes.join(', ')}] do not add up to axis ${axis} of ${node.shapeText(x)}`,
  );
  let begin = 0;
  return sizes.map((size, i) => {
    const part = block(node, x, axis, begin, size, `part${i}`);
    begin += size;
    return part;
  });
}

/** Positions along an axis: runs become blocks, which are put together. */
function gather(node: OnnxNode): SymbolicValue {
  const x = canonical(node, node.symbolic(0));
  const axis = node.axis(node.int('axis', 0), x.dims.length);
  const indices: ConstantValue = node.constant(1, 'the indices');
  const size = x.dims[axis];
  node.expect(size !== batch, 'the batch cannot be cut');
  node.expect(
    indices.shape.length <= 1,
    `indices must be one number or a list; received [${indices.shape.join(', ')}]`,
  );
  const positions = Array.from(indices.data, (i) => (i < 0 ? i + size : i));
  node.expect(
    positions.length > 0 && positions.every((i) => i >= 0 && i < size),
    `indices must lie within ${size}; received [${positions.slice(0, 8).join(', ')}]`,
  );
  const runs: { begin: number; size: number }[] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last && position === last.begin + last.size) last.size++;
    else runs.push({ begin: position, size: 1 });
  }
  node.expect(runs.length <= mostPieces, `more than ${mostPieces} pieces cannot be gathered; received ${runs.length}`);
  const pieces = runs.map((run, i) => block(node, x, axis, run.begin, run.size, runs.length > 1 ? `part${i}` : ''));
  const [first] = pieces;
  const tensor =
    pieces.length === 1
      ? first.tensor
      : node.apply(
          layers.concatenate({ axis: x.order.indexOf(axis), ...node.layerName() }),
          ...pieces.map((piece) => piece.tensor),
        );
  const dims = x.dims.map((n, i) => (i === axis ? positions.length : n));
  const gathered: SymbolicValue = { kind: 'symbolic', tensor, dims, order: x.order };
  if (indices.shape.length === 1) return gathered;
  return reshaped(
    node,
    gathered,
    dims.filter((_, i) => i !== axis),
  );
}

/** Zeros among the channels that are put together: a constant that pads. */
function padded(node: OnnxNode, axis: number): SymbolicValue {
  const inputs = node.inputs();
  const position = inputs.findIndex((value) => value.kind === 'symbolic');
  const x = picture(node, position);
  const zeros = inputs.every(
    (value) => (value.kind === 'constant' && value.data.every((n) => n === 0)) || value === inputs[position],
  );
  node.expect(
    zeros && axis === 1,
    'constants can be put beside computed values only as channels of zeros; received other numbers or another axis',
  );
  const count = (values: typeof inputs): number =>
    values.reduce((sum, value) => sum + (value.kind === 'constant' ? (value.shape[axis] ?? 0) : 0), 0);
  const before = count(inputs.slice(0, position));
  const after = count(inputs.slice(position));
  return pictureValue(node.apply(layers.padChannels({ before, after, ...node.layerName() }), x.tensor));
}

function concat(node: OnnxNode): SymbolicValue {
  const inputs = node.inputs();
  const values = inputs.flatMap((value) => (value.kind === 'symbolic' ? [canonical(node, value)] : []));
  const [first] = values;
  const axis = node.axis(node.int('axis', 1), first.dims.length);
  if (values.length < inputs.length && values.length === 1) return padded(node, axis);
  node.expect(values.length === inputs.length, 'constants cannot be put beside several computed values');
  node.expect(first.dims[axis] !== batch, 'examples of a batch cannot be put together');
  if (values.length === 1) return first;
  const { order } = values.find(({ dims }) => dims.every((n) => n !== 1)) ?? first;
  const tensors: readonly SymbolicTensor[] = values.map((value) =>
    value.order.join() === order.join() ? value.tensor : arrange(node, value, order).tensor,
  );
  const tensor = node.apply(layers.concatenate({ axis: order.indexOf(axis), ...node.layerName() }), ...tensors);
  const dims = first.dims.map((n, i) => (i === axis ? values.reduce((sum, value) => sum + value.dims[axis], 0) : n));
  return { kind: 'symbolic', tensor, dims, order };
}

/** Parts of values, and values put together. */
export const slicings: Importers = { Slice: slice, Split: split, Gather: gather, Concat: concat };

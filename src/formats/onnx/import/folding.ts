import { broadcastShapes, sizeOf, type Shape } from '../../../tensor/index.js';
import { checkSize, constant, stretched, type Fold } from './constants.js';
import { elementwiseFolds } from './elementwiseFolds.js';
import type { OnnxNode } from './onnxNode.js';
import { elementTypes, floatTypes } from '../proto.js';
import { slicePositions, sliceRanges } from './sliceRanges.js';
import { batch, permuteData, type ConstantValue, type SymbolicValue } from './values.js';

const whole = (shape: Shape, data: readonly number[]): ConstantValue => constant(shape, data, elementTypes.int64);

/** The axes of a reduction or squeeze, counted from 0. */
function axesOf(node: OnnxNode, rank: number): number[] | undefined {
  return node.listed('axes', 1)?.map((axis) => node.axis(axis, rank));
}

function reshape(node: OnnxNode, x: ConstantValue, shape: readonly number[]): ConstantValue {
  const listed = shape.map((n, i) => (n === 0 && node.int('allowzero', 0) === 0 ? (x.shape[i] ?? 0) : n));
  const known = sizeOf(listed.filter((n) => n !== -1));
  const result = listed.map((n) => (n === -1 ? x.data.length / known : n));
  node.expect(sizeOf(result) === x.data.length, `[${shape.join(', ')}] does not hold ${x.data.length} values`);
  return { ...x, shape: result };
}

/** Takes positions along one axis. */
function take(x: ConstantValue, axis: number, positions: readonly number[], keep: boolean): ConstantValue {
  const inner = sizeOf(x.shape.slice(axis + 1));
  const outer = sizeOf(x.shape.slice(0, axis));
  const data = new Float64Array(outer * positions.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const position of positions) {
      const start = (o * x.shape[axis] + position) * inner;
      for (let i = 0; i < inner; i++) data[to++] = x.data[start + i];
    }
  }
  const shape = [...x.shape.slice(0, axis), ...(keep ? [positions.length] : []), ...x.shape.slice(axis + 1)];
  return constant(shape, data, x.elementType, x);
}

const gather: Fold = (node: OnnxNode, [x, indices]) => {
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const size = x.shape[axis];
  const positions = Array.from(indices.data, (i) => (i < 0 ? i + size : i));
  node.expect(
    positions.every((i) => i >= 0 && i < size),
    `indices [${Array.from(indices.data).join(', ')}] must lie within ${size}`,
  );
  const taken = take(x, axis, positions, true);
  return { ...taken, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
};

const slice: Fold = (node: OnnxNode, [x]) =>
  sliceRanges(node, x.shape.length).reduce(
    (value, { axis, start, end, step }) => take(value, axis, slicePositions(value.shape[axis], start, end, step), true),
    x,
  );

const concat: Fold = (node: OnnxNode, inputs) => {
  const [first] = inputs;
  const axis = node.axis(node.int('axis', 0), first.shape.length);
  node.expect(
    inputs.every(
      (x) => x.shape.length === first.shape.length && x.shape.every((n, i) => i === axis || n === first.shape[i]),
    ),
    `${inputs.map((x) => `[${x.shape.join(', ')}]`).join(', ')} cannot be put together along axis ${axis}`,
  );
  const shape = first.shape.map((n, i) => (i === axis ? inputs.reduce((sum, x) => sum + x.shape[axis], 0) : n));
  const outer = sizeOf(shape.slice(0, axis));
  const data = new Float64Array(checkSize(node, shape));
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const x of inputs) {
      const block = x.data.length / outer;
      data.set(x.data.subarray(o * block, (o + 1) * block), to);
      to += block;
    }
  }
  return constant(shape, data, first.elementType);
};

function reduction(start: number, step: (sum: number, x: number) => number, mean = false): Fold {
  return (node: OnnxNode, [x]) => {
    const rank = x.shape.length;
    const listed = axesOf(node, rank);
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

/** A block of equal numbers; along the batch one is enough, as it stretches. */
function filled(node: OnnxNode, dims: readonly number[], value: number, elementType: number): ConstantValue {
  const shape = dims.map((n) => (n === batch ? 1 : n));
  return constant(shape, new Float32Array(checkSize(node, shape)).fill(value), elementType);
}

/** The sizes that a Shape node asks for. */
const partOf = (node: OnnxNode, sizes: Shape): Shape =>
  sizes.slice(node.int('start', 0), node.hasAttribute('end') ? node.int('end', 0) : undefined);

/** Numbers as numbers of another type. */
function castTo(x: ConstantValue, to: number): ConstantValue {
  const change = (n: number): number => (to === elementTypes.bool ? Number(n !== 0) : Math.trunc(n));
  return constant(x.shape, floatTypes.includes(to) ? x.data : x.data.map(change), to, x);
}

/** What is computed at import when all inputs are constant. */
const folds: Readonly<Record<string, Fold>> = {
  ...elementwiseFolds,
  Identity: (_, [x]) => x,
  Cast: (node: OnnxNode, [x]) => castTo(x, node.int('to', elementTypes.float)),
  CastLike: (_, [x, like]) => castTo(x, like.elementType),
  ConstantOfShape: (node: OnnxNode, [shape]) => {
    const value = node.tensor('value');
    return filled(node, Array.from(shape.data), value?.data[0] ?? 0, value?.elementType ?? elementTypes.float);
  },
  Expand: (node: OnnxNode, [x, shape]) => {
    const wanted = Array.from(shape.data, (n) => (n === batch ? 1 : n));
    const to = broadcastShapes(x.shape, wanted);
    node.expect(to !== undefined, `[${x.shape.join(', ')}] does not stretch to [${wanted.join(', ')}]`);
    return constant(to, stretched(node, x, to), x.elementType, x);
  },
  Reshape: (node: OnnxNode, [x, shape]) => reshape(node, x, Array.from(shape.data)),
  Flatten: (node: OnnxNode, [x]) => {
    const axis = node.int('axis', 1);
    return { ...x, shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] };
  },
  Unsqueeze: (node: OnnxNode, [x]) => {
    const listed = node.listed('axes', 1) ?? [];
    const axes = listed.map((axis) => node.axis(axis, x.shape.length + listed.length));
    const rest = [...x.shape];
    const shape = Array.from({ length: rest.length + axes.length }, (_, i) => (axes.includes(i) ? 1 : rest.shift()!));
    return { ...x, shape };
  },
  Squeeze: (node: OnnxNode, [x]) => {
    const axes = axesOf(node, x.shape.length);
    return { ...x, shape: x.shape.filter((n, axis) => (axes ? !axes.includes(axis) : n !== 1)) };
  },
  Transpose: (node: OnnxNode, [x]) => {
    const permutation = node.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
    const data = permuteData(x.data, x.shape, permutation);
    return { ...x, data, shape: permutation.map((axis) => x.shape[axis]) };
  },
  Gather: gather,
  Slice: slice,
  Concat: concat,
  ReduceProd: reduction(1, (a, b) => a * b),
  ReduceSum: reduction(0, (a, b) => a + b),
  ReduceMean: reduction(0, (a, b) => a + b, true),
  ReduceMax: reduction(-Infinity, (a, b) => Math.max(a, b)),
  ReduceMin: reduction(Infinity, (a, b) => Math.min(a, b)),
  Range: (node: OnnxNode, [start, limit, delta]) => {
    const [from, to, step] = [start.data[0], limit.data[0], delta.data[0]];
    const length = Math.max(0, Math.ceil((to - from) / step));
    const numbers = new Float64Array(checkSize(node, [length])).map((_, i) => from + i * step);
    return constant([length], numbers, start.elementType);
  },
  Shape: (node: OnnxNode, [x]) => {
    const part = partOf(node, x.shape);
    return whole([part.length], part);
  },
  Size: (_, [x]) => whole([], [x.data.length]),
};

/** The numbers of a Constant node. */
function constantNode(node: OnnxNode): ConstantValue {
  const tensor = node.tensor('value');
  if (tensor) return { ...tensor, name: '' };
  const { float, int64 } = elementTypes;
  const scalarOr = (list: readonly number[] | undefined, single: number): [Shape, readonly number[]] =>
    list ? [[list.length], list] : [[], [single]];
  if (node.hasAttribute('value_float') || node.hasAttribute('value_floats')) {
    return constant(...scalarOr(node.floats('value_floats'), node.float('value_float', 0)), float);
  }
  if (node.hasAttribute('value_int') || node.hasAttribute('value_ints')) {
    return constant(...scalarOr(node.ints('value_ints'), node.int('value_int', 0)), int64);
  }
  throw node.refusal('its value must be a tensor or numbers; received a text or a sparse tensor; replace it');
}

/** The size of a value that is computed from the model's input: known, but for the batch. */
function shapeOf(node: OnnxNode, { dims }: SymbolicValue): ConstantValue {
  const sizes = node.graph.unbatched ? dims.map((n) => (n === batch ? 1 : n)) : dims;
  if (node.op === 'Size') return whole([], [sizeOf(sizes)]);
  const part = partOf(node, sizes);
  return whole([part.length], part);
}

/** A node's result where it is known at import; undefined where it is not. */
export function foldNode(node: OnnxNode): readonly ConstantValue[] | undefined {
  const { op } = node;
  if (op === 'Constant') return [constantNode(node)];
  const inputs = node.inputs();
  if ((op === 'Shape' || op === 'Size') && inputs[0]?.kind === 'symbolic') return [shapeOf(node, inputs[0])];
  const [first, like] = inputs;
  if (op === 'CastLike' && first?.kind === 'constant' && like?.kind === 'symbolic') {
    return [castTo(first, like.whole ? elementTypes.int64 : elementTypes.float)];
  }
  if (!Object.hasOwn(folds, op) || inputs.length === 0) return undefined;
  const constants = inputs.filter((value) => value.kind === 'constant');
  return constants.length === inputs.length ? [folds[op](node, constants)] : undefined;
}

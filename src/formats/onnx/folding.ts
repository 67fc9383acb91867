import { broadcastShapes, sizeOf, stridesOf, type Shape } from '../../tensor/index.js';
import type { OnnxNode } from './onnxNode.js';
import { elementTypes } from './proto.js';
import { batch, permuteData, type ConstantValue, type SymbolicValue } from './values.js';

/** Larger constants are not computed at import: no exporter's shapes need them, and a damaged file may ask for any. */
const largest = 2 ** 27;

type Numbers = ConstantValue['data'];
type Fold = (node: OnnxNode, inputs: readonly ConstantValue[]) => ConstantValue;

/** A constant made of others; one that was an initializer stays known by its name. */
function constant(
  shape: Shape,
  data: Numbers | readonly number[],
  elementType: number,
  from?: ConstantValue,
): ConstantValue {
  const numbers = Array.isArray(data) ? Float64Array.from(data as readonly number[]) : (data as Numbers);
  return {
    kind: 'constant',
    shape,
    data: numbers,
    elementType,
    name: from?.name ?? '',
    learned: from?.learned ?? false,
  };
}

const whole = (shape: Shape, data: readonly number[]): ConstantValue => constant(shape, data, elementTypes.int64);

const floatTypes: readonly number[] = [
  elementTypes.float,
  elementTypes.double,
  elementTypes.float16,
  elementTypes.bfloat16,
];

function checkSize(node: OnnxNode, shape: Shape): number {
  const size = sizeOf(shape);
  node.expect(
    size <= largest && shape.every((n) => Number.isInteger(n) && n >= 0),
    `a constant of shape [${shape.join(', ')}] is none that can be computed at import`,
  );
  return size;
}

/** Element by element with broadcasting; `wholes` is what whole numbers do instead, where they differ. */
function elementwise(f: (a: number, b: number) => number, options: { type?: number; wholes?: typeof f } = {}): Fold {
  return (node: OnnxNode, [a, b]) => {
    const shape = broadcastShapes(a.shape, b.shape);
    node.expect(shape !== undefined, `[${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not fit each other`);
    const [first, second] = [stretched(node, a, shape), stretched(node, b, shape)];
    const isWhole = !floatTypes.includes(a.elementType);
    const compute = isWhole && options.wholes ? options.wholes : f;
    const data = isWhole ? new Float64Array(first.length) : new Float32Array(first.length);
    for (let i = 0; i < data.length; i++) data[i] = compute(first[i], second[i]);
    const source = a.learned ? a : b;
    return constant(shape, data, options.type ?? a.elementType, source);
  };
}

const unary =
  (f: (x: number) => number): Fold =>
  (_, [x]) =>
    constant(x.shape, x.data.map(f), x.elementType, x);

/** A constant's numbers, repeated to a shape that it stretches to. */
function stretched(node: OnnxNode, { shape, data }: ConstantValue, to: Shape): Numbers {
  if (shape.join() === to.join()) return data;
  const size = checkSize(node, to);
  const padded = [...new Array<number>(to.length - shape.length).fill(1), ...shape];
  const from = stridesOf(padded).map((stride, axis) => (padded[axis] === 1 ? 0 : stride));
  const strides = stridesOf(to);
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let at = 0;
    for (let axis = 0; axis < to.length; axis++) at += (Math.floor(i / strides[axis]) % to[axis]) * from[axis];
    result[i] = data[at];
  }
  return result;
}

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

/** Positions that a slice takes along an axis of this size. */
export function slicePositions(size: number, start: number, end: number, step: number): number[] {
  const bound = (n: number): number => {
    const counted = n < 0 ? n + size : n;
    return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
  };
  const positions: number[] = [];
  const last = bound(end);
  for (let i = bound(start); step > 0 ? i < last : i > last; i += step) positions.push(i);
  return positions;
}

/** Starts, ends and steps of a slice by axis. */
export function sliceRanges(
  node: OnnxNode,
  rank: number,
): { readonly axis: number; readonly start: number; readonly end: number; readonly step: number }[] {
  const starts = node.listed('starts', 1) ?? [];
  const ends = node.listed('ends', 2) ?? [];
  const axes = node.listed('axes', 3) ?? starts.map((_, i) => i);
  const steps = node.numbers(4, 'steps') ?? starts.map(() => 1);
  return starts.map((start, i) => ({ axis: node.axis(axes[i], rank), start, end: ends[i], step: steps[i] || 1 }));
}

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

const truth = { type: elementTypes.bool };

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
  Add: elementwise((a, b) => a + b),
  Sub: elementwise((a, b) => a - b),
  Mul: elementwise((a, b) => a * b),
  Div: elementwise((a, b) => a / b, { wholes: (a, b) => Math.trunc(a / b) }),
  Mod: (node, inputs) =>
    elementwise(node.int('fmod', 0) === 1 ? (a, b) => a % b : (a, b) => a - b * Math.floor(a / b))(node, inputs),
  Pow: elementwise((a, b) => a ** b),
  Equal: elementwise((a, b) => Number(a === b), truth),
  Greater: elementwise((a, b) => Number(a > b), truth),
  GreaterOrEqual: elementwise((a, b) => Number(a >= b), truth),
  Less: elementwise((a, b) => Number(a < b), truth),
  LessOrEqual: elementwise((a, b) => Number(a <= b), truth),
  And: elementwise((a, b) => Number(a !== 0 && b !== 0), truth),
  Or: elementwise((a, b) => Number(a !== 0 || b !== 0), truth),
  Xor: elementwise((a, b) => Number((a !== 0) !== (b !== 0)), truth),
  Max: (node, inputs) => inputs.reduce((a, b) => elementwise(Math.max)(node, [a, b])),
  Min: (node, inputs) => inputs.reduce((a, b) => elementwise(Math.min)(node, [a, b])),
  Sum: (node, inputs) => inputs.reduce((a, b) => elementwise((x, y) => x + y)(node, [a, b])),
  Not: unary((x) => Number(x === 0)),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Reciprocal: unary((x) => 1 / x),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  // Halves go to the even neighbour.
  Round: unary((x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))),
  Sign: unary(Math.sign),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Clip: (node: OnnxNode, [x]) => {
    const bound = (name: string, i: number, otherwise: number): number =>
      node.hasAttribute(name) ? node.float(name, otherwise) : (node.numbers(i, name)?.[0] ?? otherwise);
    const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
    return constant(
      x.shape,
      x.data.map((n) => Math.min(Math.max(n, low), high)),
      x.elementType,
      x,
    );
  },
  Where: (node: OnnxNode, [condition, a, b]) => {
    const shape = [condition, a, b].reduce<number[] | undefined>(
      (to, { shape: own }) => to && broadcastShapes(to, own),
      [],
    );
    node.expect(shape !== undefined, 'condition and values do not fit each other');
    const [choice, yes, no] = [condition, a, b].map((x) => stretched(node, x, shape));
    return constant(
      shape,
      Float64Array.from(choice, (c, i) => (c ? yes[i] : no[i])),
      a.elementType,
    );
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
    checkSize(node, [length]);
    return constant(
      [length],
      Array.from({ length }, (_, i) => from + i * step),
      start.elementType,
    );
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

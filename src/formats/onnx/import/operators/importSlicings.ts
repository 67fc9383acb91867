import { layers } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { checkSize, constant } from '../constantFolding.js';
import { batch, hasBatch, ofOneExample } from '../dims.js';
import { batchAdvice } from '../importAdvice.js';
import { noAxis, pictureOrder, type ConstantValue, type ImportedValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, OnnxOperators } from '../onnxOperator.js';
import { reshaped } from '../reshaped.js';
import { arrange, canonical, freed, picture, pictureValue, unbatched, whole } from '../valueLayout.js';
import { foldGatherND, indexedBlocks } from './foldIndexing.js';
import { spread } from './importArithmetic.js';
import { block, expectPositions, joinedAlong, takeAlong } from './alongAxis.js';
import { writtenOutPooling } from './writtenOutPooling.js';

/** Positions that a slice takes along an axis of this size. */
function slicePositions(size: number, start: number, end: number, step: number): number[] {
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
function sliceRanges(
  node: OnnxNode,
  rank: number,
): { readonly axis: number; readonly start: number; readonly end: number; readonly step: number }[] {
  const starts = node.listed('starts', 1) ?? [];
  const ends = node.listed('ends', 2) ?? [];
  const axes = node.listed('axes', 3) ?? starts.map((_, i) => i);
  const steps = node.numbers(4, 'steps') ?? starts.map(() => 1);
  return starts.map((start, i) => ({ axis: node.axis(axes[i], rank), start, end: ends[i], step: steps[i] || 1 }));
}

/** Every second or third row and column of a picture: a pooling with windows of one pixel. */
function everyOther(node: OnnxNode, value: SymbolicValue, rows: number, columns: number): SymbolicValue {
  if (rows === 1 && columns === 1) return value;
  const x = arrange(node, value, pictureOrder);
  const layer = layers.maxPooling2d({ poolSize: 1, strides: [rows, columns], ...node.layerName() });
  return pictureValue(node.apply(layer, x.tensor));
}

function slice(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const ranges = sliceRanges(node, given.dims.length);
  const cut = ranges.filter(({ start, step, end, axis }) => start !== 0 || step !== 1 || end < given.dims[axis]);
  let value = canonical(
    node,
    freed(
      node,
      given,
      cut.map(({ axis }) => axis),
    ),
  );
  const isPicture = value.order.join() === pictureOrder.join();
  const steps = [1, 1, 1, 1];
  for (const { axis, start, end, step } of ranges) {
    const size = value.dims[axis];
    if (hasBatch(size)) {
      node.expect(start === 0 && step === 1 && end >= size, 'the batch cannot be cut', {
        received: 'a slice of it',
        advice: 'where the inputs have no axis for a batch, give { batchAxis: false }',
      });
      continue;
    }
    node.expect(Number.isInteger(step) && step !== 0, 'steps must be whole numbers but 0', { received: step });
    expectPositions(node, size);
    const positions = slicePositions(size, start, end, step);
    node.expect(positions.length > 0, `nothing is left of ${node.shapeText(value)}`);
    const strided = isPicture && axis > 1 && step > 1 && positions.length > 1;
    if (strided) {
      steps[axis] = step;
      value = block(node, value, axis, positions[0], positions[positions.length - 1] - positions[0] + 1, `rows${axis}`);
    } else {
      value = takeAlong(node, value, axis, positions);
    }
  }
  return everyOther(node, value, steps[2], steps[3]);
}

function split(node: OnnxNode): readonly SymbolicValue[] {
  const given = canonical(node, unbatched(node, node.symbolic(0)));
  const axis = node.axis(node.int('axis', 0), given.dims.length);
  const x = freed(node, given, [axis]);
  node.expect(!hasBatch(x.dims[axis]), 'the batch cannot be cut');
  const parts = node.int('num_outputs', node.outputCount);
  node.expect(parts === node.outputCount, `num_outputs must be the number of outputs, ${node.outputCount}`, {
    received: parts,
  });
  const even = Math.ceil(x.dims[axis] / parts);
  const sizes =
    node.listed('split', 1) ??
    Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(even, x.dims[axis] - i * even)));
  node.expect(
    sizes.length === node.outputCount && sizes.reduce((a, b) => a + b, 0) === x.dims[axis],
    `parts [${sizes.join(', ')}] do not add up to axis ${axis} of ${node.shapeText(x)}`,
  );
  let begin = 0;
  return sizes.map((size, i) => {
    const part = block(node, x, axis, begin, size, `part${i}`);
    begin += size;
    return part;
  });
}

/** The same elements of each example, where all examples of a batch lie behind one another along an axis. */
function gatherOfEach(node: OnnxNode, given: SymbolicValue, { data, shape, examples }: ConstantValue): SymbolicValue {
  const [all, ...others] = given.dims;
  const size = hasBatch(all) ? all / batch : 0;
  const first = Array.from(data.subarray(0, data.length / (examples ?? 1)));
  const isOfEach = Array.from(data).every((place, i) => {
    const own = first[i % first.length];
    return own >= 0 && own < size && place === own + Math.floor(i / first.length) * size;
  });
  node.expect(node.int('axis', 0) === 0 && isOfEach, 'the batch cannot be cut', { advice: batchAdvice(node) });
  const rows = canonical(node, reshaped(node, given, [batch, size, ...others]));
  const taken = takeAlong(node, rows, 1, first);
  return reshaped(node, taken, [batch, ...shape.slice(1), ...others]);
}

/** Positions along an axis. */
function gather(node: OnnxNode): SymbolicValue {
  const given = canonical(node, unbatched(node, node.symbolic(0)));
  const places = node.value(1);
  if (places.kind === 'constant' && places.examples) return gatherOfEach(node, given, places);
  const axis = node.axis(node.int('axis', 0), given.dims.length);
  const x = freed(node, given, [axis]);
  const indices: ConstantValue = node.constant(1, 'the indices');
  const size = x.dims[axis];
  node.expect(!hasBatch(size), 'the batch cannot be cut');
  const positions = Array.from(indices.data, (i) => (i < 0 ? i + size : i));
  node.expect(positions.length > 0 && positions.every((i) => i >= 0 && i < size), `indices must lie within ${size}`, {
    received: `[${positions.slice(0, 8).join(', ')}]`,
  });
  const gathered = takeAlong(node, x, axis, positions);
  if (indices.shape.length === 1) return gathered;
  const { dims } = gathered;
  return reshaped(node, gathered, [...dims.slice(0, axis), ...indices.shape, ...dims.slice(axis + 1)]);
}

/** Elements that tuples of constant indices name, along neighbouring axes: positions along one axis of all of them. */
function gatherND(node: OnnxNode): SymbolicValue {
  const given = canonical(node, unbatched(node, node.symbolic(0)));
  const indices = node.constant(1, 'the indices');
  const depth = indices.shape.at(-1) ?? 0;
  const first = node.int('batch_dims', 0);
  node.expect(first === 0, 'batch_dims must be 0', { received: first });
  node.expect(depth >= 1 && depth <= given.dims.length, `indices [${indices.shape.join(', ')}] do not fit`, {
    received: node.shapeText(given),
  });
  const pooled = writtenOutPooling(node, given, indices);
  if (pooled) return pooled;
  const axes = given.dims.slice(0, depth).map((_, axis) => axis);
  const x = freed(node, given, axes);
  const sizes = x.dims.slice(0, depth);
  node.expect(!sizes.some(hasBatch), 'the batch cannot be cut');
  const { starts } = indexedBlocks(node, sizes, indices);
  const rest = x.dims.slice(depth);
  const rows = reshaped(node, x, [sizeOf(sizes), ...rest]);
  const taken = takeAlong(node, canonical(node, freed(node, rows, [0])), 0, Array.from(starts));
  return reshaped(node, taken, [...indices.shape.slice(0, -1), ...rest]);
}

/** Whether all but one are channels of zeros: a constant that pads. */
function isPadding(inputs: readonly ImportedValue[], axis: number): boolean {
  const values = inputs.filter((value) => value.kind === 'symbolic');
  const zeros = inputs.every((value) => value.kind === 'symbolic' || value.data.every((n) => n === 0));
  return inputs.length > 1 && values.length === 1 && zeros && axis === 1 && values[0].dims.length === 4;
}

function padded(node: OnnxNode, axis: number): SymbolicValue {
  const inputs = node.inputs();
  const position = inputs.findIndex((value) => value.kind === 'symbolic');
  const x = picture(node, position);
  const count = (values: typeof inputs): number =>
    values.reduce((sum, value) => sum + (value.kind === 'constant' ? (value.shape[axis] ?? 0) : 0), 0);
  const before = count(inputs.slice(0, position));
  const after = count(inputs.slice(position));
  return pictureValue(node.apply(layers.padChannels({ before, after, ...node.layerName() }), x.tensor));
}

function concat(node: OnnxNode): SymbolicValue {
  const inputs = node.inputs();
  const like = inputs.find((value) => value.kind === 'symbolic');
  node.expect(like !== undefined, "one of its inputs must be computed from the model's input");
  const axis = node.axis(node.int('axis', 1), like.dims.length);
  if (isPadding(inputs, axis)) return padded(node, axis);
  const given = inputs.map((value) =>
    freed(node, canonical(node, unbatched(node, value.kind === 'symbolic' ? value : spread(node, value, like))), [
      axis,
    ]),
  );
  const all = given.some(({ order }) => order[0] === noAxis);
  const values = all ? given.map((value) => whole(node, value)) : given;
  const [first] = values;
  node.expect(
    values.every(
      ({ dims }) => dims.length === first.dims.length && dims.every((n, i) => i === axis || n === first.dims[i]),
    ),
    `${values.map((value) => node.shapeText(value)).join(', ')} cannot be put together along axis ${axis}`,
  );
  node.expect(!hasBatch(first.dims[axis]), 'examples of a batch cannot be put together');
  const { order } = values.find(({ dims }) => dims.every((n) => n !== 1)) ?? first;
  const alike = values.map((value) => (value.order.join() === order.join() ? value : arrange(node, value, order)));
  return joinedAlong(node, alike, axis);
}

/** A value several times along its axes: the whole of it again and again. */
function tile(node: OnnxNode): SymbolicValue {
  const x = canonical(node, unbatched(node, node.symbolic(0)));
  const given = node.numbers(1, 'the repeats') ?? [];
  // The first version names one axis, and how many times.
  const axis = node.opset < 6 ? (node.numbers(2, 'the axis')?.[0] ?? 0) : -1;
  const repeats = axis < 0 ? given : x.dims.map((_, i) => (i === axis ? given[0] : 1));
  node.expect(
    repeats.length === x.dims.length && repeats.every((n, i) => n > 0 && (n === 1 || !hasBatch(x.dims[i]))),
    'repeats must be a number from 1 for each axis, 1 for the batch',
    { received: `[${repeats.join(', ')}]` },
  );
  return repeats.reduce((value, count, i) => {
    if (count === 1) return value;
    const size = value.dims[i];
    expectPositions(node, count * size);
    const positions = Array.from({ length: count * size }, (_, at) => at % size);
    return takeAlong(node, value, i, positions, `axis${i}`);
  }, x);
}

/** Positions of a constant along one axis. */
function taken(x: ConstantValue, axis: number, positions: readonly number[]): ConstantValue {
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
  return constant([...x.shape.slice(0, axis), positions.length, ...x.shape.slice(axis + 1)], data, x.elementType, x);
}

const foldGather: FoldRule = (node: OnnxNode, [x, indices]) => {
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const size = x.shape[axis];
  const positions = Array.from(indices.data, (i) => (i < 0 ? i + size : i));
  node.expect(
    positions.every((i) => i >= 0 && i < size),
    `indices [${Array.from(indices.data).join(', ')}] must lie within ${size}`,
  );
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return { ...taken(x, axis, positions), shape };
};

const foldSlice: FoldRule = (node: OnnxNode, [x]) =>
  sliceRanges(node, x.shape.length).reduce(
    (value, { axis, start, end, step }) => taken(value, axis, slicePositions(value.shape[axis], start, end, step)),
    x,
  );

const foldConcat: FoldRule = (node: OnnxNode, inputs) => {
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
      const length = x.data.length / outer;
      data.set(x.data.subarray(o * length, (o + 1) * length), to);
      to += length;
    }
  }
  return constant(shape, data, first.elementType);
};

/** A constant several times along its axes; once for each example is once, as it stretches along the batch. */
const foldTile: FoldRule = (node: OnnxNode, [x, given, named]) => {
  const listed = Array.from(given.data);
  const axis = named?.data[0] ?? 0;
  const all = node.opset < 6 ? x.shape.map((_, i) => (i === axis ? listed[0] : 1)) : listed;
  node.expect(all.length === x.shape.length, 'repeats must be a number for each axis', {
    received: `[${all.join(', ')}]`,
  });
  const repeats = all.map((n, i) => (x.shape[i] === 1 ? ofOneExample([n])[0] : n));
  const shape = x.shape.map((n, i) => n * repeats[i]);
  checkSize(node, shape);
  return repeats.reduce((value, count, i) => {
    const size = value.shape[i];
    return count === 1
      ? value
      : taken(
          value,
          i,
          Array.from({ length: count * size }, (_, at) => at % size),
        );
  }, x);
};

/** Parts of values, and values put together. */
export const slicings = {
  Slice: { import: slice, fold: foldSlice, wholeNumbers: 'kept' },
  Split: { import: split, wholeNumbers: 'kept' },
  Gather: { import: gather, fold: foldGather, wholeNumbers: 'kept' },
  GatherND: { import: gatherND, fold: foldGatherND, wholeNumbers: 'kept' },
  Concat: { import: concat, fold: foldConcat, wholeNumbers: 'kept' },
  Tile: { import: tile, fold: foldTile, wholeNumbers: 'kept' },
} as const satisfies OnnxOperators;

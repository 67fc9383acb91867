import { offsets } from '../../../../ops/indexing.js';
import { sizeOf, stridesOf, type Shape } from '../../../../tensor/index.js';
import { elementTypes } from '../../proto.js';
import { checkSize, constant, wholeConstant } from '../constantFolding.js';
import type { ConstantValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule } from '../onnxOperator.js';

/** The lines of a constant along an axis: where each begins, how far apart its numbers lie and how many they are. */
function linesOf(shape: Shape, axis: number): { readonly starts: readonly number[]; stride: number; length: number } {
  const strides = stridesOf(shape);
  const rest = shape.map((n, i) => (i === axis ? 1 : n));
  return { starts: offsets(rest, strides), stride: strides[axis], length: shape[axis] };
}

const within = (node: OnnxNode, index: number, size: number): number => {
  const place = index < 0 ? index + size : index;
  node.expect(place >= 0 && place < size, `indices must lie within ${size}`, { received: index });
  return place;
};

/** For each element of an array of indices along an axis, the element of `shape` that it means. */
function placesAlong(node: OnnxNode, shape: Shape, axis: number, indices: ConstantValue): Int32Array {
  const strides = stridesOf(shape);
  node.expect(
    indices.shape.length === shape.length && indices.shape.every((n, i) => i === axis || n <= shape[i]),
    `indices [${indices.shape.join(', ')}] do not fit [${shape.join(', ')}]`,
  );
  const rest = strides.map((stride, i) => (i === axis ? 0 : stride));
  return Int32Array.from(
    offsets(indices.shape, rest),
    (at, i) => at + within(node, indices.data[i], shape[axis]) * strides[axis],
  );
}

export const foldGatherElements: FoldRule = (node: OnnxNode, [x, indices]) => {
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const places = placesAlong(node, x.shape, axis, indices);
  const data = Float64Array.from(places, (at) => x.data[at]);
  return constant(indices.shape, data, x.elementType, x);
};

/** Where the blocks that tuples of indices name begin, and how large they are. */
export function indexedBlocks(
  node: OnnxNode,
  shape: Shape,
  indices: ConstantValue,
  batchAxes = 0,
): { readonly starts: Int32Array; readonly block: Shape } {
  const depth = indices.shape.at(-1) ?? 0;
  node.expect(
    depth >= 1 && batchAxes + depth <= shape.length,
    `indices [${indices.shape.join(', ')}] do not fit [${shape.join(', ')}]`,
  );
  const strides = stridesOf(shape);
  const own = sizeOf(indices.shape.slice(batchAxes, -1));
  const tuples = sizeOf(indices.shape.slice(0, -1));
  const outside = offsets(shape.slice(0, batchAxes), strides.slice(0, batchAxes));
  const starts = Int32Array.from({ length: tuples }, (_, i) => {
    let at = outside[Math.floor(i / own)];
    for (let k = 0; k < depth; k++) {
      at += within(node, indices.data[i * depth + k], shape[batchAxes + k]) * strides[batchAxes + k];
    }
    return at;
  });
  return { starts, block: shape.slice(batchAxes + depth) };
}

export const foldGatherND: FoldRule = (node: OnnxNode, [x, indices]) => {
  const { starts, block } = indexedBlocks(node, x.shape, indices, node.int('batch_dims', 0));
  const shape = [...indices.shape.slice(0, -1), ...block];
  const data = new Float64Array(checkSize(node, shape));
  const size = sizeOf(block);
  starts.forEach((start, i) => data.set(x.data.subarray(start, start + size), i * size));
  return constant(shape, data, x.elementType, x);
};

/** How an update joins what is there. */
const joins: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

function joinOf(node: OnnxNode): (old: number, update: number) => number {
  const name = node.text('reduction', 'none');
  node.expect(Object.hasOwn(joins, name), `reduction must be ${Object.keys(joins).join(', ')}`, {
    received: `'${name}'`,
  });
  return joins[name];
}

export const foldScatterElements: FoldRule = (node: OnnxNode, [x, indices, updates]) => {
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const join = joinOf(node);
  checkSize(node, x.shape);
  const data = Float64Array.from(x.data);
  placesAlong(node, x.shape, axis, indices).forEach((at, i) => (data[at] = join(data[at], updates.data[i])));
  return constant(x.shape, data, x.elementType, x);
};

export const foldScatterND: FoldRule = (node: OnnxNode, [x, indices, updates]) => {
  const { starts, block } = indexedBlocks(node, x.shape, indices);
  const join = joinOf(node);
  checkSize(node, x.shape);
  const data = Float64Array.from(x.data);
  const size = sizeOf(block);
  starts.forEach((start, i) => {
    for (let k = 0; k < size; k++) data[start + k] = join(data[start + k], updates.data[i * size + k]);
  });
  return constant(x.shape, data, x.elementType, x);
};

/** The place of the largest or smallest number along an axis. */
export const foldArgument =
  (better: (a: number, b: number) => boolean): FoldRule =>
  (node: OnnxNode, [x]) => {
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    const { starts, stride, length } = linesOf(x.shape, axis);
    const last = node.int('select_last_index', 0) === 1;
    const data = starts.map((start) => {
      let best = 0;
      for (let i = 1; i < length; i++) {
        const [value, known] = [x.data[start + i * stride], x.data[start + best * stride]];
        if (better(value, known) || (last && value === known)) best = i;
      }
      return best;
    });
    const keep = node.int('keepdims', 1) === 1;
    return wholeConstant(
      x.shape.flatMap((n, i) => (i === axis ? (keep ? [1] : []) : [n])),
      data,
    );
  };

/** The k largest or smallest numbers along an axis, and their places. */
export const foldTopK: FoldRule = (node: OnnxNode, [x, k]) => {
  const axis = node.axis(node.int('axis', -1), x.shape.length);
  const count = k ? k.data[0] : node.int('k', 1);
  node.expect(count >= 0 && count <= x.shape[axis], `k must be at most ${x.shape[axis]}`, { received: count });
  const sign = node.int('largest', 1) === 1 ? -1 : 1;
  const shape = x.shape.map((n, i) => (i === axis ? count : n));
  const size = checkSize(node, shape);
  const [values, places] = [new Float64Array(size), new Float64Array(size)];
  const { starts, stride, length } = linesOf(x.shape, axis);
  const targets = linesOf(shape, axis);
  starts.forEach((start, line) => {
    const sorted = Array.from({ length }, (_, i) => i).sort(
      (a, b) => sign * (x.data[start + a * stride] - x.data[start + b * stride]) || a - b,
    );
    sorted.slice(0, count).forEach((place, i) => {
      const at = targets.starts[line] + i * targets.stride;
      values[at] = x.data[start + place * stride];
      places[at] = place;
    });
  });
  return [constant(shape, values, x.elementType), constant(shape, places, elementTypes.int64)];
};

export const foldOneHot: FoldRule = (node: OnnxNode, [indices, depthGiven, values]) => {
  const depth = depthGiven.data[0];
  const rank = indices.shape.length + 1;
  const axis = node.axis(node.int('axis', -1), rank);
  const shape = [...indices.shape.slice(0, axis), depth, ...indices.shape.slice(axis)];
  const [off, on] = values.data;
  const data = new Float64Array(checkSize(node, shape)).fill(off);
  const { starts, stride } = linesOf(shape, axis);
  starts.forEach((start, i) => {
    const index = indices.data[i] < 0 ? indices.data[i] + depth : indices.data[i];
    if (index >= 0 && index < depth) data[start + index * stride] = on;
  });
  return constant(shape, data, values.elementType);
};

/** Sums or products of all numbers before and up to each along an axis. */
export const foldCumulative =
  (start: number, step: (total: number, x: number) => number): FoldRule =>
  (node: OnnxNode, [x, axisGiven]) => {
    const axis = node.axis(axisGiven.data[0], x.shape.length);
    const [exclusive, reverse] = [node.int('exclusive', 0) === 1, node.int('reverse', 0) === 1];
    const { starts, stride, length } = linesOf(x.shape, axis);
    const data = new Float64Array(checkSize(node, x.shape));
    for (const first of starts) {
      let total = start;
      for (let i = 0; i < length; i++) {
        const at = first + (reverse ? length - 1 - i : i) * stride;
        const next = step(total, x.data[at]);
        data[at] = exclusive ? total : next;
        total = next;
      }
    }
    return constant(x.shape, data, x.elementType);
  };

/** The upper or lower triangle of matrices, the rest 0. */
export const foldTrilu: FoldRule = (node: OnnxNode, [x, k]) => {
  const [rows, columns] = x.shape.slice(-2);
  const offset = k ? k.data[0] : 0;
  const upper = node.int('upper', 1) === 1;
  checkSize(node, x.shape);
  const data = Float64Array.from(x.data, (value, i) => {
    const distance = (i % columns) - (Math.floor(i / columns) % rows);
    return (upper ? distance >= offset : distance <= offset) ? value : 0;
  });
  return constant(x.shape, data, x.elementType, x);
};

export const foldEyeLike: FoldRule = (node: OnnxNode, [x]) => {
  const columns = x.shape[1];
  const offset = node.int('k', 0);
  const data = new Float64Array(checkSize(node, x.shape)).map((_, i) =>
    Number((i % columns) - Math.floor(i / columns) === offset),
  );
  return constant(x.shape, data, node.int('dtype', x.elementType));
};

/** The coordinates of all numbers that are not 0, an axis a row. */
export const foldNonZero: FoldRule = (node: OnnxNode, [x]) => {
  const places = Array.from(x.data, (_, i) => i).filter((i) => x.data[i] !== 0);
  checkSize(node, [x.shape.length, places.length]);
  const strides = stridesOf(x.shape);
  const data = x.shape.flatMap((n, axis) => places.map((at) => Math.floor(at / strides[axis]) % n));
  return wholeConstant([x.shape.length, places.length], data);
};

/** The positions along an axis (or of all numbers) whose condition is true. */
export const foldCompress: FoldRule = (node: OnnxNode, [given, condition]) => {
  const flat = !node.hasAttribute('axis');
  const shape = flat ? [given.data.length] : given.shape;
  const axis = node.axis(node.int('axis', 0), shape.length);
  const taken = Array.from(condition.data, (_, i) => i).filter((i) => condition.data[i] && i < shape[axis]);
  const result = shape.map((n, i) => (i === axis ? taken.length : n));
  checkSize(node, result);
  const strides = stridesOf(shape);
  const data = Float64Array.from(
    offsets(
      result,
      strides.map((stride, i) => (i === axis ? 0 : stride)),
    ),
    (at, i) => {
      const along = Math.floor(i / sizeOf(result.slice(axis + 1))) % taken.length;
      return given.data[at + taken[along] * strides[axis]];
    },
  );
  return constant(result, data, given.elementType);
};

/** The different numbers, each once, and where they were; of a whole array alone. */
export const foldUnique: FoldRule = (node: OnnxNode, [x]) => {
  node.expect(!node.hasAttribute('axis') || x.shape.length === 1, 'axis must be left out', { received: 'one' });
  const all = Array.from(x.data);
  const first = [...new Set(all)];
  const values = node.int('sorted', 1) === 1 ? first.sort((a, b) => a - b) : first;
  const place = new Map(values.map((value, i) => [value, i]));
  const counts = values.map(() => 0);
  for (const value of all) counts[place.get(value)!]++;
  const list = (numbers: readonly number[]): ConstantValue => wholeConstant([numbers.length], numbers);
  return [
    constant([values.length], Float64Array.from(values), x.elementType),
    list(values.map((value) => all.indexOf(value))),
    list(all.map((value) => place.get(value)!)),
    list(counts),
  ];
};

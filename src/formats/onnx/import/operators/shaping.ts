import { layers } from '../../../../layers/index.js';
import { sizeOf } from '../../../../tensor/index.js';
import { canonical, picture, pictureValue, reshaped, reshapeTarget, transposed, unbatched } from '../valueLayout.js';
import type { OnnxNode } from '../onnxNode.js';
import { elementTypes, floatTypes } from '../../proto.js';
import { batch, type SymbolicValue } from '../values.js';
import { stretchedTo } from './alongAxis.js';
import type { Importer, Importers } from './importer.js';

function reshape(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const target = node.listed('shape', 1);
  node.expect(target !== undefined, 'its shape is missing; the file is damaged');
  return reshaped(node, x, reshapeTarget(node, x.dims, target, node.int('allowzero', 0) === 1));
}

function flatten(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const axis = node.int('axis', 1);
  const from = axis < 0 ? axis + x.dims.length : axis;
  return reshaped(node, x, [sizeOf(x.dims.slice(0, from)), sizeOf(x.dims.slice(from))]);
}

function squeeze(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const listed = node.listed('axes', 1);
  const axes = listed?.map((axis) => node.axis(axis, x.dims.length));
  for (const axis of axes ?? []) node.expect(x.dims[axis] === 1, `axis ${axis} of ${node.shapeText(x)} must be 1`);
  return reshaped(
    node,
    x,
    x.dims.filter((n, axis) => (axes ? !axes.includes(axis) : n !== 1)),
  );
}

function unsqueeze(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const listed = node.listed('axes', 1) ?? [];
  const axes = listed.map((axis) => node.axis(axis, x.dims.length + listed.length));
  const rest = [...x.dims];
  const dims = Array.from({ length: rest.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.shift() ?? 1),
  );
  return reshaped(node, x, dims);
}

function transpose(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const rank = x.dims.length;
  const permutation = node.ints('perm') ?? x.dims.map((_, i) => rank - 1 - i);
  node.expect(
    permutation.length === rank && x.dims.every((_, axis) => permutation.includes(axis)),
    `perm must name each of ${rank} axes once; received [${permutation.join(', ')}]`,
  );
  return transposed(node, x, permutation);
}

/** Channels that become pixels, or the other way round, by a reshape, a permutation and a reshape. */
function regroup(node: OnnxNode, toSpace: boolean): SymbolicValue {
  const x = picture(node);
  const [height, width, channels] = x.tensor.shape;
  const size = node.int('blocksize', 0);
  const mode = node.text('mode', 'DCR');
  const parts = size * size;
  const fits = size > 0 && (toSpace ? channels % parts === 0 : height % size === 0 && width % size === 0);
  node.expect(fits, `blocks of ${size} do not fit ${node.shapeText(x)}`);
  const apply = (shape: readonly number[], dims: readonly number[], result: readonly number[]): SymbolicValue => {
    const split = node.apply(layers.reshape({ targetShape: shape, ...node.layerName('split') }), x.tensor);
    const turned = node.apply(layers.permute({ dims, ...node.layerName('permute') }), split);
    return pictureValue(node.apply(layers.reshape({ targetShape: result, ...node.layerName() }), turned));
  };
  const rest = channels / parts;
  if (!toSpace) {
    const [rows, columns] = [height / size, width / size];
    const turned = mode === 'CRD' ? [1, 3, 5, 2, 4] : [1, 3, 2, 4, 5];
    return apply([rows, size, columns, size, channels], turned, [rows, columns, channels * parts]);
  }
  const result = [height * size, width * size, rest];
  return mode === 'CRD'
    ? apply([height, width, rest, size, size], [1, 4, 2, 5, 3], result)
    : apply([height, width, size, size, rest], [1, 3, 2, 4, 5], result);
}

/** A value that stays as it is. */
const pass: Importer = (node) => node.symbolic(0);

function cast(node: OnnxNode): SymbolicValue {
  // The first versions tell the type by name.
  const named = node.opset < 6 && node.text('to', '').toLowerCase();
  const to = named ? (Object.entries(elementTypes).find(([name]) => name === named)?.[1] ?? 0) : node.int('to', 1);
  node.expect(floatTypes.includes(to), 'values can be cast to floats only; received whole numbers or truth values');
  return node.symbolic(0);
}

/** A cast to the type of another value. */
function castLike(node: OnnxNode): SymbolicValue {
  const like = node.value(1);
  const whole = like.kind === 'symbolic' ? like.whole : !floatTypes.includes(like.elementType);
  node.expect(!whole, 'values can be cast to floats only; received whole numbers or truth values');
  return node.symbolic(0);
}

function expand(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const shape = node.numbers(1, 'the shape') ?? [];
  const missing = Math.max(0, shape.length - given.dims.length);
  const x = missing > 0 ? reshaped(node, given, [...new Array<number>(missing).fill(1), ...given.dims]) : given;
  const wanted = [...new Array<number>(Math.max(0, x.dims.length - shape.length)).fill(1), ...shape];
  const dims = x.dims.map((n, axis) => (n === 1 ? wanted[axis] : n));
  const fits = dims.every((n, axis) => (n === batch) === (x.dims[axis] === batch) && n > 0);
  node.expect(
    fits &&
      wanted.every((n, axis) => n === 1 || n === dims[axis] || (dims[axis] === batch && n === node.graph.fixedBatch)),
    `${node.shapeText(x)} does not stretch to [${shape.map((n) => (n === batch ? 'batch' : n)).join(', ')}]`,
  );
  return stretchedTo(node, canonical(node, x), dims);
}

/** Other shapes for the same values. */
export const shapings: Importers = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  DepthToSpace: (node) => regroup(node, true),
  SpaceToDepth: (node) => regroup(node, false),
  Identity: pass,
  Cast: cast,
  CastLike: castLike,
  Expand: expand,
};

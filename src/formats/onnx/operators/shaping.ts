import { layers } from '../../../layers/index.js';
import { sizeOf } from '../../../tensor/index.js';
import { picture, pictureValue, reshaped, reshapeTarget, transposed } from '../layout.js';
import type { OnnxNode } from '../onnxNode.js';
import { batch, type SymbolicValue } from '../values.js';
import type { Importer, Importers } from './importer.js';

function reshape(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const target = node.listed('shape', 1);
  node.expect(target !== undefined, 'its shape is missing; the file is damaged');
  return reshaped(node, x, reshapeTarget(node, x.dims, target, node.int('allowzero', 0) === 1));
}

function flatten(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const axis = node.int('axis', 1);
  const from = axis < 0 ? axis + x.dims.length : axis;
  return reshaped(node, x, [sizeOf(x.dims.slice(0, from)), sizeOf(x.dims.slice(from))]);
}

function squeeze(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
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
  const x = node.symbolic(0);
  const listed = node.listed('axes', 1) ?? [];
  const axes = listed.map((axis) => node.axis(axis, x.dims.length + listed.length));
  const rest = [...x.dims];
  const dims = Array.from({ length: rest.length + axes.length }, (_, i) =>
    axes.includes(i) ? 1 : (rest.shift() ?? 1),
  );
  return reshaped(node, x, dims);
}

function transpose(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
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
    return apply([rows, size, columns, size, channels], [1, 3, 2, 4, 5], [rows, columns, channels * parts]);
  }
  const result = [height * size, width * size, rest];
  return mode === 'CRD'
    ? apply([height, width, rest, size, size], [1, 4, 2, 5, 3], result)
    : apply([height, width, size, size, rest], [1, 3, 2, 4, 5], result);
}

/** A value that stays as it is. */
const pass: Importer = (node) => node.symbolic(0);

function cast(node: OnnxNode): SymbolicValue {
  const to = node.int('to', 1);
  // float, float16, double, bfloat16
  node.expect(
    [1, 10, 11, 16].includes(to),
    'values can be cast to floats only; received whole numbers or truth values',
  );
  return node.symbolic(0);
}

function expand(node: OnnxNode): SymbolicValue {
  const x = node.symbolic(0);
  const shape = node.numbers(1, 'the shape') ?? [];
  const padded = [...new Array<number>(Math.max(0, x.dims.length - shape.length)).fill(1), ...shape];
  const same = padded.length === x.dims.length && padded.every((n, i) => n === 1 || n === x.dims[i] || n === batch);
  node.expect(same, `only sizes that a value has already can be asked for; received [${shape.join(', ')}]`);
  return x;
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
  Expand: expand,
};

import { layers } from '../../../../layers/index.js';
import { broadcastShapes, sizeOf } from '../../../../tensor/index.js';
import { constant, stretched } from '../constantFolding.js';
import { batch, dimsText, hasBatch, ofOneExample, reshapeTarget, type Dims } from '../dims.js';
import { permuteData, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule, OnnxOperators } from '../onnxOperator.js';
import { reshaped } from '../reshaped.js';
import { batchAdvice } from '../importAdvice.js';
import { canonical, freed, picture, pictureValue, transposed, unbatched, whole } from '../valueLayout.js';
import { stretchedTo } from './alongAxis.js';

function reshape(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const target = node.listed('shape', 1);
  node.expect(target !== undefined, 'its shape is missing', { advice: 'the file is damaged' });
  const dimsFor = ({ dims }: SymbolicValue): number[] | undefined =>
    reshapeTarget(dims, target, node.int('allowzero', 0) === 1, node.fixedBatch);
  const x = dimsFor(given) ? given : whole(node, given);
  const dims = dimsFor(x);
  node.expect(
    dims !== undefined,
    `shape ${dimsText(target)} does not hold the values of ${node.shapeText(given)} of each example`,
    { advice: batchAdvice(node) },
  );
  return reshaped(node, x, dims);
}

function flatten(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const axis = node.int('axis', 1);
  const from = axis < 0 ? axis + x.dims.length : axis;
  return reshaped(node, x, [sizeOf(x.dims.slice(0, from)), sizeOf(x.dims.slice(from))]);
}

function squeeze(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const axes = node.listed('axes', 1)?.map((axis) => node.axis(axis, given.dims.length));
  const x = freed(node, given, axes ?? given.dims.map((_, axis) => axis));
  for (const axis of axes ?? []) node.expect(x.dims[axis] === 1, `axis ${axis} of ${node.shapeText(x)} must be 1`);
  return reshaped(
    node,
    x,
    x.dims.filter((n, axis) => (axes ? !axes.includes(axis) : n !== 1)),
  );
}

/** A shape with axes of one position put in. */
function unsqueezed(node: OnnxNode, shape: Dims): number[] {
  const listed = node.listed('axes', 1) ?? [];
  const axes = listed.map((axis) => node.axis(axis, shape.length + listed.length));
  const rest = [...shape];
  return Array.from({ length: rest.length + axes.length }, (_, i) => (axes.includes(i) ? 1 : (rest.shift() ?? 1)));
}

function unsqueeze(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  return reshaped(node, x, unsqueezed(node, x.dims));
}

function transpose(node: OnnxNode): SymbolicValue {
  const x = unbatched(node, node.symbolic(0));
  const rank = x.dims.length;
  const permutation = node.ints('perm') ?? x.dims.map((_, i) => rank - 1 - i);
  node.expect(
    permutation.length === rank && x.dims.every((_, axis) => permutation.includes(axis)),
    `perm must name each of ${rank} axes once`,
    { received: `[${permutation.join(', ')}]` },
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

function expand(node: OnnxNode): SymbolicValue {
  const given = unbatched(node, node.symbolic(0));
  const shape = node.numbers(1, 'the shape') ?? [];
  const missing = Math.max(0, shape.length - given.dims.length);
  const x = missing > 0 ? reshaped(node, given, [...new Array<number>(missing).fill(1), ...given.dims]) : given;
  const wanted = [...new Array<number>(Math.max(0, x.dims.length - shape.length)).fill(1), ...shape];
  const dims = x.dims.map((n, axis) => (n === 1 ? wanted[axis] : n));
  const fits = dims.every((n, axis) => hasBatch(n) === hasBatch(x.dims[axis]) && n > 0);
  node.expect(
    fits &&
      wanted.every(
        (n, axis) =>
          n === 1 || n === dims[axis] || (hasBatch(dims[axis]) && n * batch === dims[axis] * (node.fixedBatch ?? 0)),
      ),
    `${node.shapeText(x)} does not stretch to ${dimsText(shape)}`,
  );
  return stretchedTo(node, canonical(node, x), dims);
}

const foldReshape: FoldRule = (node: OnnxNode, [x, { data }]) => {
  const wanted = Array.from(data);
  const shape = reshapeTarget(x.shape, wanted, node.int('allowzero', 0) === 1);
  node.expect(shape !== undefined, `[${wanted.join(', ')}] does not hold ${x.data.length} values`);
  return { ...x, shape };
};

const foldFlatten: FoldRule = (node: OnnxNode, [x]) => {
  const axis = node.int('axis', 1);
  return { ...x, shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] };
};

const foldSqueeze: FoldRule = (node: OnnxNode, [x]) => {
  const axes = node.listed('axes', 1)?.map((axis) => node.axis(axis, x.shape.length));
  return { ...x, shape: x.shape.filter((n, axis) => (axes ? !axes.includes(axis) : n !== 1)) };
};

const foldTranspose: FoldRule = (node: OnnxNode, [x]) => {
  const permutation = node.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  const data = permuteData(x.data, x.shape, permutation);
  return { ...x, data, shape: permutation.map((axis) => x.shape[axis]) };
};

const foldExpand: FoldRule = (node: OnnxNode, [x, shape]) => {
  const wanted = ofOneExample(Array.from(shape.data));
  const to = broadcastShapes(x.shape, wanted);
  node.expect(to !== undefined, `[${x.shape.join(', ')}] does not stretch to [${wanted.join(', ')}]`);
  return constant(to, stretched(node, x, to), x.elementType, x);
};

/** Other shapes for the same values. */
export const shapings = {
  Reshape: { import: reshape, fold: foldReshape, wholeNumbers: 'kept' },
  Flatten: { import: flatten, fold: foldFlatten, wholeNumbers: 'kept' },
  Squeeze: { import: squeeze, fold: foldSqueeze, wholeNumbers: 'kept' },
  Unsqueeze: {
    import: unsqueeze,
    fold: (node, [x]) => ({ ...x, shape: unsqueezed(node, x.shape) }),
    wholeNumbers: 'kept',
  },
  Transpose: { import: transpose, fold: foldTranspose, wholeNumbers: 'kept' },
  Expand: { import: expand, fold: foldExpand, wholeNumbers: 'kept' },
  DepthToSpace: { import: (node) => regroup(node, true), wholeNumbers: 'kept' },
  SpaceToDepth: { import: (node) => regroup(node, false), wholeNumbers: 'kept' },
} as const satisfies OnnxOperators;

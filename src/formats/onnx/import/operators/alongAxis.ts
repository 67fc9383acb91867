import { layers } from '../../../../layers/index.js';
import { formatCount } from '../../../../platform/textTable.js';

import type { OnnxNode } from '../onnxNode.js';
import { hasBatch } from '../dims.js';
import type { SymbolicValue } from '../importedValue.js';

/** More pieces than this are put together by a matrix. */
const mostPieces = 16;

/** Larger matrices occur in damaged files only. */
const largestMatrix = 2 ** 24;

/** Nor are more positions than this listed along an axis. */
const mostPositions = 2 ** 22;

/** Checked before positions are listed, as a damaged file may ask for any number of them. */
export function expectPositions(node: OnnxNode, count: number): void {
  node.expect(count <= mostPositions, `${formatCount(count)} positions along an axis are too many`);
}

/** Checked before a matrix of positions is made. */
export function expectMatrix(node: OnnxNode, size: number, units: number): void {
  node.expect(size * units <= largestMatrix, `${units} pieces of ${size} positions are too many to be put together`);
}

/** A value whose axis of ONNX's has another size. */
const resized = ({ dims, order }: SymbolicValue, axis: number, size: number): Omit<SymbolicValue, 'tensor'> => ({
  kind: 'symbolic',
  dims: dims.map((n, i) => (i === axis ? size : n)),
  order,
});

/** A block along one of ONNX's axes. */
export function block(
  node: OnnxNode,
  value: SymbolicValue,
  axis: number,
  begin: number,
  size: number,
  suffix = '',
): SymbolicValue {
  const { dims, order, tensor } = value;
  if (begin === 0 && size === dims[axis]) return value;
  node.expect(!hasBatch(dims[axis]), 'the batch cannot be cut');
  node.expect(size > 0, `nothing is left of ${node.shapeText(value)}`);
  const ours = order.indexOf(axis) - 1;
  const layer = layers.slice({
    begin: tensor.shape.map((_, i) => (i === ours ? begin : 0)),
    size: tensor.shape.map((_, i) => (i === ours ? size : -1)),
    ...node.layerName(suffix),
  });
  return { ...resized(value, axis, size), tensor: node.apply(layer, tensor) };
}

/** Values side by side along an axis that all have at the same place. */
export function joinedAlong(
  node: OnnxNode,
  pieces: readonly SymbolicValue[],
  axis: number,
  suffix = '',
): SymbolicValue {
  const [first] = pieces;
  if (pieces.length === 1) return first;
  const layer = layers.concatenate({ axis: first.order.indexOf(axis), ...node.layerName(suffix) });
  const size = pieces.reduce((sum, { dims }) => sum + dims[axis], 0);
  return { ...resized(first, axis, size), tensor: node.apply(layer, ...pieces.map(({ tensor }) => tensor)) };
}

/** New positions as weighted sums of the old ones: `matrix` has a row for each old and a column for each new one. */
export function mixAlong(
  node: OnnxNode,
  value: SymbolicValue,
  axis: number,
  { matrix, units }: { readonly matrix: Float32Array; readonly units: number },
  suffix = '',
): SymbolicValue {
  node.expect(!hasBatch(value.dims[axis]), 'examples of a batch cannot be mixed');
  const layer = layers.axisMatrix({ units, axis: value.order.indexOf(axis), ...node.layerName(suffix) });
  node.setWeights(layer, { matrix });
  return { ...resized(value, axis, units), tensor: node.apply(layer, value.tensor) };
}

/**
 * Positions along an axis, in any order and any number of times: runs become blocks that are put together, where they are few,
 * and one matrix of ones where they are many. −1 gives a zero.
 */
export function takeAlong(
  node: OnnxNode,
  value: SymbolicValue,
  axis: number,
  positions: readonly number[],
  suffix = '',
): SymbolicValue {
  const size = value.dims[axis];
  if (positions.length === size && positions.every((position, i) => position === i)) return value;
  node.expect(!hasBatch(size), 'the batch cannot be cut');
  node.expect(positions.length > 0, `nothing is left of ${node.shapeText(value)}`);
  const repeated = repeatedPixels(node, value, axis, positions, suffix);
  if (repeated) return repeated;
  const runs: { readonly begin: number; size: number }[] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last && position === last.begin + last.size) last.size++;
    else runs.push({ begin: position, size: 1 });
  }
  if (runs.length <= mostPieces && !positions.includes(-1)) {
    const part = (i: number): string => (runs.length > 1 ? `${suffix && `${suffix}.`}part${i}` : suffix);
    const pieces = runs.map((run, i) => block(node, value, axis, run.begin, run.size, part(i)));
    return joinedAlong(node, pieces, axis, suffix);
  }
  const units = positions.length;
  expectMatrix(node, size, units);
  const matrix = new Float32Array(size * units);
  positions.forEach((position, i) => position >= 0 && (matrix[position * units + i] = 1));
  return mixAlong(node, value, axis, { matrix, units }, suffix);
}

/** The only row or column of a picture, repeated: an enlargement. */
function repeatedPixels(
  node: OnnxNode,
  value: SymbolicValue,
  axis: number,
  positions: readonly number[],
  suffix: string,
): SymbolicValue | undefined {
  const place = value.order.indexOf(axis) - 1;
  const alike = value.dims[axis] === 1 && positions.every((position) => position === 0);
  if (!alike || value.tensor.shape.length !== 3 || place > 1) return undefined;
  const size: [number, number] = place === 0 ? [positions.length, 1] : [1, positions.length];
  const layer = layers.upSampling2d({ size, ...node.layerName(suffix) });
  return { ...resized(value, axis, positions.length), tensor: node.apply(layer, value.tensor) };
}

/** A value whose axes of one position are repeated to these sizes. */
export function stretchedTo(node: OnnxNode, value: SymbolicValue, dims: readonly number[]): SymbolicValue {
  return dims.reduce((result, size, axis) => {
    if (size === result.dims[axis]) return result;
    expectPositions(node, size);
    return takeAlong(node, result, axis, new Array<number>(size).fill(0), `stretch${axis}`);
  }, value);
}

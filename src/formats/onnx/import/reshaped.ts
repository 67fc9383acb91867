import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { sizeOf } from '../../../tensor/index.js';
import { axisGroups, batch, hasBatch, ofOneExample, type AxisGroup, type Dims } from './dims.js';
import { noAxis, pictureOrder, type Flattened, type SymbolicValue } from './importedValue.js';
import type { OnnxNode } from './onnxNode.js';
import { batchAdvice } from './importAdvice.js';
import {
  arrange,
  batched,
  beforeReshape,
  canonical,
  picture,
  pictureValue,
  sameWide,
  whole,
  wide,
} from './valueLayout.js';

/** The same elements under another of ONNX's shapes. */
export function reshaped(node: OnnxNode, given: SymbolicValue, dims: Dims): SymbolicValue {
  if (dims.join() === given.dims.join()) return given;
  const value = canonical(node, given);
  const groups = axisGroups(value.dims, dims);
  const batchGroup = groups?.find(({ from }) => from.includes(value.order[0]));
  if (value.order[0] !== noAxis && (batchGroup?.from.length !== 1 || batchGroup.to.length !== 1)) {
    const all = whole(node, value);
    return reshaped(node, all, all.dims.some(hasBatch) ? dims : ofOneExample(dims));
  }
  if (!groups || !keepsExamples(groups, value.dims, dims)) {
    const to = node.shapeText({ ...value, dims });
    throw node.refusal(`${node.shapeText(value)} cannot become ${to} without mixing examples of a batch`, {
      advice: batchAdvice(node),
    });
  }
  const flattened = lazyFlattening(value, dims, groups);
  if (flattened) {
    const tensor = node.apply(layers.flatten(node.layerName()), value.tensor);
    return { kind: 'symbolic', tensor, dims, order: [0, 1], flattened };
  }
  const result = regrouped(node, gathered(node, value, groups), dims, groups);
  // Back to one example a row as soon as the file has them so again.
  const again = node.batchAxis && result.order[0] === noAxis && (dims[0] === batch || node.fixedBatch === 1);
  return again && dims.length > 1 && (dims[0] === batch || dims[0] === 1) ? batched(node, result) : result;
}

/** Whether each example stays in one piece: the batch comes first among the axes that become others, and stays it. */
function keepsExamples(groups: readonly AxisGroup[], from: Dims, to: Dims): boolean {
  return groups.every((group) => {
    const before = group.from.findIndex((axis) => hasBatch(from[axis]));
    const after = group.to.findIndex((axis) => hasBatch(to[axis]));
    return before <= 0 && after === before;
  });
}

/** A picture that becomes a row stays in our order; what reads the row turns its weights instead. */
function lazyFlattening(
  { tensor, dims, order }: SymbolicValue,
  to: Dims,
  groups: readonly AxisGroup[],
): Flattened | undefined {
  if (to.length !== 2 || to[0] !== batch || order[0] !== 0 || groups.length !== 2) return undefined;
  const { from } = groups[1];
  const ours = order.slice(1).filter((axis) => dims[axis] !== 1);
  if (from.join() === ours.join()) return undefined;
  const inner = order.slice(1);
  return { shape: tensor.shape, axes: inner.map((_, i) => i).sort((a, b) => inner[a] - inner[b]) };
}

/** The value with the axes of each group side by side and in order. */
function gathered(node: OnnxNode, value: SymbolicValue, groups: readonly AxisGroup[]): SymbolicValue {
  const { dims, order } = value;
  const ours = wide(order, dims);
  const groupOf = (axis: number): AxisGroup => groups.find(({ from }) => from.includes(axis))!;
  const inPlace = groups.every(({ from }) => {
    const start = ours.indexOf(from[0]);
    return from.every((axis, i) => ours[start + i] === axis);
  });
  if (inPlace) return value;
  const arranged = ours.flatMap((axis, i) => {
    const { from } = groupOf(axis);
    return ours.findLastIndex((other) => from.includes(other)) === i ? from : [];
  });
  const single = order.slice(1).filter((axis) => dims[axis] === 1);
  if (order[0] === noAxis) return arrange(node, value, [noAxis, ...single, ...arranged]);
  return arrange(node, value, [arranged[0], ...single, ...arranged.slice(1)]);
}

function regroupedOrder(
  sequence: readonly number[],
  single: readonly number[],
  dims: Dims,
  whole: boolean,
): readonly number[] {
  const ascending = dims.map((_, axis) => axis);
  if (whole) return [noAxis, ...(sameWide(ascending, sequence, dims) ? ascending : [...single, ...sequence])];
  const usual = dims.length === 4 ? pictureOrder : ascending;
  const fits = usual[0] === sequence[0] && sameWide(usual, sequence, dims);
  return fits ? usual : [sequence[0], ...single, ...sequence.slice(1)];
}

/** The reshape itself, when the axes of each group lie side by side. */
function regrouped(node: OnnxNode, value: SymbolicValue, dims: Dims, groups: readonly AxisGroup[]): SymbolicValue {
  const sequence = wide(value.order, value.dims).flatMap(
    (axis) => groups.find(({ from }) => from[0] === axis)?.to ?? [],
  );
  const single = dims.flatMap((n, axis) => (n === 1 ? [axis] : []));
  const order = regroupedOrder(sequence, single, dims, value.order[0] === noAxis);
  const sizes = ofOneExample(dims);
  const shape = order.slice(1).map((axis) => sizes[axis]);
  const source = beforeReshape(value.tensor);
  const kept = [value.tensor, source].find((tensor) => tensor.shape.join() === shape.join());
  const layer = (): ReturnType<typeof layers.reshape> | ReturnType<typeof layers.flatten> =>
    shape.length === 1 ? layers.flatten(node.layerName()) : layers.reshape({ targetShape: shape, ...node.layerName() });
  node.expect(sizeOf(shape) > 0, `${node.shapeText({ ...value, dims })} has no elements`);
  return { kind: 'symbolic', tensor: kept ?? node.apply(layer(), source), dims, order };
}

/** A picture, and the way back to as many axes as it was made of. */
export interface LiftedPicture {
  readonly x: SymbolicValue;
  readonly lowered: (result: SymbolicTensor) => SymbolicValue;
}

/** Input `i` as a picture of ours, where a signal [batch, channels, length] is one of a single row. */
export function liftedPicture(node: OnnxNode, i = 0): LiftedPicture {
  const value = batched(node, node.symbolic(i));
  if (value.dims.length !== 3) return { x: picture(node, i), lowered: pictureValue };
  const [examples, channels, length] = value.dims;
  const row = reshaped(node, value, [examples, channels, 1, length]);
  return {
    x: arrange(node, row, pictureOrder),
    lowered: (result) => {
      const y = pictureValue(result);
      return reshaped(node, y, [y.dims[0], y.dims[1], y.dims[3]]);
    },
  };
}

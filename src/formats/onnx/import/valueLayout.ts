import { Flatten, layers, Reshape, type SymbolicTensor } from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import { batch, hasBatch, ofOneExample } from './dims.js';
import { noAxis, pictureOrder, type SymbolicValue } from './importedValue.js';
import type { OnnxNode } from './onnxNode.js';

/** The axes of an order that have more than one position. */
export const wide = (order: readonly number[], dims: Shape): number[] =>
  order.filter((axis) => axis !== noAxis && dims[axis] !== 1);

/** Whether two orders differ in axes of one position alone. */
export function sameWide(a: readonly number[], b: readonly number[], dims: Shape): boolean {
  return wide(a, dims).join() === wide(b, dims).join();
}

/** A tensor of ours with its axes in ONNX's `order`, the batch first; transposed only where that changes anything. */
export function arrange(node: OnnxNode, value: SymbolicValue, order: readonly number[]): SymbolicValue {
  const plain = canonical(node, value);
  const { tensor, dims, order: now } = plain;
  if (order.join() === now.join()) return plain;
  node.expect(order[0] === now[0], 'the batch must be the first axis', {
    received: `${node.shapeText(value)} with the batch as axis ${now[0]}`,
    advice: "where the file's inputs have no axis for a batch, give { batchAxis: false }",
  });
  const inner = order.slice(1);
  const sizes = ofOneExample(dims);
  if (sameWide(order, now, sizes)) {
    const shape = inner.map((axis) => sizes[axis]);
    return { kind: 'symbolic', tensor: anew(node, tensor, shape, 'reshape'), dims, order };
  }
  const layer = layers.permute({ dims: inner.map((axis) => now.indexOf(axis)), ...node.layerName('permute') });
  return { kind: 'symbolic', tensor: node.apply(layer, tensor), dims, order };
}

/** A value whose flattened pictures lie in ONNX's order. */
export function canonical(node: OnnxNode, value: SymbolicValue): SymbolicValue {
  const { flattened, tensor, dims, order } = value;
  if (!flattened) return value;
  const { shape, axes } = flattened;
  const source = tensor.source?.layer instanceof Flatten ? tensor.source.inputs[0] : undefined;
  const picture =
    source?.shape.join() === shape.join()
      ? source
      : node.apply(layers.reshape({ targetShape: shape, ...node.layerName('unflatten') }), tensor);
  const turned = node.apply(
    layers.permute({ dims: axes.map((axis) => axis + 1), ...node.layerName('permute') }),
    picture,
  );
  return { kind: 'symbolic', tensor: node.apply(layers.flatten(node.layerName('flatten')), turned), dims, order };
}

/** Whether a value with all of the file's axes behind ours has one for the examples, first and alone. */
const startsWithBatch = ({ dims }: SymbolicValue): boolean => dims[0] === 1 || dims[0] === batch;

/** A value with all of the file's axes behind ours, whose first axis then serves as the batch. */
export function batched(node: OnnxNode, value: SymbolicValue): SymbolicValue {
  const { tensor, dims, order } = value;
  if (order[0] !== noAxis) return value;
  node.expect(startsWithBatch(value), 'the first axis must be that of the examples here', {
    received: node.shapeText(value),
  });
  const rest = order.slice(1).filter((axis) => axis !== 0);
  const shape = rest.map((axis) => dims[axis]);
  return {
    kind: 'symbolic',
    tensor: anew(node, tensor, shape, 'example'),
    dims: [batch, ...dims.slice(1)],
    order: [0, ...rest],
  };
}

/** What a value was before its elements only got another shape, or several in turn. */
export function beforeReshape(tensor: SymbolicTensor): SymbolicTensor {
  const { source } = tensor;
  return source?.layer instanceof Reshape || source?.layer instanceof Flatten
    ? beforeReshape(source.inputs[0])
    : tensor;
}

/** The same numbers under another shape, or what they were before such a step where that had it. */
function anew(node: OnnxNode, tensor: SymbolicTensor, shape: Shape, suffix: string): SymbolicTensor {
  const source = beforeReshape(tensor);
  if (source.shape.join() === shape.join()) return source;
  return node.apply(layers.reshape({ targetShape: shape, ...node.layerName(suffix) }), source);
}

/** In a file without a batch: a value with all of the file's axes behind ours. Elsewhere the value as it is. */
export const unbatched = (node: OnnxNode, given: SymbolicValue): SymbolicValue =>
  node.batchAxis ? given : whole(node, given);

/**
 * A value with all of the file's axes behind ours, that of the examples included. Where the file fixes one example, that axis
 * is one as any other, as an example is then all that the file computes with; elsewhere it stays the batch's.
 */
export function whole(node: OnnxNode, given: SymbolicValue): SymbolicValue {
  if (given.order[0] === noAxis) return given;
  const { tensor, dims, order } = canonical(node, given);
  const single = !node.batchAxis || node.fixedBatch === 1;
  return {
    kind: 'symbolic',
    tensor: anew(node, tensor, [1, ...tensor.shape], 'axis'),
    dims: single ? ofOneExample(dims) : dims,
    order: [noAxis, ...order],
  };
}

/** A value whose axes of these can be cut, summed or reordered, as none is the batch's, where that can be. */
export function freed(node: OnnxNode, value: SymbolicValue, axes: readonly number[]): SymbolicValue {
  const concerned = axes.some((axis) => hasBatch(value.dims[axis] ?? 0));
  return concerned && node.fixedBatch === 1 ? whole(node, value) : value;
}

/** Input `i` as a picture of ours, [H, W, C]. */
export function picture(node: OnnxNode, i = 0): SymbolicValue {
  const value = batched(node, node.symbolic(i));
  node.expect(value.dims.length === 4, 'works on pictures [batch, channels, height, width] here', {
    received: node.shapeText(value),
    advice: 'volumes (3D) cannot be imported',
  });
  return arrange(node, value, pictureOrder);
}

/** A picture of ours as a value. */
export function pictureValue(tensor: SymbolicTensor): SymbolicValue {
  const [height, width, channels] = tensor.shape;
  return { kind: 'symbolic', tensor, dims: [batch, channels, height, width], order: pictureOrder };
}

/** A value whose ONNX axis `axis` is our last. */
export function withLast(node: OnnxNode, value: SymbolicValue, axis: number): SymbolicValue {
  const { order } = value;
  if (order.at(-1) === axis) return value;
  return arrange(node, value, [...order.filter((other) => other !== axis), axis]);
}

/** ONNX's transposition: a renumbering of axes. */
export function transposed(node: OnnxNode, value: SymbolicValue, permutation: readonly number[]): SymbolicValue {
  const { dims, order, tensor } = value.flattened && permutation.at(-1) !== 1 ? canonical(node, value) : value;
  return {
    kind: 'symbolic',
    tensor,
    dims: permutation.map((axis) => dims[axis]),
    order: order.map((axis) => permutation.indexOf(axis)),
    flattened: permutation.at(-1) === 1 ? value.flattened : undefined,
  };
}

import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering } from '../lowering.js';
import type { KernelName } from '../step.js';

/** Elements in a tile: these kernels compute exponentials or read rows several times. */
const perTile = elementsPerTile / 4;

/** A kernel over the last axis of the input at `wide`. */
function overRows(kernel: KernelName, wide: number): Lowering<object> {
  return (context, node) => {
    const { shape } = node.inputs[wide].type;
    const classes = shape[shape.length - 1];
    const rows = sizeOf(shape.slice(0, -1));
    const [a, b = a, c = a] = node.inputs.map((input) => context.block(input));
    const rowsPerTile = Math.max(1, Math.floor(perTile / classes));
    context.step(kernel, [a, b, c, context.block(node), rows, rowsPerTile, classes], tilesFor(rows, rowsPerTile));
  };
}

export const softmax = overRows('softmax', 0);
export const softmaxGradient = overRows('softmaxGradient', 0);
export const softmaxCrossentropy = overRows('softmaxCrossentropy', 0);
export const softmaxCrossentropyGradient = overRows('softmaxCrossentropyGradient', 1);
export const sparseSoftmaxCrossentropy = overRows('sparseSoftmaxCrossentropy', 0);
export const sparseSoftmaxCrossentropyGradient = overRows('sparseSoftmaxCrossentropyGradient', 1);
export const argMax = overRows('argMax', 0);

export const oneHot: Lowering<{ readonly depth: number }> = (context, node) => {
  const [labels] = node.inputs;
  const { depth } = node.attributes;
  const rows = sizeOf(labels.type.shape);
  const rowsPerTile = Math.max(1, Math.floor(elementsPerTile / depth));
  context.step(
    'oneHot',
    [context.block(labels), context.block(node), rows, rowsPerTile, depth],
    tilesFor(rows, rowsPerTile),
  );
};

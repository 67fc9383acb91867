import { sizeOf } from '../../../tensor/index.js';
import { elementsPerTile, tilesFor, type Lowering } from '../lowering.js';

export const relu: Lowering<object> = (context, node) => {
  const count = sizeOf(node.type.shape);
  context.step(
    'relu',
    [context.block(node.inputs[0]), context.block(node), count, elementsPerTile],
    tilesFor(count, elementsPerTile),
  );
};

export const reluGradient: Lowering<object> = (context, node) => {
  const count = sizeOf(node.type.shape);
  const [dy, y] = node.inputs;
  context.step(
    'reluGradient',
    [context.block(dy), context.block(y), context.block(node), count, elementsPerTile],
    tilesFor(count, elementsPerTile),
  );
};

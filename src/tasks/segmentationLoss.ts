import type { Node } from '../graph/index.js';
import { add, affine, mul, oneHot, reduceSum, softmax } from '../ops/allOperators.js';
import type { Loss } from '../training/loss.js';
import { losses } from '../training/losses.js';

/** The label of pixels of which nobody knows what they show. */
export const unknownPixel = 255;

/** Options of what segmenters are trained by. */
export interface SegmentationLossOptions {
  /** How much each class counts, the background first; all alike by default. */
  readonly classWeight?: readonly number[];
  /** How much Dice counts, over a batch's pixels of each class, beside the cross-entropy: it sees small things; 0 by default. */
  readonly dice?: number;
}

/** Per-pixel cross-entropy, and Dice beside it; scores [N, H, W, classes], labels int32 [N, H, W]. */
export function segmentationLoss({ classWeight, dice = 0 }: SegmentationLossOptions): Loss {
  const crossentropy = losses.sparseCategoricalCrossentropy({
    fromLogits: true,
    ignoreClass: unknownPixel,
    ...(classWeight && { classWeight }),
  });
  if (dice === 0) return crossentropy;
  const overlap = losses.dice({ axis: [0, 1, 2] });
  return {
    ...crossentropy,
    name: 'segmentation',
    own: true,
    config: () => ({}),
    emit(scores: Node, labels: Node) {
      const { shape } = scores.type;
      const known = oneHot(labels, { depth: shape[shape.length - 1] });
      const counted = reduceSum(known, { axes: [shape.length - 1], keepDims: true });
      const shares = mul(softmax(scores), counted);
      const weighted = affine(overlap.emit(shares, known), { scale: dice, offset: 0 });
      return add(crossentropy.emit(scores, labels), weighted);
    },
  };
}

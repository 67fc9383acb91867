import { defineOperator } from '../graph/index.js';
import { sizeOf } from '../tensor/index.js';
import { affine } from './affine.js';
import { reducedCount, reducedOffsets } from './indexing.js';
import { spread } from './reduceSum.js';
import { inferReduction, type ReductionAttributes } from './reduction.js';

/** The mean over some axes. x: any shape → the shape without `axes` (with 1 in their place where keepDims). */
export const reduceMean = defineOperator<ReductionAttributes>({
  name: 'reduceMean',
  scores: 'passes',
  infer: inferReduction,
  flops: ([x]) => sizeOf(x.shape),
  gradient({ inputs: [x], attributes: { axes }, gradient }) {
    const { shape } = x.type;
    // Divided before it is repeated: the smaller of the two.
    const share = affine(gradient, { scale: 1 / reducedCount(shape, axes), offset: 0 });
    return [spread(share, shape, axes)];
  },
  reference([x], { axes }, y) {
    const count = reducedCount(x.shape, axes);
    reducedOffsets(x.shape, axes).forEach((place, i) => (y.data[place] += x.data[i] / count));
  },
});

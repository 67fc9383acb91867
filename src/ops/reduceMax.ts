import { defineOperator } from '../graph/index.js';
import { formatShape, sameShape, sizeOf, StriateError } from '../tensor/index.js';
import { reducedOffsets } from './indexing.js';
import { inferReduction, type ReductionAttributes } from './reduction.js';
import { expectFloats, expectInputs } from './rules.js';

/** The largest along some axes. x: any shape → the shape without `axes` (with 1 in their place where keepDims). */
export const reduceMax = defineOperator<ReductionAttributes>({
  name: 'reduceMax',
  scores: 'passes',
  infer: inferReduction,
  flops: ([x]) => sizeOf(x.shape),
  gradient: ({ node, inputs: [x], attributes, gradient }) => [reduceMaxGradient(gradient, x, node, attributes)],
  reference([x], { axes }, y) {
    y.data.fill(-Infinity);
    reducedOffsets(x.shape, axes).forEach((place, i) => (y.data[place] = Math.max(y.data[place], x.data[i])));
  },
});

/** Gives dy to the first of equal maxima, in row-major order of x, and 0 to the rest. (dy, x, y) → dx. */
export const reduceMaxGradient = defineOperator<ReductionAttributes>({
  name: 'reduceMaxGradient',
  infer(inputs, attributes, name) {
    expectInputs(inputs, 3, name);
    expectFloats(inputs, name);
    const [dy, x, y] = inputs;
    const { shape } = inferReduction([x], attributes, name);
    if (!sameShape(dy.shape, shape) || !sameShape(y.shape, shape)) {
      throw new StriateError({
        where: name,
        rule: `dy and y must have the shape ${formatShape(shape)} of the reduction`,
        received: `${formatShape(dy.shape)} and ${formatShape(y.shape)}`,
      });
    }
    return x;
  },
  flops: ([, x]) => sizeOf(x.shape),
  reference([dy, x, y], { axes }, dx) {
    const given = new Set<number>();
    reducedOffsets(x.shape, axes).forEach((place, i) => {
      if (x.data[i] !== y.data[place] || given.has(place)) return;
      given.add(place);
      dx.data[i] = dy.data[place];
    });
  },
});

import { defineOperator } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { affine } from './affine.js';
import { biasGradient } from './biasAdd.js';
import { mul } from './mul.js';
import { broadcastTo } from './reduceSum.js';
import { expectFloats, expectShape } from './rules.js';
import { sub } from './sub.js';

/**
 * The mean over all axes but the last: of a batch of pictures, one number per channel. x: [..., C] → [C].
 * Its gradient shares dy equally; batch normalisation does not use it, since its own gradient goes through the statistics.
 */
export const channelMean = defineOperator<object>({
  name: 'channelMean',
  infer([x], _, name) {
    if (x.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: 'the input must have at least 1 axis',
        received: formatShape(x.shape),
      });
    }
    expectFloats([x], name);
    return { shape: x.shape.slice(-1), dtype: 'float32' };
  },
  flops: ([x]) => sizeOf(x.shape),
  gradient({ inputs: [x], gradient }) {
    const { shape } = x.type;
    const count = sizeOf(shape) / shape[shape.length - 1];
    const share = affine(gradient, { scale: 1 / count, offset: 0 });
    return [broadcastTo(share, { shape })];
  },
  reference: 'beside',
});

/**
 * The population variance over all axes but the last, about a mean that is already known: the mean of (x − mean)².
 * x: [..., C], mean: [C] → [C].
 */
export const channelVariance = defineOperator<object>({
  name: 'channelVariance',
  infer([x, mean], _, name) {
    if (x.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: 'the input must have at least 1 axis',
        received: formatShape(x.shape),
      });
    }
    expectFloats([x, mean], name);
    expectShape(mean, x.shape.slice(-1), 'the mean', name);
    return mean;
  },
  flops: ([x]) => 3 * sizeOf(x.shape),
  gradient({ inputs: [x, mean], gradient, wanted }) {
    const { shape } = x.type;
    const count = sizeOf(shape) / shape[shape.length - 1];
    // dx = 2/n · (x − mean) · dy; the mean gets the opposite sign, summed over its channel.
    const share = affine(gradient, { scale: 2 / count, offset: 0 });
    const byInput = mul(sub(x, mean), share);
    const byMean = (): typeof x => affine(biasGradient(byInput), { scale: -1, offset: 0 });
    return [wanted[0] ? byInput : undefined, wanted[1] ? byMean() : undefined];
  },
  reference: 'beside',
});

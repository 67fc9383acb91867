import { defineOperator } from '../graph/index.js';
import { formatShape, sizeOf, StriateError } from '../tensor/index.js';
import { affine } from './affine.js';
import { broadcastTo } from './reduceSum.js';
import { expectFloats } from './rules.js';

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
  reference([x], _, mean) {
    const channels = mean.data.length;
    const count = x.data.length / channels;
    x.data.forEach((value, i) => (mean.data[i % channels] += value / count));
  },
});

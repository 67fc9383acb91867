import type { Reference } from '../graph/index.js';

export const channelMeanReference: Reference<object> = ([x], _, mean) => {
  const channels = mean.data.length;
  const count = x.data.length / channels;
  x.data.forEach((value, i) => (mean.data[i % channels] += value / count));
};

export const channelVarianceReference: Reference<object> = ([x, mean], _, variance) => {
  const channels = mean.data.length;
  const count = x.data.length / channels;
  x.data.forEach((value, i) => {
    const c = i % channels;
    variance.data[c] += (value - mean.data[c]) ** 2 / count;
  });
};

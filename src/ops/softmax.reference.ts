import type { Reference } from '../graph/index.js';

export const softmaxReference: Reference<object> = ([x], _, y) => {
  const classes = x.shape[x.shape.length - 1];
  for (let row = 0; row < x.data.length; row += classes) {
    const scores = x.data.subarray(row, row + classes);
    const largest = scores.reduce((a, b) => Math.max(a, b));
    const powers = scores.map((score) => Math.exp(score - largest));
    const total = powers.reduce((a, b) => a + b);
    powers.forEach((power, i) => (y.data[row + i] = power / total));
  }
};

export const softmaxGradientReference: Reference<object> = ([dy, y], _, dx) => {
  const classes = y.shape[y.shape.length - 1];
  for (let row = 0; row < y.data.length; row += classes) {
    let sum = 0;
    for (let i = row; i < row + classes; i++) sum += dy.data[i] * y.data[i];
    for (let i = row; i < row + classes; i++) dx.data[i] = y.data[i] * (dy.data[i] - sum);
  }
};

import type { Reference } from '../graph/index.js';
import type { MatmulAttributes } from './matmul.js';

export const matmulReference: Reference<MatmulAttributes> = ([a, b], { transposeA, transposeB }, y) => {
  const [rows, columns] = y.shape;
  const inner = transposeA ? a.shape[0] : a.shape[1];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < inner; k++) {
        const left = transposeA ? a.data[k * rows + i] : a.data[i * inner + k];
        const right = transposeB ? b.data[j * inner + k] : b.data[k * columns + j];
        y.data[i * columns + j] += left * right;
      }
};

export const batchMatmulReference: Reference<object> = ([a, b], _, y) => {
  const [count, rows, columns] = y.shape;
  const inner = a.shape[2];
  for (let matrix = 0; matrix < count; matrix++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < inner; k++) {
          const left = a.data[(matrix * rows + i) * inner + k];
          y.data[(matrix * rows + i) * columns + j] += left * b.data[(matrix * inner + k) * columns + j];
        }
};

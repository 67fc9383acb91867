import { isWhole } from '../tensor/check.js';
import { StriateError, Tensor, tensor } from '../tensor/index.js';

/**
 * Class numbers as one-hot rows (Keras's to_categorical): [N] → float32 [N, classes]; a tensor [N, …] → [N, …, classes].
 *
 * @param numClasses the largest class number and one by default
 * @throws StriateError when a number is no class.
 *
 * @example
 * toCategorical([0, 2, 1]); // [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
 */
export function toCategorical(labels: ArrayLike<number> | Tensor, numClasses?: number): Tensor<'float32'> {
  if (!(labels instanceof Tensor) && Array.isArray(labels[0]))
    return toCategorical(tensor(labels, undefined, 'int32'), numClasses);
  const data = labels instanceof Tensor ? labels.data : labels;
  let largest = -1;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, data[i]);
  const classes = numClasses ?? largest + 1;
  const given = labels instanceof Tensor ? labels.shape : [labels.length];
  // As in Keras, a last axis of one is the class number's own.
  const shape = given.length > 1 && given[given.length - 1] === 1 ? given.slice(0, -1) : given;
  const rows = new Float32Array(data.length * classes);
  for (let i = 0; i < data.length; i++) {
    if (!isWhole(data[i], 0, classes - 1)) {
      throw new StriateError({
        where: 'toCategorical',
        rule: `labels must be whole numbers from 0 to ${classes - 1}`,
        received: `${data[i]} at ${i}`,
      });
    }
    rows[i * classes + data[i]] = 1;
  }
  return new Tensor('float32', [...shape, classes], rows);
}

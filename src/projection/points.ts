import { findNotFinite } from '../tensor/check.js';
import { formatShape, StriateError, type Tensor } from '../tensor/index.js';

/** Points as rows of numbers. */
export interface Points {
  /** count × width numbers. */
  readonly data: Float32Array;
  readonly count: number;
  /** Numbers of a point. */
  readonly width: number;
}

/**
 * Points [N, D] that can be projected.
 *
 * @throws StriateError when there are fewer than two of them, one is not finite, or all are the same.
 */
export function expectPoints(where: string, { shape, data: given }: Tensor): Points {
  const [count, width] = shape;
  if (shape.length !== 2 || !(width >= 1)) {
    throw new StriateError({
      where,
      rule: 'needs points [N, D], a row of D numbers each',
      received: formatShape(shape),
      advice: 'model.embedding.predict(pictures) gives such rows; flatten others: [N, H × W × C]',
    });
  }
  if (count < 2) {
    throw new StriateError({ where, rule: 'needs at least 2 points', received: count, advice: 'give more pictures' });
  }
  const data = given instanceof Float32Array ? given : Float32Array.from(given);
  const bad = findNotFinite(data);
  if (bad >= 0) {
    throw new StriateError({
      where,
      rule: 'all numbers must be finite',
      received: `${data[bad]} in point ${Math.floor(bad / width)}`,
      advice: "check the model's weights and the pictures’ preprocessing",
    });
  }
  if (data.every((value, i) => value === data[i % width])) {
    throw new StriateError({
      where,
      rule: `all ${count} points are the same, so there is nothing to tell them apart by`,
      advice: 'if a model gave them, it sees no difference between the pictures: its units may be dead',
    });
  }
  return { data, count, width };
}

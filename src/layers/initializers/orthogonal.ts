import { optionsFactory } from '../../tensor/acceptedOptions.js';
import { expectNumber } from '../../tensor/check.js';
import { formatShape, sizeOf, StriateError } from '../../tensor/index.js';
import type { Initializer } from './initializer.js';
import { seedConfig, streamOf, type SeedOption } from './randomInitializers.js';

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends SeedOption {
  /** Multiplies the matrix; 1 by default. */
  readonly gain?: number;
}

/**
 * Makes the vectors orthonormal, in place (Gram–Schmidt): uniformly distributed orthonormal vectors where they came from
 * the normal distribution.
 */
function orthonormalize(vectors: readonly Float64Array[]): void {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
  vectors.forEach((vector, k) => {
    // One pass leaves rounding errors that grow with the number of vectors; a second removes them.
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of vectors.slice(0, k)) {
        const along = dot(vector, earlier);
        for (let i = 0; i < vector.length; i++) vector[i] -= along * earlier[i];
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i] /= length;
  });
}

/**
 * A random orthogonal matrix (Saxe et al. 2014; Keras's Orthogonal): a kernel [..., out] is taken as a matrix with one column
 * per output; its columns, or its rows where there are fewer of them, are orthonormal.
 *
 * @throws StriateError when the gain is not finite or, in use, the weight has fewer than two axes.
 */
export const orthogonal = optionsFactory(
  { where: 'initializer orthogonal', first: ['gain'], kinds: { gain: 'number', seed: 'number' } },
  ({ gain = 1, seed }: OrthogonalOptions): Initializer => {
    expectNumber('initializer orthogonal', 'gain', gain);
    return {
      className: 'Orthogonal',
      config: () => ({ gain, ...seedConfig(seed) }),
      fill(values, shape, random) {
        if (shape.length < 2) {
          throw new StriateError({
            where: 'initializer orthogonal',
            rule: 'needs a weight with at least two axes',
            received: formatShape(shape),
            advice: 'use another one',
          });
        }
        const stream = streamOf(seed, random);
        const columns = shape[shape.length - 1];
        const rows = sizeOf(shape) / columns;
        const vectors = Array.from({ length: Math.min(rows, columns) }, () =>
          Float64Array.from({ length: Math.max(rows, columns) }, () => stream.normal()),
        );
        orthonormalize(vectors);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const element = rows < columns ? vectors[row][column] : vectors[column][row];
            values[row * columns + column] = gain * element;
          }
        }
      },
    };
  },
);

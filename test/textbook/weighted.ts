import { Tensor, tensor, type Model, type NestedNumbers } from '../../src/index.js';

/** Gives a model's layers these weights, by name: `{ 'conv2d/kernel': [[…]] }`; the others become zero. */
export async function setWeights(
  model: Model,
  weights: Readonly<Record<string, NestedNumbers | Tensor>>,
): Promise<void> {
  const all = await model.getWeights();
  await model.setWeights(
    new Map(
      [...all].map(([name, { dtype, shape, size }]) => {
        const given = weights[name];
        if (given === undefined) return [name, new Tensor(dtype, shape, new Float32Array(size))];
        return [name, (given instanceof Tensor ? given : tensor(given)).reshape(shape)];
      }),
    ),
  );
}

/** A kernel [height, width, channels, filters] of filters that are written channel by channel: [filter][channel][row][column]. */
export function kernelOf(filters: readonly (readonly (readonly (readonly number[])[])[])[]): Tensor<'float32'> {
  const [height, width] = [filters[0][0].length, filters[0][0][0].length];
  return tensor(
    Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) =>
        filters[0].map((_, channel) => filters.map((filter) => filter[channel][row][column])),
      ),
    ),
  );
}

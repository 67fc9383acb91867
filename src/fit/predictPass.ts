import { findNotFinite } from '../tensor/check.js';
import { formatShape, sizeOf, StriateError, zeros, type Shape, type Tensor } from '../tensor/index.js';
import type { BatchSource } from './batchSource.js';
import type { Callback } from './callbacks/callback.js';
import type { Executor } from './executor.js';
import { runPass } from './runPass.js';
import { expectFiniteWeights } from './weights.js';

/** The model's outputs for all examples of a source. */
export async function predictPass(
  executor: Executor,
  source: BatchSource & { readonly examples: number },
  callbacks: readonly Callback[] = [],
): Promise<Tensor<'float32'>[]> {
  // Made when the first results are there: a model that is too large for the engine is refused by the engine.
  let outputs: Tensor<'float32'>[] | undefined;
  const make = (): Tensor<'float32'>[] =>
    executor.topology.outputs.map(({ shape }) => outputFor([source.examples, ...shape]));
  let position = 0;
  let looked = false;
  let number = 0;
  await runPass(
    source,
    async ({ size, feeds }) => {
      for (const callback of callbacks) await callback.onPredictBatchBegin?.(number);
      return { program: await executor.predictor(size), feeds };
    },
    async (results, batch) => {
      outputs ??= make();
      for (const [i, { data, shape }] of outputs.entries()) {
        const part = results[`output:${i}`].data as Float32Array;
        // Pictures may hold NaN, and what comes of them is told as it is.
        if (!looked && findNotFinite(part) !== -1) {
          await expectFiniteWeights('predict', executor);
          looked = true;
        }
        data.set(part, (position * data.length) / shape[0]);
      }
      position += batch.size;
      const given = outputs.map((_, i) => results[`output:${i}`] as Tensor<'float32'>);
      for (const callback of callbacks) await callback.onPredictBatchEnd?.(number, given);
      number++;
    },
  );
  return outputs ?? make();
}

function outputFor(shape: Shape): Tensor<'float32'> {
  try {
    return zeros(shape);
  } catch {
    const gigabytes = ((4 * sizeOf(shape)) / 2 ** 30).toFixed(1);
    throw new StriateError({
      where: 'predict',
      rule: `outputs ${formatShape(shape)} take ${gigabytes} GiB, which the system does not give`,
      advice: 'predict fewer examples at a time',
    });
  }
}

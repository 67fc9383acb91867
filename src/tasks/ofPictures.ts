import type { Model } from '../models/index.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { OptionKinds } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { Tensor } from '../tensor/index.js';

/** Options of looking at many pictures. */
export interface PicturesOptions {
  /** Pictures that are computed at once; 8 by default. */
  readonly batchSize?: number;
}

/** The kinds of these options. */
export const picturesKinds = { batchSize: 'number' } as const satisfies OptionKinds<PicturesOptions>;

/** How a picture goes into a network, and what comes out of it. */
export interface PictureTask<Prepared extends { readonly x: Tensor<'float32'> }, Result> {
  readonly prepare: (picture: PictureSource) => Promise<Prepared>;
  /** @param row - which picture of the outputs' */
  readonly read: (outputs: readonly Tensor<'float32'>[], row: number, prepared: Prepared) => Result;
}

/** What a network says of a picture, or of each of many, in batches; the next ones are read while one is computed. */
export async function ofPictures<Prepared extends { readonly x: Tensor<'float32'> }, Result>(
  model: Model,
  pictures: PictureSource | readonly PictureSource[],
  batchSize: number | undefined,
  { prepare, read }: PictureTask<Prepared, Result>,
): Promise<Result | Result[]> {
  const size = expectWhole('pictures', 'batchSize', batchSize ?? 8);
  const many = Array.isArray(pictures);
  const all = many ? (pictures as readonly PictureSource[]) : [pictures as PictureSource];
  const preparing = (at: number): Promise<Prepared[]> => {
    const batch = Promise.all(all.slice(at, at + size).map(prepare));
    // An error waits for whoever awaits the batch.
    batch.catch(() => undefined);
    return batch;
  };
  const results: Result[] = [];
  let next = preparing(0);
  for (let at = 0; at < all.length; at += size) {
    const batch = await next;
    const running = model.predictAll(stacked(batch.map(({ x }) => x)), { batchSize: size });
    next = preparing(at + size);
    const outputs = await running;
    batch.forEach((prepared, row) => results.push(read(outputs, row, prepared)));
  }
  return many ? results : results[0];
}

/** Examples one after another as a batch. */
function stacked(examples: readonly Tensor<'float32'>[]): Tensor<'float32'> {
  const [first] = examples;
  if (examples.length === 1) return first.reshape([1, ...first.shape]);
  const data = new Float32Array(examples.length * first.size);
  examples.forEach((x, i) => data.set(x.data, i * first.size));
  return new Tensor('float32', [examples.length, ...first.shape], data);
}

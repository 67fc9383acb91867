import type { Preprocessing } from '../../pictures/index.js';
import type { Model } from '../../models/index.js';
import { modelPictures, type PictureBatch } from '../pictures/modelPictures.js';

/** How pictures are read. */
export interface PictureEmbeddingOptions {
  /** As the model's weights want it; undefined: the middle of the picture at the model's size, from 0 to 1. */
  readonly preprocessing: Preprocessing | undefined;
  /** Pictures a step. */
  readonly batch: number;
}

/** One picture file's vector, or why it has none. */
export type PictureEmbedding =
  { readonly place: number; readonly vector: Float32Array } | { readonly place: number; readonly problem: string };

/**
 * The embeddings of picture files, a batch at a time: while one is computed, the next is read. Memory does not depend on the
 * number of files. Pictures are read as those of picture folders, with their limits.
 *
 * @param embedding a model from pictures [H, W, C] to vectors [D]
 * @throws StriateError when the model takes no grey or RGB pictures.
 */
export async function* pictureEmbeddings(
  embedding: Model,
  paths: readonly string[],
  { preprocessing, batch }: PictureEmbeddingOptions,
): AsyncGenerator<PictureEmbedding[]> {
  // The last batch is filled up, so that all of them are computed by the same program.
  const size = Math.min(batch, paths.length);
  const readBatch = modelPictures(embedding, preprocessing);
  const read = (start: number): Promise<PictureBatch> => readBatch(paths.slice(start, start + size), size);
  let next = paths.length > 0 ? read(0) : undefined;
  for (let start = 0; next; start += size) {
    const { x, problems } = await next;
    const following = start + size < paths.length ? read(start + size) : undefined;
    // An error of its own is told when it is waited for, also where computing fails first.
    following?.catch(() => undefined);
    const { data, shape } = await embedding.predict(x, { batchSize: size });
    yield Array.from({ length: Math.min(size, paths.length - start) }, (_, i): PictureEmbedding => {
      const problem = problems.get(i);
      const place = start + i;
      return problem === undefined
        ? { place, vector: data.slice(i * shape[1], (i + 1) * shape[1]) }
        : { place, problem };
    });
    next = following;
  }
}

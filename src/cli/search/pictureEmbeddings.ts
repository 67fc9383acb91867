import { pictureBatches } from '../../classify/pictureBatches.js';
import type { Preprocessing } from '../../pictures/index.js';
import type { Model } from '../../models/index.js';

/** One picture file's vector, or why it has none. */
export type PictureEmbedding =
  { readonly place: number; readonly vector: Float32Array } | { readonly place: number; readonly problem: string };

/**
 * The embeddings of picture files, a batch at a time: while one is computed, the next is read.
 *
 * @param embedding a model from pictures [H, W, C] to vectors [D]
 * @throws StriateError when the model takes no grey or RGB pictures.
 */
export async function* pictureEmbeddings(
  embedding: Model,
  paths: readonly string[],
  options: { readonly preprocessing: Preprocessing | undefined; readonly batchSize: number },
): AsyncGenerator<PictureEmbedding[]> {
  for await (const { start, count, x, problems } of pictureBatches(embedding, paths, options)) {
    const { data, shape } = await embedding.predict(x, { batchSize: x.shape[0] });
    yield Array.from({ length: count }, (_, i): PictureEmbedding => {
      const problem = problems.get(i);
      const place = start + i;
      return problem === undefined
        ? { place, vector: data.slice(i * shape[1], (i + 1) * shape[1]) }
        : { place, problem };
    });
  }
}

import { decodePicture } from '../../data/decodePicture.node.js';
import { resolveFolderOptions, type ModelPreprocessing } from '../../data/folderOptions.js';
import { PictureCache } from '../../data/pictureCache.js';
import { LocalReader, type PictureStage } from '../../data/pictureReader.js';
import { PlainTransform } from '../../data/plainTransform.js';
import type { Model } from '../../models/index.js';
import { sizeOf, Tensor } from '../../tensor/index.js';

/** How pictures are read. */
export interface PictureEmbeddingOptions {
  /** As the model's weights want it; undefined: the middle of the picture at the model's size, from 0 to 1. */
  readonly preprocessing: ModelPreprocessing | undefined;
  /** Pictures a step. */
  readonly batch: number;
}

/** One picture file's vector, or why it has none. */
export type PictureEmbedding =
  { readonly place: number; readonly vector: Float32Array } | { readonly place: number; readonly problem: string };

/**
 * The embeddings of picture files, a batch at a time: while one is computed, the next is read. Memory does not depend on the
 * number of files. Pictures are brought to the model's size by the picture library, with the limits of picture folders.
 *
 * @param embedding a model from pictures [H, W, C] to vectors [D]
 * @throws StriateError when the model takes no grey or RGB pictures.
 */
export async function* pictureEmbeddings(
  embedding: Model,
  paths: readonly string[],
  { preprocessing, batch }: PictureEmbeddingOptions,
): AsyncGenerator<PictureEmbedding[]> {
  const inputShape = embedding.inputs[0].shape;
  const resolved = resolveFolderOptions(`model '${embedding.name}'`, {
    inputShape,
    ...(preprocessing && { preprocessing }),
    cache: 'none',
  });
  const { geometry, normalization } = resolved;
  const stage: PictureStage = { geometry, transform: new PlainTransform(normalization) };
  const cache = new PictureCache(0);
  const reader = new LocalReader((file, wanted) => decodePicture(paths[file], wanted, resolved), cache);
  // The last batch is filled up, so that all of them are computed by the same program.
  const size = Math.min(batch, paths.length);
  const row = sizeOf(inputShape);
  const memory = [0, 1].map(() => new Float32Array(size * row));
  const read = async (start: number): Promise<ReadBatch> => {
    const x = memory[(start / size) % 2];
    const count = Math.min(size, paths.length - start);
    const requests = Array.from({ length: count }, (_, place) => ({ file: start + place, place, random: [0] }));
    const unread = await reader.read(stage, requests, x);
    return { x, count, problems: new Map(unread.map(({ request, reason }) => [request.place, reason])) };
  };
  let next = paths.length > 0 ? read(0) : undefined;
  for (let start = 0; next; start += size) {
    const { x, count, problems } = await next;
    const following = start + size < paths.length ? read(start + size) : undefined;
    // An error of its own is told when it is waited for, also where computing fails first.
    following?.catch(() => undefined);
    const { data, shape } = await embedding.predict(new Tensor('float32', [size, ...inputShape], x), {
      batchSize: size,
    });
    yield Array.from({ length: count }, (_, i): PictureEmbedding => {
      const problem = problems.get(i);
      const place = start + i;
      return problem === undefined
        ? { place, vector: data.slice(i * shape[1], (i + 1) * shape[1]) }
        : { place, problem };
    });
    next = following;
  }
}

interface ReadBatch {
  readonly x: Float32Array;
  readonly count: number;
  /** Why pictures could not be read, by place in the batch. */
  readonly problems: ReadonlyMap<number, string>;
}

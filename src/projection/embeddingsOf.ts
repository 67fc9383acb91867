import type { Classifier } from '../classify/classify.js';
import { probabilityRows } from '../classify/probabilities.js';
import type { DataSet } from '../data/dataSet.js';
import { predictsScores } from '../fit/predictsScores.js';
import { model as functional, type Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError, Tensor } from '../tensor/index.js';

/** Pictures of a data set as the model took them. */
export interface SeenPictures {
  /** The place of the first. */
  readonly start: number;
  readonly count: number;
  /** count × H × W × C numbers; used for the next ones afterwards. */
  readonly x: Float32Array;
  /** What the model gives each class, a row for each picture; undefined for a model without a classifier. */
  readonly probabilities?: readonly Float32Array[];
}

/** Options of `embeddingsOf`. */
export interface EmbeddingsOptions {
  /** Pictures that are computed at once; 64 by default, 16 of large ones. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how many of the pictures have been computed. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with the pictures themselves, for whoever shows them. */
  readonly onPictures?: (pictures: SeenPictures) => void;
}

const accepts = {
  where: 'embeddingsOf',
  kinds: { batchSize: 'number', signal: 'object', onProgress: 'function', onPictures: 'function' },
} as const satisfies AcceptedOptions<EmbeddingsOptions>;

/** What a model sees in the pictures of a data set. */
export interface Embeddings {
  /** `[N, D]`: what its classifier decides from. */
  readonly vectors: Tensor<'float32'>;
  /** The class numbers that the data set gives. */
  readonly labels: Int32Array;
  /** The likeliest class of each picture; undefined for a model without a classifier. */
  readonly predicted?: Int32Array;
  /** What the model gives that class, 0 to 1. */
  readonly probabilities?: Float32Array;
}

/**
 * The embeddings of a data set's pictures, and what the model takes them for, in one pass.
 *
 * @throws StriateError when the model takes other pictures than the data set has, or gives no vector to decide from.
 *
 * @example
 * const { vectors, labels, predicted } = await embeddingsOf(model, test);
 * const map = await project(vectors, { method: 'umap' });
 */
export async function embeddingsOf(
  classifier: Classifier,
  data: DataSet,
  options: EmbeddingsOptions = {},
): Promise<Embeddings> {
  const { where } = accepts;
  const given = expectOptions(accepts, options);
  const { signal, onProgress, onPictures } = given;
  const model = 'model' in classifier ? classifier.model : classifier;
  const { embedding } = model;
  const [{ shape }] = model.inputs;
  if (model.inputs.length !== 1 || !sameShape(shape, data.inputShape)) {
    throw new StriateError({
      where,
      rule: `the model '${model.name}' takes ${model.inputs.map((one) => formatShape(one.shape)).join(' and ')}`,
      received: `pictures of ${formatShape(data.inputShape)} in '${data.name}'`,
      advice: 'open the data with the preprocessing of the model',
    });
  }
  if (embedding.outputShape.length !== 1) throw noVector(where, embedding);
  const batchSize = expectWhole(where, 'batchSize', given.batchSize ?? (sizeOf(shape) > 64 * 64 * 3 ? 16 : 64));
  const [scores] = model.outputs;
  const [vector] = embedding.outputs;
  const classifies = scores !== vector && scores.shape.length === 1 && scores.source !== vector.source;
  const heads = classifies ? functional({ inputs: model.inputs, outputs: [scores, vector] }) : embedding;
  const width = vector.shape[0];
  const vectors = new Float32Array(data.size * width);
  const labels = new Int32Array(data.size);
  const predicted = new Int32Array(data.size);
  const probabilities = new Float32Array(data.size);
  const read = async (start: number) => {
    const count = Math.min(batchSize, data.size - start);
    const x = new Float32Array(count * sizeOf(shape));
    const indices = Int32Array.from({ length: count }, (_, i) => start + i);
    await data.fill(indices, x, labels.subarray(start, start + count));
    return { start, count, x };
  };
  let next = read(0);
  for (let start = 0; start < data.size; start += batchSize) {
    signal?.throwIfAborted();
    const batch = await next;
    // While one batch is computed, the next is read; a failure is reported when it is waited for.
    if (start + batchSize < data.size) void (next = read(start + batchSize)).catch(() => undefined);
    const found = await heads.predictAll(new Tensor('float32', [batch.count, ...shape], batch.x), { batchSize });
    vectors.set(found[found.length - 1].data, start * width);
    const rows = classifies ? probabilityRows(found[0], predictsScores(model)) : undefined;
    if (rows) {
      rows.forEach((row, i) => {
        const best = row.reduce((most, value, label) => (value > row[most] ? label : most), 0);
        predicted[start + i] = best;
        probabilities[start + i] = row[best];
      });
    }
    onPictures?.({ ...batch, ...(rows && { probabilities: rows }) });
    onProgress?.(start + batch.count, data.size);
  }
  const all = new Tensor('float32', [data.size, width], vectors);
  return { vectors: all, labels, ...(classifies && { predicted, probabilities }) };
}

function noVector(where: string, { outputShape }: Model): StriateError {
  return new StriateError({
    where,
    rule: 'needs a model whose classifier decides from a vector',
    received: formatShape(outputShape),
    advice: 'make a model that ends in one: model({ inputs, outputs })',
  });
}

import { files } from '#platform';
import type { Preprocessing } from '../pictures/index.js';
import { expectPreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { formatShape, StriateError, type Tensor } from '../tensor/index.js';
import { decodeIndex, encodeIndex, type IndexEntry } from './indexFile.js';
import type { ModelFingerprint } from './modelFingerprint.js';
import { mostSimilar, writeUnit } from './similarity.js';

/** What an index is made for. */
export interface EmbeddingIndexOptions {
  /** Numbers in a vector. */
  readonly dimensions: number;
  /** The model that vectors come from; `expectModel` compares others with it. */
  readonly model?: ModelFingerprint | undefined;
  /** How pictures were prepared for that model. */
  readonly preprocessing?: Preprocessing | undefined;
}

const accepts = {
  where: 'embeddingIndex',
  kinds: { dimensions: 'number', model: 'object', preprocessing: 'object' },
} as const satisfies AcceptedOptions<EmbeddingIndexOptions>;

const entryAccepts = {
  where: 'embeddingIndex add',
  kinds: { name: 'string', label: 'string', version: 'string' },
} as const satisfies AcceptedOptions<IndexEntry>;

/** What `EmbeddingIndex.addAll` is told of the vectors. */
export interface EntryNames {
  /** What each is found by. */
  readonly names: readonly string[];
  /** Its class, where it has one. */
  readonly labels?: readonly (string | undefined)[];
}

const namesAccepts = {
  where: 'embeddingIndex addAll',
  kinds: { names: 'list', labels: 'list' },
} as const satisfies AcceptedOptions<EntryNames>;

/** An entry that is similar to a query. */
export interface SimilarEntry extends IndexEntry {
  /** Its number in the index. */
  readonly index: number;
  /** The cosine of the angle between the vectors, from −1 to 1. */
  readonly similarity: number;
}

/**
 * Vectors of pictures (or of anything else) that can be searched for the most similar ones: one backbone's embedding, used
 * as a second head beside its classifier. Vectors are kept at length 1 and compared by cosine, each with the query: exact.
 *
 * @throws StriateError when `dimensions` is not a whole number from 1.
 *
 * @example
 * const backbone = model.embedding;
 * const index = new EmbeddingIndex({ dimensions: backbone.outputShape[0], model: await modelFingerprint(backbone) });
 * index.addAll(await backbone.predict(pictures), { names, labels });
 * const [nearest] = await index.query((await backbone.predict(picture)).data, 5);
 * await index.save('photos.index.safetensors');
 */
export class EmbeddingIndex {
  readonly dimensions: number;
  readonly model: ModelFingerprint | undefined;
  readonly preprocessing: Preprocessing | undefined;
  /** Text of your own that is saved with the index. */
  metadata: Record<string, string> = {};
  private readonly known: IndexEntry[] = [];
  /** Rows of unit vectors, with space for more. */
  private rows: Float32Array;

  constructor(options: EmbeddingIndexOptions) {
    const { dimensions, model, preprocessing } = expectOptions(accepts, options);
    if (preprocessing) expectPreprocessing('embeddingIndex, preprocessing', preprocessing);
    this.dimensions = expectWhole('embeddingIndex', 'dimensions', dimensions);
    this.model = model;
    this.preprocessing = preprocessing;
    this.rows = new Float32Array(0);
  }

  /** How many vectors there are. */
  get size(): number {
    return this.known.length;
  }

  /** Names, labels and versions, in the order in which they were added. */
  get entries(): readonly IndexEntry[] {
    return this.known;
  }

  /** The unit vectors [size × dimensions]; shares memory with the index until more are added. */
  get vectors(): Float32Array {
    return this.rows.subarray(0, this.size * this.dimensions);
  }

  /** One entry's unit vector; shares memory with the index until more are added. */
  vector(index: number): Float32Array {
    if (!(index >= 0 && index < this.size)) {
      throw new StriateError({ where: 'embeddingIndex', rule: `has entries 0 to ${this.size - 1}`, received: index });
    }
    return this.rows.subarray(index * this.dimensions, (index + 1) * this.dimensions);
  }

  /**
   * Adds one vector; it need not be of length 1.
   *
   * @throws StriateError when it has another number of dimensions, or a number that is not finite.
   */
  add(entry: IndexEntry | string, vector: ArrayLike<number>): void {
    const { name, label, version } = typeof entry === 'string' ? { name: entry } : expectOptions(entryAccepts, entry);
    this.expectLength(`add '${name}'`, vector.length);
    this.reserve(this.size + 1);
    if (!writeUnit(vector, this.rows, this.size * this.dimensions)) throw notFinite(`add '${name}'`);
    this.known.push({ name, label, version });
  }

  /** Adds the rows of a model's embeddings [N, dimensions], by name. */
  addAll(vectors: Tensor<'float32'>, entries: EntryNames): void {
    const { names, labels } = expectOptions(namesAccepts, entries);
    const [count, width] = vectors.shape;
    if (vectors.shape.length !== 2 || count !== names.length || (labels && labels.length !== count)) {
      const received = labels ? `${names.length} names and ${labels.length} labels` : `${names.length} names`;
      throw new StriateError({
        where: 'embeddingIndex addAll',
        rule: `needs vectors [N, ${this.dimensions}] with N names and, if any, N labels`,
        received: `${formatShape(vectors.shape)} and ${received}`,
      });
    }
    names.forEach((name, i) => {
      this.add({ name, label: labels?.[i] }, vectors.data.subarray(i * width, (i + 1) * width));
    });
  }

  /**
   * The k entries most similar to a vector, the most similar first; of equally similar ones the one added first.
   *
   * @throws StriateError when the vector has another number of dimensions or is not finite, or k is not a whole number from 1.
   */
  async query(vector: ArrayLike<number>, k = 5): Promise<SimilarEntry[]> {
    this.expectLength('query', vector.length);
    expectWhole('embeddingIndex query', 'k', k);
    const unit = new Float32Array(this.dimensions);
    if (!writeUnit(vector, unit, 0)) throw notFinite('query');
    const { rows, similarities } = await mostSimilar(this.rows, this.size, unit, k);
    return Array.from(rows, (index, i) => ({ ...this.known[index], index, similarity: similarities[i] }));
  }

  /** `query` for each row of a model's embeddings [N, dimensions]. */
  async queryAll(vectors: Tensor<'float32'>, k = 5): Promise<SimilarEntry[][]> {
    const { shape, data } = vectors;
    if (shape.length !== 2) {
      throw new StriateError({
        where: 'embeddingIndex queryAll',
        rule: `needs vectors [N, ${this.dimensions}]`,
        received: formatShape(shape),
      });
    }
    const found: SimilarEntry[][] = [];
    for (let i = 0; i < shape[0]; i++) found.push(await this.query(data.subarray(i * shape[1], (i + 1) * shape[1]), k));
    return found;
  }

  /**
   * Checks that vectors of a model can be compared with those of the index.
   *
   * @param name what messages call the index
   * @throws StriateError that says in what the models differ.
   */
  expectModel(model: ModelFingerprint, name = 'embeddingIndex'): void {
    const own = this.model;
    const difference = !own
      ? differentLength(this.dimensions, model)
      : own.hash === model.hash
        ? undefined
        : (differentShapes(own, model) ?? 'its weights, layers or their settings are others');
    if (difference === undefined) return;
    const made = own ? `was made with '${own.name}' (${own.hash.slice(0, 12)})` : 'has other vectors';
    throw new StriateError({
      where: name,
      rule: `${made}, and '${model.name}' (${model.hash.slice(0, 12)}) is not the same model: ${difference}`,
      advice: 'use the model that the index was made with, or make the index anew',
    });
  }

  /** Writes the index to one safetensors file, whole or not at all. */
  async save(path: string): Promise<void> {
    await files.writeWhole(path, this.toBytes());
  }

  /** What `save` writes. */
  toBytes(): Uint8Array {
    const { dimensions, model, preprocessing, metadata, entries, vectors } = this;
    return encodeIndex({ description: { dimensions, model, preprocessing }, metadata, entries, vectors });
  }

  /**
   * Reads what `save` wrote, from a path or bytes.
   *
   * @param name what messages call the file
   * @throws StriateError when it is no index, or is damaged.
   */
  static async load(source: string | Uint8Array, name?: string): Promise<EmbeddingIndex> {
    const file = name ?? (typeof source === 'string' ? source : 'index');
    const bytes = typeof source === 'string' ? await files.read(source) : source;
    const { description, metadata, entries, vectors } = decodeIndex(bytes, file);
    const index = new EmbeddingIndex(description);
    index.metadata = metadata;
    index.rows = vectors;
    for (const entry of entries) index.known.push(entry);
    return index;
  }

  /** Makes space for `count` vectors; doubling, so that adding one by one copies each only a few times. */
  private reserve(count: number): void {
    const { rows, dimensions } = this;
    if (rows.length >= count * dimensions) return;
    this.rows = new Float32Array(Math.max(count, 2 * this.size, 64) * dimensions);
    this.rows.set(rows);
  }

  private expectLength(where: string, length: number): void {
    if (length === this.dimensions) return;
    throw new StriateError({
      where: `embeddingIndex ${where}`,
      rule: `a vector must have ${this.dimensions} numbers`,
      received: length,
      advice: 'use the model that the index was made with',
    });
  }
}

function notFinite(where: string): StriateError {
  return new StriateError({
    where: `embeddingIndex ${where}`,
    rule: 'a vector must be finite numbers',
    received: 'NaN or infinity',
    advice: "check the model's weights and the pictures’ preprocessing",
  });
}

function differentLength(dimensions: number, { outputShape }: ModelFingerprint): string | undefined {
  const same = outputShape.length === 1 && outputShape[0] === dimensions;
  return same ? undefined : `vectors here have ${dimensions} numbers, its own ${formatShape(outputShape)}`;
}

function differentShapes(own: ModelFingerprint, other: ModelFingerprint): string | undefined {
  const [ownIn, otherIn] = [own, other].map(({ inputShape }) => formatShape(inputShape));
  if (ownIn !== otherIn) return `it takes pictures of ${otherIn}, not ${ownIn}`;
  const [ownOut, otherOut] = [own, other].map(({ outputShape }) => formatShape(outputShape));
  return ownOut === otherOut ? undefined : `it gives vectors ${otherOut}, not ${ownOut}`;
}

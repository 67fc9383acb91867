import type { Preprocessing } from '../pictures/index.js';
import { isWhole } from '../tensor/check.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors } from '../tensor/safetensors.js';
import type { ModelFingerprint } from './modelFingerprint.js';

/** What an index knows of one of its vectors. */
export interface IndexEntry {
  /** What it is found by: a path, say. */
  readonly name: string;
  /** Its class, where it has one. */
  readonly label?: string;
  /** What its source was like when the vector was made (size and time of a file): when that changes, so may the vector. */
  readonly version?: string;
}

/** Everything in an index. */
export interface IndexContent {
  readonly description: {
    readonly dimensions: number;
    readonly model?: ModelFingerprint | undefined;
    readonly preprocessing?: Preprocessing | undefined;
  };
  readonly metadata: Record<string, string>;
  readonly entries: readonly IndexEntry[];
  /** entries × dimensions */
  readonly vectors: Float32Array;
}

/** The metadata's key that says that a file is an index. */
const key = 'embeddingIndex';

/** Files of later versions are refused. */
const version = 1;

/**
 * An index as a safetensors file: `vectors` [N, dimensions], `entries` (JSON in UTF-8: columns `names`, `labels`, `versions`),
 * and everything else in the metadata.
 */
export function encodeIndex({ description, metadata, entries, vectors }: IndexContent): Uint8Array {
  const columns = {
    names: entries.map(({ name }) => name),
    labels: entries.map(({ label }) => label ?? null),
    versions: entries.map((entry) => entry.version ?? null),
  };
  const text = new TextEncoder().encode(JSON.stringify(columns));
  return encodeSafetensors(
    [
      ['vectors', new Tensor('float32', [entries.length, description.dimensions], vectors)],
      ['entries', new Tensor('uint8', [text.length], text)],
    ],
    { ...metadata, [key]: JSON.stringify({ version, ...description }) },
  );
}

/**
 * Reads what `encodeIndex` wrote.
 *
 * @throws StriateError when it is no index, one of a later version, or damaged.
 */
export function decodeIndex(bytes: Uint8Array, file: string): IndexContent {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  const { [key]: text, ...own } = metadata;
  if (text === undefined) {
    throw new StriateError({
      where: file,
      rule: 'is no index of pictures',
      advice: 'give a file that EmbeddingIndex.save or search build wrote',
    });
  }
  const damaged = new StriateError({
    where: file,
    rule: 'the index is damaged',
    advice: 'use another copy of the file, or build it anew',
  });
  const description = parse(text, damaged) as IndexContent['description'] & { readonly version: number };
  if (description?.version > version) {
    throw new StriateError({
      where: file,
      rule: 'was written by a later version of Striate',
      advice: 'update, or build the index anew',
    });
  }
  const vectors = tensors.get('vectors');
  const columns = tensors.get('entries');
  if (!isDescription(description) || !vectors || !columns) throw damaged;
  const { dimensions, model, preprocessing } = description;
  const entries = entriesIn(new TextDecoder().decode(columns.data), damaged);
  const [count, width] = vectors.shape;
  if (vectors.dtype !== 'float32' || vectors.shape.length !== 2 || width !== dimensions || count !== entries.length) {
    throw damaged;
  }
  const data = vectors.data as Float32Array;
  if (!data.every(Number.isFinite)) throw damaged;
  return { description: { dimensions, model, preprocessing }, metadata: own, entries, vectors: data };
}

function isDescription(value: IndexContent['description'] | null): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { dimensions, model, preprocessing } = value;
  if (!isWhole(dimensions, 1)) return false;
  const isModel = model === undefined || (isText(model.hash) && isText(model.name));
  const shapes = model === undefined ? [] : [model.inputShape, model.outputShape];
  const { size, mean = [], std = [] } = preprocessing ?? { size: [1, 1] };
  return isModel && [...shapes, size, mean, std].every(isNumbers) && size.length === 2;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => Number.isFinite(one));
}

function entriesIn(text: string, damaged: StriateError): IndexEntry[] {
  const columns = parse(text, damaged) as Record<'names' | 'labels' | 'versions', unknown> | null;
  const { names, labels, versions } = columns ?? {};
  const isColumn = (column: unknown): column is readonly (string | null)[] =>
    Array.isArray(column) && column.every((value) => value === null || isText(value));
  if (!isColumn(names) || !isColumn(labels) || !isColumn(versions) || names.includes(null)) throw damaged;
  if (labels.length !== names.length || versions.length !== names.length) throw damaged;
  return names.map((name, i) => ({ name: name!, label: labels[i] ?? undefined, version: versions[i] ?? undefined }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function parse(text: string, damaged: StriateError): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged;
  }
}

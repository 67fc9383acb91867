import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { modelFingerprint, type EmbeddingIndex, type ModelFingerprint } from '../../retrieval/index.js';
import { type Model } from '../../models/index.js';
import { formatShape, StriateError } from '../../tensor/index.js';
import { isHubName } from '../../zoo/weights/published.js';
import { isFile } from '../modelArgument.js';

/** Where a file or folder lies that another file names: found again when one of them, or both together, are moved. */
export interface StoredPath {
  readonly absolute: string;
  /** From the folder of the file that names it, with '/' between the parts. */
  readonly relative: string;
}

/** A path as the file `from` keeps it. */
export function storedPath(path: string, from: string): StoredPath {
  return {
    absolute: resolve(path),
    relative: relative(dirname(resolve(from)), resolve(path))
      .split(sep)
      .join('/'),
  };
}

/** The path that the file `from` kept: beside the file, if there is such a thing, otherwise where it was. */
function foundPath(stored: StoredPath, from: string): string {
  const beside = resolve(dirname(resolve(from)), stored.relative);
  return existsSync(beside) ? beside : stored.absolute;
}

/** The arguments that make a model: what an index keeps, to make the same one again for its queries. */
export interface ModelSource {
  readonly model: string | StoredPath;
  readonly weights?: string | StoredPath;
  /** Which of a checkpoint's dictionaries holds them. */
  readonly weightsKey?: string;
}

/** What an index says about where it comes from. */
export interface IndexSource {
  readonly model: ModelSource;
  /** The folder that names are paths in. */
  readonly folder: StoredPath;
}

/** The metadata's key of an index's source. */
const key = 'source';

/** Arguments as an index file keeps them; names of models and of published weights stay names. */
export function modelSource(
  { model, weights, weightsKey }: { model: string; weights?: string; weightsKey?: string },
  index: string,
): ModelSource {
  return {
    model: isFile(model) ? storedPath(model, index) : model,
    weights: weights === undefined || isHubName(weights) ? weights : storedPath(weights, index),
    weightsKey,
  };
}

/** Writes the source into an index. */
export function writeSource(index: EmbeddingIndex, source: IndexSource): void {
  index.metadata = { ...index.metadata, [key]: JSON.stringify(source) };
}

/**
 * The source that an index names.
 *
 * @throws StriateError when it names none that can be understood.
 */
export function sourceOf(index: EmbeddingIndex, file: string): IndexSource {
  const { [key]: text } = index.metadata;
  const unknown = new StriateError({
    where: file,
    rule: 'does not say which model and folder it was made with',
    advice: 'make it with search build',
  });
  if (text === undefined) throw unknown;
  try {
    const source = JSON.parse(text) as IndexSource;
    const stored = [source.folder, source.model.model, source.model.weights].filter((part) => part !== undefined);
    const isSound = (part: unknown): boolean =>
      typeof part === 'string' || ['absolute', 'relative'].every((name) => typeof (part as never)[name] === 'string');
    const hasSoundKey = ['undefined', 'string'].includes(typeof source.model.weightsKey);
    if (stored.length >= 2 && stored.every(isSound) && hasSoundKey) return source;
  } catch {
    // Reported below.
  }
  throw unknown;
}

/** A kept argument as the command line would take it. */
export function argumentOf(stored: string | StoredPath, index: string): string {
  return typeof stored === 'string' ? stored : foundPath(stored, index);
}

/** A model's embedding, and its fingerprint. */
export interface Embedder {
  readonly embedding: Model;
  readonly fingerprint: ModelFingerprint;
}

/**
 * The embedding of a classifier.
 *
 * @throws StriateError when the model has none: no map, or no vector behind it.
 */
export async function embedderOf(model: Model, name: string): Promise<Embedder> {
  const { embedding } = model;
  if (embedding.outputShape.length !== 1 || embedding.inputs.length !== 1) {
    throw new StriateError({
      where: `model '${name}'`,
      rule: 'needs one picture in and a vector out to search by',
      advice: `its embedding is ${formatShape(embedding.outputShape)}`,
    });
  }
  return { embedding, fingerprint: { ...(await modelFingerprint(embedding)), name } };
}

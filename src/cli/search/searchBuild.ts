import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Preprocessing } from '../../pictures/index.js';
import { folderParts, type FolderParts } from '../../data/folders/classFolders.js';
import { scanFolder } from '../../data/folders/scanFolder.node.js';
import { SkippedFiles } from '../../data/folders/skippedFiles.js';
import { EmbeddingIndex, type IndexEntry } from '../../retrieval/index.js';
import { formatCount } from '../../platform/textTable.js';
import { formatSeconds } from '../../report/html.js';
import { StriateError } from '../../tensor/index.js';
import { exitCodes, UsageError } from '../failure.js';
import { listenForInterrupt } from '../train/interrupt.js';
import { modelFile } from '../modelArgument.js';
import { openArgument } from '../openArgument.js';
import { engineChoice, inputShapeOption, preprocessingOption, shared, weightsKeyOption } from '../commandOptions.js';
import type { Output } from '../output.js';
import { pictureEmbeddings } from './pictureEmbeddings.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { embedderOf, modelSource, writeSource, type Embedder, storedPath } from './searchIndex.js';

interface BuildOptions {
  readonly model: string;
  readonly weights?: string;
  readonly weightsKey?: string;
  readonly preprocessing?: string;
  readonly input?: readonly number[];
  readonly output: string;
  readonly batch: number;
  readonly strict?: boolean;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Files whose size and time are asked for at once. */
const askedAtOnce = 64;

/** `striate search build`: the embeddings of a folder's pictures, as an index to be searched. */
export function searchBuildCommand(output: Output): Command {
  return new Command('build')
    .description('compute a vector for every picture of a folder; what has not changed is not computed again')
    .argument('<folder>', 'pictures, in it or in folders below; the first folder on the way is their label')
    .requiredOption('--model <name|file>', 'a model of the zoo (with --weights), or a model’s file')
    .option('--weights <file|imagenet>', 'weights for the model')
    .addOption(weightsKeyOption())
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('in place of the model’s own'))
    .requiredOption('--output <file>', 'the index, a .safetensors file')
    .addOption(shared.batch().default(32))
    .option('--strict', 'stop at the first file that cannot be read')
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (folder: string, options: BuildOptions) => {
      process.exitCode = await build(folder, options, output);
    });
}

async function build(folder: string, options: BuildOptions, output: Output): Promise<number> {
  const path = options.output;
  if (extname(path).toLowerCase() !== '.safetensors') {
    throw new UsageError({ where: `--output '${path}'`, rule: 'must be a .safetensors file' });
  }
  const before = existsSync(path) ? await indexToReplace(path) : undefined;
  const found = await picturesIn(folder, path);
  using interrupt = listenForInterrupt(() => {
    output.progress('Stopping after these pictures … (Ctrl-C again stops at once)');
  });
  const { weights, weightsKey, preprocessing: asked, input } = options;
  const given = { weights, weightsKey, preprocessing: asked, input };
  const { model, preparation } = await openArgument(options.model, given, output);
  const { preprocessing, note } = preparation ?? {};
  if (note !== undefined) output.progress(note);
  model.useEngine(engineChoice(options));
  try {
    const embedder = await embedderOf(model, basename(options.model));
    const known = before && sameVectors(before, embedder, preprocessing) ? before : undefined;
    const work = { folder, found, embedder, preprocessing, known, options, signal: interrupt.signal };
    const { vectors, reused, skipped, seconds } = await computeVectors(work);
    const index = indexOf(work, vectors);
    if (index.size === 0) {
      throw new StriateError({
        where: folder,
        rule: 'has no picture that can be read',
        advice: skipped.describe() ?? 'it was stopped',
      });
    }
    const line = skipped.describe();
    if (line !== undefined) output.progress(line);
    await index.save(path);
    const interrupted = index.size + skipped.list.length < found.length;
    const computed = index.size - reused;
    const labels = countLabels(index.entries);
    if (options.json) {
      output.json({
        command: 'search build',
        folder,
        index: path,
        model: embedder.fingerprint.name,
        hash: embedder.fingerprint.hash,
        dimensions: index.dimensions,
        pictures: index.size,
        computed,
        reused,
        // Also a label called __proto__ becomes a key of its own.
        labels: Object.fromEntries(labels),
        skipped: skipped.list,
        seconds,
        interrupted,
      });
    } else {
      const classes = labels.size;
      const labelled = classes > 0 ? `, ${formatCount(classes)} ${classes === 1 ? 'label' : 'labels'}` : '';
      const kept = reused > 0 ? ` (${formatCount(reused)} as before, ${formatCount(computed)} computed)` : '';
      output.data(
        `${path}: ${formatCount(index.size)} pictures${kept}${labelled}, vectors of ${index.dimensions} numbers by ` +
          `${embedder.fingerprint.name}, in ${formatSeconds(seconds)}`,
      );
    }
    if (!interrupted) return exitCodes.done;
    output.progress(`Stopped; what was computed is in ${path}. The same command goes on from there.`);
    return exitCodes.interrupted;
  } finally {
    await model.dispose();
  }
}

interface Work {
  readonly folder: string;
  readonly found: readonly FoundPicture[];
  readonly embedder: Embedder;
  readonly preprocessing: Preprocessing | undefined;
  /** An index of the same model, whose vectors need not be computed again. */
  readonly known: EmbeddingIndex | undefined;
  readonly options: BuildOptions;
  readonly signal: AbortSignal;
}

interface Vectors {
  /** By place among the files; undefined where a file was skipped or not reached. */
  readonly vectors: readonly (Float32Array | undefined)[];
  readonly reused: number;
  readonly skipped: SkippedFiles;
  readonly seconds: number;
}

async function computeVectors({ folder, found, embedder, known, ...work }: Work): Promise<Vectors> {
  const began = performance.now();
  const places = new Map(known?.entries.map(({ name, version }, i) => [`${version} ${name}`, i]));
  const vectors = found.map(({ name, version }) => {
    const place = places.get(`${version} ${name}`);
    return place === undefined ? undefined : known!.vector(place);
  });
  const missing = [...found.keys()].filter((i) => vectors[i] === undefined);
  const skipped = new SkippedFiles(found.length, work.options.strict ?? false);
  using progress = new ProgressLine('pictures', missing.length);
  const paths = missing.map((i) => join(folder, found[i].name));
  const { preprocessing, options, signal } = work;
  let done = 0;
  for await (const batch of pictureEmbeddings(embedder.embedding, paths, { preprocessing, batchSize: options.batch })) {
    for (const one of batch) {
      const place = missing[one.place];
      if ('vector' in one) vectors[place] = one.vector;
      else skipped.add(found[place].name, one.problem);
    }
    progress.update((done += batch.length));
    if (signal.aborted) break;
  }
  const seconds = (performance.now() - began) / 1000;
  return { vectors, reused: found.length - missing.length, skipped, seconds };
}

function indexOf(
  { folder, found, embedder, preprocessing, options }: Work,
  vectors: Vectors['vectors'],
): EmbeddingIndex {
  const { fingerprint } = embedder;
  const index = new EmbeddingIndex({ dimensions: fingerprint.outputShape[0], model: fingerprint, preprocessing });
  found.forEach((entry, i) => {
    const vector = vectors[i];
    if (vector) index.add(entry, vector);
  });
  const model = modelSource({ ...options, model: modelFile(options.model) }, options.output);
  writeSource(index, { model, folder: storedPath(folder, options.output) });
  return index;
}

/** An earlier index in the output's place; anything else there is not overwritten. */
async function indexToReplace(path: string): Promise<EmbeddingIndex> {
  try {
    return await EmbeddingIndex.load(path);
  } catch (error) {
    if (!(error instanceof StriateError)) throw error;
    throw error.within(`--output ${path} is there already and no index that could be built on`);
  }
}

/** Whether vectors of an earlier index are those that would be computed now. */
function sameVectors(
  before: EmbeddingIndex,
  { fingerprint }: Embedder,
  preprocessing: Preprocessing | undefined,
): boolean {
  const text = (value: Preprocessing | undefined): string =>
    JSON.stringify(Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return before.model?.hash === fingerprint.hash && text(before.preprocessing) === text(preprocessing);
}

type FoundPicture = IndexEntry & { readonly version: string };

/** All files of a folder but the index itself, in the order of their names, with labels. */
async function picturesIn(folder: string, index: string): Promise<FoundPicture[]> {
  const listing = await scanFolder(folder);
  const { files } = listing;
  const names = files.filter((name) => resolve(folder, name) !== resolve(index)).sort();
  if (names.length === 0)
    throw new StriateError({ where: folder, rule: 'is empty', advice: 'give a folder with pictures' });
  // A folder that could be a part or a class gives its name: a label is a hint here, and nothing is learned from it.
  const { parts } = folderParts(listing);
  const found: FoundPicture[] = [];
  for (let start = 0; start < names.length; start += askedAtOnce) {
    const some = names.slice(start, start + askedAtOnce);
    const versions = await Promise.all(some.map((name) => versionOf(join(folder, name))));
    some.forEach((name, i) => {
      const label = labelOf(name, parts);
      found.push({ name, version: versions[i], label });
    });
  }
  return found;
}

/** The first folder on the way to a file; the second where the first is a part: train/cats/1.jpg is a cat. */
function labelOf(name: string, parts: FolderParts['parts']): string | undefined {
  const folders = name.split('/').slice(0, -1);
  return folders[folders.length > 1 && parts.has(folders[0]) ? 1 : 0];
}

async function versionOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found ? `${found.size} ${Math.round(found.mtimeMs)}` : '';
}

function countLabels(entries: readonly IndexEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of entries) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

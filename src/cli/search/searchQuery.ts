import { basename, join, relative, resolve, sep } from 'node:path';
import { Command, Option } from 'commander';
import { EmbeddingIndex } from '../../retrieval/index.js';
import { StriateError } from '../../tensor/index.js';
import { openArgument } from '../openArgument.js';
import { engineChoice, shared, weightsKeyOption, wholeNumber } from '../commandOptions.js';
import { columns, type Output } from '../output.js';
import { pictureEmbeddings } from './pictureEmbeddings.js';
import { argumentOf, embedderOf, sourceOf, type IndexSource } from './searchIndex.js';
import { writeSearchPage, type SearchResult } from '../../report/searchPage.js';
import { writeSearchSheet } from '../../report/searchSheet.js';

interface QueryOptions {
  readonly top: number;
  readonly model?: string;
  readonly weights?: string;
  readonly weightsKey?: string;
  readonly sheet?: string;
  readonly page?: string;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** `striate search query`: the pictures of an index that are most similar to others. */
export function searchQueryCommand(output: Output): Command {
  return new Command('query')
    .description('name the pictures of an index that are most similar to others')
    .argument('<index>', 'a file that search build wrote')
    .argument('<picture...>', 'picture files: JPEG, PNG, WebP, GIF, TIFF, AVIF')
    .addOption(new Option('--top <n>', 'how many to name').argParser(wholeNumber(1, 1000)).default(5))
    .option('--model <name|file>', 'the model that the index was made with, where it is not found any more')
    .option('--weights <file|imagenet>', 'its weights, where they are not found any more')
    .addOption(weightsKeyOption())
    .option('--sheet <file>', 'draw each picture and what was found into a picture: .png, .jpg or .webp')
    .option('--page <file>', 'write a page (.html) with each picture and what was found')
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (file: string, pictures: readonly string[], options: QueryOptions) => {
      const index = await EmbeddingIndex.load(file);
      const results = await search({ file, index, source: sourceOf(index, file) }, pictures, options, output);
      if (options.sheet !== undefined) await writeSearchSheet(options.sheet, results);
      if (options.page !== undefined) await writeSearchPage(options.page, file, index, results);
      print(file, results, options, output);
    });
}

interface OpenIndex {
  readonly file: string;
  readonly index: EmbeddingIndex;
  readonly source: IndexSource;
}

async function search(
  opened: OpenIndex,
  pictures: readonly string[],
  options: QueryOptions,
  output: Output,
): Promise<SearchResult[]> {
  const { file, index, source } = opened;
  const folder = argumentOf(source.folder, file);
  const { model, name } = await modelFor(opened, options, output);
  model.useEngine(engineChoice(options));
  try {
    const { embedding, fingerprint } = await embedderOf(model, name);
    index.expectModel(fingerprint, file);
    const results: SearchResult[] = [];
    const reading = { preprocessing: index.preprocessing, batchSize: 16 };
    for await (const batch of pictureEmbeddings(embedding, pictures, reading)) {
      for (const one of batch) {
        const picture = pictures[one.place];
        if ('problem' in one)
          throw new StriateError({ where: picture, rule: 'must be a picture', advice: one.problem });
        // A picture of the index would find itself first.
        const own = relative(resolve(folder), resolve(picture)).split(sep).join('/');
        const similar = await index.query(one.vector, options.top + 1);
        const neighbours = similar.filter((entry) => entry.name !== own).slice(0, options.top);
        results.push({
          picture,
          neighbours: neighbours.map(({ index: place, name: entry, label, similarity }) => ({
            name: entry,
            path: join(folder, entry),
            index: place,
            similarity,
            label,
          })),
        });
      }
    }
    return results;
  } finally {
    await model.dispose();
  }
}

/** The model that the index names, or the one that is given in its place. */
async function modelFor({ file, index, source }: OpenIndex, options: QueryOptions, output: Output) {
  const { model, weights, weightsKey } = source.model;
  const argument = options.model ?? argumentOf(model, file);
  // Another model comes with weights of its own, or with none.
  const kept = options.model === undefined && weights !== undefined ? argumentOf(weights, file) : undefined;
  const keptKey = options.model === undefined ? weightsKey : undefined;
  const name = basename(argument);
  try {
    const { model: found } = await openArgument(
      argument,
      { weights: options.weights ?? kept, weightsKey: options.weightsKey ?? keptKey, input: index.model?.inputShape },
      output,
    );
    return { model: found, name };
  } catch (error) {
    if (!(error instanceof StriateError) || options.model !== undefined) throw error;
    throw error.advising(
      `${file} was made with this model: say with --model (and --weights, --weights-key) where it is now`,
    );
  }
}

function print(file: string, results: readonly SearchResult[], options: QueryOptions, output: Output): void {
  const { sheet, page } = options;
  for (const path of [sheet, page]) if (path !== undefined) output.progress(`What was found: ${output.strong(path)}`);
  if (options.json) {
    output.json({ command: 'search query', index: file, results, sheet, page });
    return;
  }
  for (const { picture, neighbours } of results) {
    if (results.length > 1) output.data(picture);
    const rows = neighbours.map(({ name, label, similarity }) => [similarity.toFixed(3), name, label ?? '']);
    for (const line of columns(rows)) output.data(results.length > 1 ? `  ${line}` : line);
  }
}

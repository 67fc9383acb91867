import { InvalidArgumentError, Command, Option } from 'commander';
import { pictureShape } from '../classify/preparation.js';
import type { DataSplits } from '../data/dataSet.js';
import { formatCount } from '../platform/textTable.js';
import { ProgressLine } from '../platform/progressLine.js';
import {
  projectionNames,
  projectionParameters,
  type ProjectionName,
  type ProjectOptions,
} from '../projection/index.js';
import { isMistake, methodText, qualityTexts } from '../report/projectedPictures.js';
import { StriateError } from '../tensor/index.js';
import { engineChoice, positiveNumber, shared, wholeNumber } from './commandOptions.js';
import { dataOption, openData, reportSkipped } from './dataArgument.js';
import { UsageError } from './failure.js';
import { modelName } from './modelArgument.js';
import { addModelOptions, openArgument, type ModelOptions } from './openArgument.js';
import type { Output } from './output.js';
import { projectedData } from './projectedData.js';
import { projectionSink } from './projectionOutput.js';

interface ProjectCommandOptions extends ModelOptions {
  readonly data?: string;
  readonly method: ProjectionName;
  readonly split: keyof DataSplits;
  readonly limit: number;
  readonly seed: number;
  readonly output?: string;
  readonly batch?: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Where a projection is drawn if nothing is said. */
const usualOutput = 'projection.png';

/** A method's option on the command line: what its value is, how it is read, and what it means. */
interface Parameter {
  readonly value: string;
  readonly meaning: string;
  readonly read: (text: string) => unknown;
}

/** The options of all methods, by the names that the library has for them. */
const parameters: Readonly<Record<string, Parameter>> = {
  components: { value: 'n', read: wholeNumber(2, 1000), meaning: 'pca: how many, two are drawn (default: 2)' },
  perplexity: { value: 'n', read: positiveNumber, meaning: 'tsne: neighbours of each picture in effect (default: 30)' },
  iterations: { value: 'n', read: wholeNumber(1), meaning: 'tsne: steps (default: 1000)' },
  earlyExaggeration: { value: 'n', read: positiveNumber, meaning: 'tsne: attraction at the beginning (default: 12)' },
  angle: {
    value: 'n',
    read: numberFrom0,
    meaning: 'tsne: the angle at which far points count as one (default: 0.5; 0: every pair)',
  },
  nNeighbors: { value: 'n', read: wholeNumber(2), meaning: 'umap: neighbours that each is joined with (default: 15)' },
  minDist: { value: 'n', read: numberFrom0, meaning: 'umap: how near points may come to each other (default: 0.1)' },
  spread: { value: 'n', read: positiveNumber, meaning: 'umap: how far apart groups are (default: 1)' },
  nEpochs: {
    value: 'n',
    read: wholeNumber(1),
    meaning: 'umap: steps (default: 500, of more than 10,000 pictures 200)',
  },
  negativeSampleRate: { value: 'n', read: wholeNumber(0), meaning: 'umap: pushes for each pull (default: 5)' },
  learningRate: { value: 'n', read: positiveNumber, meaning: 'tsne, umap: the size of steps' },
  initialDimensions: {
    value: 'n',
    read: wholeNumber(0),
    meaning: 'tsne, umap: components that vectors are reduced to before (default: 50; 0: none)',
  },
  init: { value: 'how', read: String, meaning: 'tsne, umap: where pictures start, pca or random (default: pca)' },
};

const flag = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** `striate project`: shows a data set's pictures in the plane, by what a model sees in them. */
export function projectCommand(output: Output): Command {
  const command = new Command('project')
    .description('show the pictures of a data set in two dimensions, near each other where a model sees the same')
    .argument('<model>', 'a saved .safetensors model, an ONNX, Keras or TensorFlow.js file, or a model of the zoo')
    .addOption(dataOption())
    .addOption(
      new Option('--method <name>', 'principal components, or groups by t-SNE or UMAP')
        .choices(projectionNames)
        .default('pca' satisfies ProjectionName),
    );
  for (const [name, { value, read, meaning }] of Object.entries(parameters)) {
    const option = new Option(`${flag(name)} <${value}>`, meaning);
    command.addOption(name === 'init' ? option.choices(['pca', 'random']) : option.argParser(read));
  }
  return addModelOptions(command)
    .addOption(
      new Option('--split <which>', 'which of the data’s pictures')
        .choices(['train', 'validation', 'test'])
        .default('test'),
    )
    .addOption(
      new Option('--limit <n>', 'pictures at most; of more, a sample is drawn').argParser(wholeNumber(3)).default(2000),
    )
    .addOption(shared.seed('of the sample and of the method').default(0))
    .option(
      '--output <file|folder>',
      `what to write: a picture (.png, .jpg, …), a page (.html), a table (.csv), or a folder with all three (default: ${usualOutput}; with --json nothing)`,
    )
    .addOption(shared.batch())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action((argument: string, options: ProjectCommandOptions) => projectPictures(argument, options, output));
}

function numberFrom0(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number from 0.');
}

async function projectPictures(argument: string, options: ProjectCommandOptions, output: Output): Promise<void> {
  const { method, seed, limit, split, json } = options;
  const path = options.output ?? (json ? undefined : usualOutput);
  const write = path === undefined ? undefined : projectionSink(path);
  const own = methodOptions(options);
  const { model, preparation } = await openArgument(argument, options, output);
  try {
    pictureShape(model);
    const { preprocessing, note } = preparation!;
    const data = await openData(options.data, output, { preprocessing });
    const set = data[split];
    if (!set || set.size === 0) {
      throw new StriateError({
        where: `data '${data.train.name}'`,
        rule: `has no ${split} part`,
        advice: 'choose another with --split',
      });
    }
    if (note !== undefined) output.progress(note);
    model.useEngine(engineChoice(options));
    const count = Math.min(limit, set.size);
    const sampled = count < set.size ? ` of ${formatCount(set.size)} (--limit)` : '';
    output.progress(`Looking at ${formatCount(count)}${sampled} pictures of ${set.name} …`);
    using looking = new ProgressLine('pictures', count);
    let placing: ProgressLine | undefined;
    const { pictures, notes } = await projectedData(model, set, {
      name: modelName(argument),
      limit,
      ...(options.batch !== undefined && { batchSize: options.batch }),
      onProgress: (done) => {
        looking.update(done);
        if (done === count) looking[Symbol.dispose]();
      },
      project: {
        ...own,
        seed,
        onProgress: (done, total) => {
          placing ??= new ProgressLine('steps', total);
          placing.update(done);
          if (done === total) placing[Symbol.dispose]();
        },
      },
    }).finally(() => placing?.[Symbol.dispose]());
    for (const line of notes) output.progress(line);
    reportSkipped(data, output);
    const written = await write?.(pictures);
    const { projection, quality, labels, predicted, predictedNames } = pictures;
    const wrong = Array.from(labels).filter((_, i) => isMistake(pictures, i)).length;
    if (written) output.progress(`To be seen: ${output.strong(written[0])}`);
    if (json) {
      output.json({
        command: 'project',
        model: argument,
        data: set.name,
        split,
        pictures: labels.length,
        method,
        parameters: projection.parameters,
        seed,
        explainedVarianceRatio: projection.explainedVarianceRatio,
        divergence: projection.divergence,
        quality,
        mistakes: predicted && !predictedNames ? wrong : undefined,
        files: written ?? [],
        ...(!written && { points: pointRows(projection.points.data, projection.points.shape[1]) }),
      });
      return;
    }
    output.data(
      `${formatCount(labels.length)} pictures by ${methodText(projection)}: ${qualityTexts(pictures).join('; ')}`,
    );
  } finally {
    await model.dispose();
  }
}

/** The options of the chosen method, of those that were given. */
function methodOptions(options: ProjectCommandOptions): ProjectOptions {
  const { method } = options;
  const given = Object.entries(options).filter(([name]) => Object.hasOwn(parameters, name));
  const known = projectionParameters(method);
  const foreign = given.find(([name]) => !known.includes(name));
  if (foreign) {
    const [name] = foreign;
    const owners = projectionNames.filter((one) => projectionParameters(one).includes(name));
    throw new UsageError({
      where: flag(name),
      rule: `goes with --method ${owners.join(' or ')}`,
      advice: `${method} takes ${known.map(flag).join(', ')}`,
    });
  }
  return { method, ...Object.fromEntries(given) };
}

function pointRows(data: Float32Array, columns: number): number[][] {
  return Array.from({ length: data.length / columns }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
}

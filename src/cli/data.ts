import { Command, InvalidArgumentError, Option } from 'commander';
import { augmentation, augmentations, type AugmentationName } from '../data/augmentation/index.js';
import {
  openAnnotated,
  type AnnotatedFolderOptions,
  type AnnotatedSplits,
} from '../data/annotated/annotatedFolder.node.js';
import { dataSetNames } from '../data/catalogue.node.js';
import type { DataSet } from '../data/dataSet.js';
import { formatShape } from '../tensor/index.js';
import { dataName, openData, partsOf, pictureFilesOf, reportSkipped } from './dataArgument.js';
import { annotatedInfo } from './annotatedInfo.js';
import { shared, wholeNumber } from './commandOptions.js';
import { columns, type Output } from './output.js';
import { annotatedSheet } from '../report/annotatedSheet.js';
import { previewSheet } from '../report/previewSheet.js';
import { isWhole } from '../tensor/check.js';

interface PreviewOptions {
  readonly output: string;
  readonly augment: AugmentationName;
  readonly count: number;
  readonly seed: number;
  readonly size?: readonly [number, number];
  readonly json?: boolean;
}

interface InfoOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Pictures that are read at a time while all of them are looked through. */
const batch = 64;

/** The size at which pictures are shown or looked through where no model gives one. */
const usualSize = [150, 150] as const;

/** `striate data`: looks at data sets and folders of pictures. */
export function dataCommand(output: Output): Command {
  return new Command('data')
    .description('look at a data set or a folder of pictures')
    .addCommand(previewCommand(output))
    .addCommand(infoCommand(output));
}

function previewCommand(output: Output): Command {
  return new Command('preview')
    .description('draw examples of each class into a picture, as training sees them')
    .argument('<data>', 'a folder of pictures, also annotated ones, or the name of a data set', dataName)
    .option('--output <file>', 'the picture to write: .png, .jpg or .webp', 'preview.png')
    .addOption(
      new Option('--augment <name>', 'random changes to show')
        .choices(Object.keys(augmentations))
        .default('none' satisfies AugmentationName),
    )
    .addOption(new Option('--count <n>', 'examples of each class').argParser(wholeNumber(1, 64)).default(6))
    .addOption(shared.seed('of the choice of examples and their random changes').default(0))
    .addOption(new Option('--size <h>x<w>', 'rows × columns of an example (default: 150x150)').argParser(sizeOption))
    .addOption(shared.json())
    .action(async (name: string, options: PreviewOptions) => {
      const { seed, count, size = usualSize } = options;
      const changes = augmentations[options.augment];
      const annotated = await annotatedData(name, { size, seed });
      if (annotated) {
        const { train, format } = annotated;
        const set = options.augment === 'none' ? train : train.augmented(augmentation(changes));
        const drawn = await annotatedSheet(set, options.output, { count: count * 2, seed });
        for (const line of train.problemLines) output.progress(line);
        output.progress(`${drawn.examples} of ${train.size} pictures (${format}): ${options.output}`);
        if (options.json)
          output.json({ command: 'data preview', data: name, output: options.output, format, ...drawn });
        return;
      }
      const augment = Object.keys(changes).length > 0 ? { augment: augmentation(changes) } : {};
      const data = await openData(name, output, { size, ...augment });
      const path = options.output;
      const sheet = await previewSheet(data.train, path, { count, seed, augment: changes });
      reportSkipped(data, output);
      output.progress(`${sheet.examples} examples of ${data.train.classNames.length} classes: ${path}`);
      if (options.json) output.json({ command: 'data preview', data: name, output: path, ...sheet });
    });
}

function infoCommand(output: Output): Command {
  return new Command('info')
    .description('count the examples of each class, and read every one of them to find broken files')
    .argument('<data>', 'a folder of pictures, also annotated ones, or the name of a data set', dataName)
    .option('--strict', 'stop at the first file that cannot be read')
    .addOption(shared.json())
    .action(async (name: string, options: InfoOptions) => {
      const strict = options.strict ?? false;
      const annotated = await annotatedData(name, { size: usualSize, strict });
      if (annotated) {
        annotatedInfo(name, annotated, output, options.json ?? false);
        return;
      }
      const data = await openData(name, output, { size: usualSize, cache: 'none', strict });
      const { train } = data;
      const parts = partsOf(data);
      const counts: Record<string, number[]> = {};
      const unread = train.classNames.map(() => 0);
      for (const [part, set] of Object.entries(parts)) {
        const labels = new Int32Array(set.size);
        const paths = pictureFilesOf(set);
        const x = new Float32Array(batch * set.inputShape.reduce((a, b) => a * b, 1));
        for (let start = 0; start < set.size; start += batch) {
          const indices = Int32Array.from({ length: Math.min(batch, set.size - start) }, (_, i) => start + i);
          const own = labels.subarray(start, start + indices.length);
          try {
            await set.fill(indices, x, own);
          } catch (error) {
            if (strict || !paths) throw error;
            // A class of which no file can be read: each by itself, so that all are looked at.
            for (const index of indices) {
              labels[index] = paths.label(index);
              try {
                await set.fill([index], x, new Int32Array(1));
              } catch {
                // It is among the skipped.
              }
            }
          }
        }
        const broken = new Set(paths?.skipped.map(({ path }) => path));
        counts[part] = train.classNames.map(() => 0);
        labels.forEach((label, i) => {
          // In its place another picture of its class was read, which counts once.
          if (paths && broken.has(paths.path(i))) unread[label]++;
          else counts[part][label]++;
        });
      }
      // Those that are no pictures at all were left out when the folder was opened.
      const inSets = new Set(Object.values(parts).flatMap((set) => pathsOf(set)));
      for (const { path } of pictureFilesOf(train)?.skipped ?? []) {
        const folders = path.split(/[\\/]/).slice(0, -1);
        const label = train.classNames.findIndex((className) => folders.includes(className));
        if (label >= 0 && !inSets.has(path)) unread[label]++;
      }
      if (unread.some((count) => count > 0)) counts.broken = unread;
      reportSkipped(data, output);
      if (options.json) {
        const classes = train.classNames.map((className, i) => ({
          name: className,
          ...Object.fromEntries(Object.entries(counts).map(([part, own]) => [part, own[i]])),
        }));
        output.json({ command: 'data info', data: name, inputShape: train.inputShape, classes });
        return;
      }
      output.data(`${train.name}: ${train.classNames.length} classes, examples of ${formatShape(train.inputShape)}`);
      const rows = train.classNames.map((className, i) => [className, ...Object.values(counts).map((own) => own[i])]);
      for (const line of columns([['class', ...Object.keys(counts)], ...rows])) output.data(line);
    });
}

/** The data set, where it has annotations of things in pictures. */
async function annotatedData(name: string, options: AnnotatedFolderOptions): Promise<AnnotatedSplits | undefined> {
  return dataSetNames.includes(name) ? undefined : openAnnotated(name, options);
}

function pathsOf(set: DataSet): string[] {
  const files = pictureFilesOf(set);
  return files ? Array.from({ length: files.size }, (_, i) => files.path(i)) : [];
}

function sizeOption(text: string): readonly [number, number] {
  const [height, width, ...more] = text.split(/[x×]/).map(Number);
  const fits = [height, width].every((side) => isWhole(side, 8, 1024));
  if (!fits || more.length > 0) {
    throw new InvalidArgumentError('It must be height × width from 8 to 1024, such as 150x150.');
  }
  return [height, width];
}

import { Command, Option } from 'commander';
import { classifyBatches, type Classified } from '../classify/index.js';
import { pictureShape } from '../classify/preparation.js';
import { classCount } from '../models/index.js';
import { formatCount } from '../platform/textTable.js';
import { UsageError } from './failure.js';
import { addModelOptions, type ModelOptions } from './openArgument.js';
import { engineChoice, share, shared, wholeNumber } from './commandOptions.js';
import type { Output } from './output.js';
import { listPictures } from './pictureList.js';
import { csvSink, textSink } from './predictionOutput.js';
import { predictTask } from './predictTask.js';
import { settlePreparation } from './settlePreparation.js';
import { ProgressLine } from '../platform/progressLine.js';
import { expectNone, openTaskOrModel, taskWord } from './taskArgument.js';
import { reportUnread, type UnreadPicture } from './unreadPictures.js';

interface PredictOptions extends ModelOptions {
  readonly top?: number;
  readonly csv?: string;
  readonly threshold?: number;
  readonly output?: string;
  readonly batch: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Unread pictures that are named one by one; more are counted. */
const unreadNamed = 20;

/** `striate predict`: says what a trained model sees in pictures. */
export function predictCommand(output: Output): Command {
  const command = new Command('predict')
    .description('say what a trained model sees in pictures, or find things in them: of files and of folders')
    .argument(
      '<model>',
      'a saved .safetensors model, a run, an ONNX, Keras or TensorFlow.js file, a model of the zoo, or torchvision’s name of a detector or segmenter',
    )
    .argument('<picture...>', 'picture files (PNG, JPEG, WebP, …) and folders of them');
  return addModelOptions(command)
    .addOption(new Option('--top <n>', 'how many classes to name (default: 5)').argParser(wholeNumber(1)))
    .option('--csv <file>', 'write a line per picture into this file; - prints them')
    .addOption(
      new Option(
        '--threshold <score>',
        'of boxes and points: what is said with less is left out (default: 0.5, of points 0)',
      ).argParser(share),
    )
    .option(
      '--output <file|dir>',
      'of boxes, masks and points: a folder or file for pictures with them drawn, masks as PNG files beside; .json for COCO’s results',
    )
    .addOption(shared.batch().default(32))
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action((argument: string, pictures: readonly string[], options: PredictOptions) =>
      predict(argument, pictures, options, output),
    );
}

async function predict(
  argument: string,
  paths: readonly string[],
  options: PredictOptions,
  output: Output,
): Promise<void> {
  const { batch, csv, json } = options;
  if (csv === '-' && json)
    throw new UsageError({ where: '--csv - and --json exclude each other', rule: 'both print to standard output' });
  const { task, opened } = await openTaskOrModel(argument, options, output);
  const { model } = task ?? opened;
  try {
    const pictures = await listPictures(paths);
    if (task) {
      expectNone(taskWord(task), { '--top': options.top, '--csv': csv });
      await predictTask({ argument, task, pictures }, options, output);
      return;
    }
    expectNone('a model that names whole pictures', { '--threshold': options.threshold, '--output': options.output });
    pictureShape(model);
    model.useEngine(engineChoice(options));
    const classifier = await settlePreparation(opened, pictures, output);
    const top = Math.min(options.top ?? 5, classCount(model));
    const sink = csv === undefined ? undefined : await csvSink(csv, top, output);
    const people = json || csv !== undefined ? undefined : textSink(output, pictures.length > 1);
    const printing = people !== undefined || csv === '-';
    using progress = new ProgressLine('pictures', pictures.length);
    const print = (line: string): void => {
      progress[Symbol.dispose]();
      output.progress(line);
    };
    const unread: UnreadPicture[] = [];
    const kept: Classified<string>[] = [];
    let done = 0;
    let turned = 0;
    for await (const results of classifyBatches(classifier, pictures, { top, batchSize: batch })) {
      for (const result of results) {
        const { picture, problem, inverted } = result;
        if (problem !== undefined) {
          const reason = `${picture}: must be a picture; ${problem}`;
          unread.push({ picture, reason });
          if (pictures.length > 1 && unread.length <= unreadNamed) print(`left out: ${reason}`);
          continue;
        }
        if (inverted && turned++ === 0 && pictures.length === 1) {
          print(`${picture}: dark on light ground, so it was inverted: the model knows light on dark`);
        }
        if (json) kept.push(result);
        await sink?.write(result);
        await people?.write(result);
      }
      done += results.length;
      // Predictions that scroll by are progress enough.
      if (!(printing && process.stdout.isTTY) && done < pictures.length) progress.update(done);
    }
    await sink?.end();
    if (turned > 0 && pictures.length > 1) {
      output.progress(
        `${formatCount(turned)} of ${formatCount(pictures.length)} pictures were dark on light ground and were inverted: the model knows light on dark`,
      );
    }
    reportUnread(unread, pictures.length, output);
    if (json) {
      const predictions = kept.map(({ picture, inverted, classes }) => ({
        picture,
        inverted,
        classes: classes.map(({ name, label: index, probability }) => ({ name, index, probability })),
      }));
      output.json({ command: 'predict', model: argument, predictions, unread });
    } else if (csv !== undefined && csv !== '-') {
      output.progress(`${formatCount(pictures.length - unread.length)} predictions: ${csv}`);
    }
  } finally {
    await model.dispose();
  }
}

import { Command, Option } from 'commander';
import { StriateError } from '../tensor/index.js';
import { openClassifier, type Classifier } from './classifierArgument.js';
import { classNamesFor } from './classNames.js';
import { UsageError } from './failure.js';
import { inputShapeOption } from './inputShapeOption.js';
import { classesOf } from './modelArgument.js';
import { engineChoice, shared, wholeNumber } from './options.js';
import type { Output } from './output.js';
import { csvSink, textSink } from './pictures/predictionOutput.js';
import { predictions, type Prediction, type UnreadPicture } from './pictures/predictions.js';
import { pictureShape, preprocessingOption } from './preprocessingArgument.js';
import { listPictures } from './pictures/pictureList.js';
import { ProgressLine } from './progressLine.js';

interface PredictOptions {
  readonly weights?: string;
  readonly model?: string;
  readonly preprocessing?: string;
  readonly input?: readonly number[];
  readonly classes?: string;
  readonly top: number;
  readonly csv?: string;
  readonly batch: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Unread pictures that are named one by one; more are counted. */
const unreadNamed = 20;

/** `striate predict`: says what a trained model sees in pictures. */
export function predictCommand(output: Output): Command {
  return new Command('predict')
    .description('say what a trained model sees in pictures, or in all pictures of folders')
    .argument('<model>', 'a saved .safetensors model, an ONNX, Keras or TensorFlow.js file, or a model of the zoo')
    .argument('<picture...>', 'picture files (PNG, JPEG, WebP, …) and folders of them')
    .option('--weights <file>', 'weights for a model of the zoo, PyTorch’s, Keras’s or Striate’s')
    .option('--model <name>', 'the architecture that a file of weights belongs to, such as resnet18')
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('where the file leaves it open'))
    .option('--classes <file>', 'names of the classes: JSON, or a name per line')
    .addOption(new Option('--top <n>', 'how many classes to name').argParser(wholeNumber(1)).default(5))
    .option('--csv <file>', 'write a line per picture into this file; - prints them')
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
  const { weights, preprocessing, input: inputShape, model: architecture, batch, csv, json } = options;
  if (csv === '-' && json)
    throw new UsageError({ where: '--csv - and --json exclude each other', rule: 'both print to standard output' });
  const classifier = await openClassifier(argument, { weights, preprocessing, inputShape, architecture });
  const { model, advice } = classifier;
  try {
    checkPicturesFit(classifier);
    const pictures = await listPictures(paths);
    if (advice !== undefined) output.progress(advice);
    model.store.configure(engineChoice(options));
    const classes = classesOf(model);
    const own = options.classes === undefined ? model.classNames : undefined;
    const classNames = own ?? (await classNamesFor(options.classes, classes));
    const top = Math.min(options.top, classes);
    const sink = csv === undefined ? undefined : await csvSink(csv, top, output);
    const people = json || csv !== undefined ? undefined : textSink(output, pictures.length > 1);
    const printing = people !== undefined || csv === '-';
    using progress = new ProgressLine('pictures', pictures.length);
    const tell = (line: string): void => {
      progress[Symbol.dispose]();
      output.progress(line);
    };
    const unread: UnreadPicture[] = [];
    const kept: Prediction[] = [];
    let done = 0;
    for await (const results of predictions(classifier, pictures, { classNames, top, batch })) {
      for (const result of results) {
        if ('reason' in result) {
          unread.push(result);
          if (pictures.length > 1 && unread.length <= unreadNamed) tell(`left out: ${result.reason}`);
          continue;
        }
        if (result.inverted) tell(invertedLine(result));
        if (json) kept.push(result);
        await sink?.write(result);
        await people?.write(result);
      }
      done += results.length;
      // Predictions that scroll by are progress enough.
      if (!(printing && process.stdout.isTTY) && done < pictures.length) progress.update(done);
    }
    await sink?.end();
    tellUnread(unread, pictures.length, output);
    if (json) output.json({ command: 'predict', model: argument, predictions: kept, unread });
    else if (csv !== undefined && csv !== '-') {
      output.progress(`${(pictures.length - unread.length).toLocaleString('en-US')} predictions: ${csv}`);
    }
  } finally {
    await model.dispose();
  }
}

function checkPicturesFit({ model, preprocessing }: Classifier): void {
  const channels = pictureShape(model)[2];
  const wanted = preprocessing.channels === 'grey' ? 1 : 3;
  if (channels === wanted) return;
  throw new StriateError({
    where: 'predict',
    rule: `the model takes pictures of ${channels} channels`,
    advice: `pictures have 1 (grey) or 3 (${preprocessing.channels})`,
  });
}

function invertedLine({ picture }: Prediction): string {
  return `${picture}: dark on light ground, so it was inverted: the model knows light on dark`;
}

/** @throws StriateError where nothing could be read. */
function tellUnread(unread: readonly UnreadPicture[], pictures: number, output: Output): void {
  if (unread.length === 0) return;
  if (unread.length === pictures) {
    const [first] = unread;
    throw new StriateError(
      pictures === 1
        ? { rule: first.reason }
        : { rule: `none of ${pictures} pictures can be read`, advice: first.reason },
    );
  }
  output.progress(
    `${unread.length.toLocaleString('en-US')} of ${pictures.toLocaleString('en-US')} pictures could not be read and were left out`,
  );
}

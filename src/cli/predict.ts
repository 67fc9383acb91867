import { Command, Option } from 'commander';
import { sizeOf, Tensor } from '../tensor/index.js';
import { loadTrained } from './modelArgument.js';
import { engineChoice, shared, wholeNumber } from './options.js';
import { columns, type Output } from './output.js';
import { readPicture } from './pictures.js';
import { classProbabilities, topPlaces } from './testModel.js';

interface PredictOptions {
  readonly top: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

interface Prediction {
  readonly picture: string;
  /** Whether light and dark were exchanged before the model saw it. */
  readonly inverted: boolean;
  readonly classes: readonly { readonly name: string; readonly index: number; readonly probability: number }[];
}

/** `striate predict`: says what a trained model sees in pictures. */
export function predictCommand(output: Output): Command {
  return new Command('predict')
    .description('say what a trained model sees in pictures')
    .argument('<model>', 'a .safetensors file that train or model.save wrote')
    .argument('<picture...>', 'picture files: PNG, JPEG, WebP, …')
    .addOption(new Option('--top <n>', 'how many classes to name').argParser(wholeNumber(1)).default(5))
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (file: string, pictures: readonly string[], options: PredictOptions) => {
      const model = await loadTrained(file);
      model.store.configure(engineChoice(options));
      try {
        const shape = model.inputs[0].shape;
        const read = await Promise.all(pictures.map((path) => readPicture(path, shape)));
        const values = new Float32Array(read.length * sizeOf(shape));
        read.forEach((picture, i) => values.set(picture.values, i * sizeOf(shape)));
        const rows = await classProbabilities(
          model,
          new Tensor('float32', [read.length, ...shape], values),
          Math.min(read.length, 32),
        );
        const predictions = rows.map((row, i): Prediction => {
          const classes = topPlaces(row, options.top).map((index) => ({
            name: model.classNames?.[index] ?? String(index),
            index,
            probability: row[index],
          }));
          return { picture: pictures[i], inverted: read[i].inverted, classes };
        });
        print(predictions, file, options, output);
      } finally {
        await model.dispose();
      }
    });
}

function print(predictions: readonly Prediction[], file: string, options: PredictOptions, output: Output): void {
  for (const { picture, inverted } of predictions) {
    if (inverted)
      output.progress(`${picture}: dark on light ground, so it was inverted: the model knows light on dark`);
  }
  if (options.json) {
    output.json({ command: 'predict', model: file, predictions });
    return;
  }
  for (const { picture, classes } of predictions) {
    if (predictions.length > 1) output.data(picture);
    const rows = classes.map(({ name, probability }) => [name, `${(probability * 100).toFixed(1).padStart(5)} %`]);
    for (const line of columns(rows)) output.data(predictions.length > 1 ? `  ${line}` : line);
  }
}

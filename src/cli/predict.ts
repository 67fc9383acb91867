import { Command, Option } from 'commander';
import type { Model } from '../models/index.js';
import { sizeOf, StriateError, Tensor } from '../tensor/index.js';
import { preparePicture, statedPreprocessing, zoo, type Preprocessing } from '../zoo/index.js';
import { classNamesFor } from './classNames.js';
import { isFile, loadTrained } from './modelArgument.js';
import { engineChoice, shared, wholeNumber } from './options.js';
import { columns, type Output } from './output.js';
import { decodePicture, readPicture, type ModelPicture } from './pictures.js';
import { classProbabilities, topPlaces } from './testModel.js';
import { readWeights, weightedModel } from './weightedModel.js';

interface PredictOptions {
  readonly weights?: string;
  readonly classes?: string;
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
    .argument('<model>', 'a .safetensors file that train or model.save wrote, or a model of the zoo with --weights')
    .argument('<picture...>', 'picture files: PNG, JPEG, WebP, …')
    .option('--weights <file>', 'a .safetensors file of weights, PyTorch’s or Striate’s')
    .option('--classes <file>', 'names of the classes: JSON, or a name per line')
    .addOption(new Option('--top <n>', 'how many classes to name').argParser(wholeNumber(1)).default(5))
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (argument: string, pictures: readonly string[], options: PredictOptions) => {
      const { model, preprocessing } = await modelForPictures(argument, options.weights);
      model.store.configure(engineChoice(options));
      try {
        const shape = model.inputs[0].shape;
        const classes = sizeOf(model.outputShape);
        const names = options.classes === undefined ? model.classNames : undefined;
        const classNames = names ?? (await classNamesFor(options.classes, classes));
        const read = await Promise.all(pictures.map((path) => pictureFor(path, shape, preprocessing)));
        const values = new Float32Array(read.length * sizeOf(shape));
        read.forEach((picture, i) => values.set(picture.values, i * sizeOf(shape)));
        const rows = await classProbabilities(
          model,
          new Tensor('float32', [read.length, ...shape], values),
          Math.min(read.length, 32),
        );
        const predictions = rows.map((row, i): Prediction => {
          const best = topPlaces(row, options.top).map((index) => ({
            name: classNames?.[index] ?? String(index),
            index,
            probability: row[index],
          }));
          return { picture: pictures[i], inverted: read[i].inverted, classes: best };
        });
        print(predictions, argument, options, output);
      } finally {
        await model.dispose();
      }
    });
}

interface ModelForPictures {
  readonly model: Model;
  /** Undefined: pictures are fitted into the input, from 0 to 1, as training on a data set does it. */
  readonly preprocessing: Preprocessing | undefined;
}

/** A trained model, and how its pictures must be prepared: as its weights file says, or its row in the zoo. */
async function modelForPictures(argument: string, weightsFile: string | undefined): Promise<ModelForPictures> {
  const weights = weightsFile === undefined ? undefined : await readWeights(weightsFile);
  if (isFile(argument) || !weights) {
    const model = await loadTrained(argument);
    if (weights) await model.loadWeights(weights.content, { name: weights.path });
    const metadata = { ...model.metadata, ...weights?.content.metadata };
    const isStated = ['mean', 'std'].some((key) => metadata[key] !== undefined);
    const usual = plainPreprocessing(model);
    const stated = isStated ? { ...statedPreprocessing(usual, metadata, weightsFile ?? argument) } : undefined;
    return { model, preprocessing: stated && { ...stated, size: usual.size } };
  }
  const row = zoo.describe(argument);
  // Drawings: grey models know light strokes on dark ground, and pictures are turned into that.
  const isGrey = row.preprocessing.channels === 'grey';
  const preprocessing = statedPreprocessing(row.preprocessing, weights.content.metadata, weights.path);
  const inputShape = isGrey ? row.inputShape : [...preprocessing.size, 3];
  return {
    model: await weightedModel(argument, { weights, inputShape }),
    preprocessing: isGrey ? undefined : preprocessing,
  };
}

/** Values from 0 to 1 at the size of a model's input. */
function plainPreprocessing(model: Model): Preprocessing {
  const [height, width, channels] = model.inputs[0].shape;
  return {
    size: [height, width],
    resize: Math.min(height, width),
    mean: Array.from({ length: channels }, () => 0),
    std: Array.from({ length: channels }, () => 1),
    channels: channels === 1 ? 'grey' : 'RGB',
    interpolation: 'bilinear',
  };
}

async function pictureFor(
  path: string,
  shape: readonly number[],
  preprocessing: Preprocessing | undefined,
): Promise<ModelPicture> {
  if (!preprocessing) return readPicture(path, shape);
  const { data: values } = preparePicture(await decodePicture(path), preprocessing);
  if (values.length === sizeOf(shape)) return { values, inverted: false };
  throw new StriateError(
    `${path}: the weights want ${preprocessing.channels} pictures, the model's input is [${shape.join(', ')}]`,
  );
}

function print(predictions: readonly Prediction[], model: string, options: PredictOptions, output: Output): void {
  for (const { picture, inverted } of predictions) {
    if (inverted)
      output.progress(`${picture}: dark on light ground, so it was inverted: the model knows light on dark`);
  }
  if (options.json) {
    output.json({ command: 'predict', model, predictions });
    return;
  }
  for (const { picture, classes } of predictions) {
    if (predictions.length > 1) output.data(picture);
    const rows = classes.map(({ name, probability }) => [name, `${(probability * 100).toFixed(1).padStart(5)} %`]);
    for (const line of columns(rows)) output.data(predictions.length > 1 ? `  ${line}` : line);
  }
}

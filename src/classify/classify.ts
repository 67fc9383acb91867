import { classCount, type Model } from '../models/index.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { classNamesOf, resolveClassNames } from './classNames.js';
import type { OpenedModel } from './openModel.js';
import { pictureBatches } from './pictureBatches.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import { preparationFor, type Preparation, type PreprocessingChoice } from './preparation.js';
import { classProbabilities, topPlaces } from './probabilities.js';

/** Options of `classify`. */
export interface ClassifyOptions {
  /** How many classes to name, likeliest first; 5 by default. */
  readonly top?: number;
  /** In place of the model's own names: a list, or a file with one. */
  readonly classNames?: string | readonly string[];
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 32 by default. */
  readonly batchSize?: number;
}

const accepts = {
  where: 'classify',
  kinds: { top: 'number', classNames: 'string or list', preprocessing: 'string or object', batchSize: 'number' },
} as const satisfies AcceptedOptions<ClassifyOptions>;

/** A class with its share of a prediction. */
export interface PredictedClass {
  /** The class's name; its number where the model has no names. */
  readonly name: string;
  /** The class's number. */
  readonly label: number;
  /** From 0 to 1. */
  readonly probability: number;
}

/** What a model sees in one of many pictures. */
export interface Classified<Picture = PictureSource> {
  readonly picture: Picture;
  /** The likeliest classes, likeliest first; none where the picture could not be read. */
  readonly classes: readonly PredictedClass[];
  /** Why the picture could not be read. */
  readonly problem: string | undefined;
  /** Whether light and dark were exchanged: a model of grey drawings knows light strokes on dark ground. */
  readonly inverted: boolean;
}

/** A model by itself, or with what `openModel` found out about it. */
export type Classifier = Model | Pick<OpenedModel, 'model' | 'preparation'>;

/**
 * What a classifier sees in a picture, or in each of many. Pictures are prepared as the model says, scores become
 * probabilities, and classes get their names. Of many pictures, those that cannot be read are named with their problem.
 *
 * @throws StriateError when the model takes no pictures, a single picture cannot be read, or `top` or `batchSize` is not a
 * whole number from 1.
 *
 * @example
 * const squeezenet = await openModel('squeezenet1_1', { weights: 'imagenet' });
 * const [{ name, probability }] = await classify(squeezenet, 'elephants.jpg');
 * for (const { picture, classes } of await classify(squeezenet, ['photo.jpg', 'holiday.jpg'])) console.log(picture, classes[0]);
 */
export function classify(
  model: Classifier,
  picture: PictureSource,
  options?: ClassifyOptions,
): Promise<readonly PredictedClass[]>;
export function classify<Picture extends PictureSource>(
  model: Classifier,
  pictures: readonly Picture[],
  options?: ClassifyOptions,
): Promise<Classified<Picture>[]>;
export async function classify(
  model: Classifier,
  pictures: PictureSource | readonly PictureSource[],
  options: ClassifyOptions = {},
): Promise<readonly PredictedClass[] | Classified[]> {
  const many = Array.isArray(pictures);
  const results: Classified[] = [];
  const list = many ? (pictures as readonly PictureSource[]) : [pictures as PictureSource];
  for await (const batch of classifyBatches(model, list, options)) results.push(...batch);
  if (many) return results;
  const [{ picture, classes, problem }] = results;
  if (problem === undefined) return classes;
  const where = typeof picture === 'string' ? picture : 'picture';
  throw new StriateError({ where, rule: 'must be a picture', advice: problem });
}

/**
 * `classify` for more pictures than memory should hold results of: batch after batch in their order, while the next one is
 * read.
 *
 * @throws StriateError when the model takes no pictures.
 *
 * @example
 * for await (const batch of classifyBatches(squeezenet, ['photo.jpg', 'holiday.jpg'])) {
 *   for (const { picture, classes } of batch) console.log(picture, classes[0].name);
 * }
 */
export async function* classifyBatches<Picture extends PictureSource>(
  classifier: Classifier,
  pictures: readonly Picture[],
  options: ClassifyOptions = {},
): AsyncGenerator<Classified<Picture>[]> {
  const model = 'model' in classifier ? classifier.model : classifier;
  const { top = 5, batchSize = 32 } = expectOptions(accepts, options);
  expectWhole('classify', 'top', top);
  expectWhole('classify', 'batchSize', batchSize);
  const { preprocessing } = await preparationOf(classifier, options);
  const names =
    options.classNames === undefined ? await classNamesOf(model) : await resolveClassNames(options.classNames, model);
  const count = Math.min(top, classCount(model));
  for await (const batch of pictureBatches(model, pictures, { preprocessing, batchSize })) {
    const { start, x, problems, inverted } = batch;
    const rows = problems.size === batch.count ? [] : await classProbabilities(model, x, x.shape[0]);
    yield pictures.slice(start, start + batch.count).map((picture, i): Classified<Picture> => {
      const problem = problems.get(i);
      if (problem === undefined && rows[i].some(Number.isNaN)) throw notNumbers(model, picture);
      const places = problem === undefined ? topPlaces(rows[i], count) : [];
      const classes = places.map((label) => ({
        name: names?.[label] ?? String(label),
        label,
        probability: rows[i][label],
      }));
      return { picture, classes, problem, inverted: inverted.has(i) };
    });
  }
}

/** Finite weights can overflow on the way. */
function notNumbers({ name }: Model, picture: PictureSource): StriateError {
  const what = typeof picture === 'string' ? `of '${picture}'` : 'of a picture';
  return new StriateError({
    where: `model '${name}'`,
    rule: `its outputs must be numbers, and ${what} they are NaN`,
    advice: 'its training diverged, or its pictures are prepared in another way (preprocessing)',
  });
}

/** How a classifier's pictures are prepared: as asked for here, as it was opened, or as it says. */
async function preparationOf(classifier: Classifier, { preprocessing: chosen }: ClassifyOptions): Promise<Preparation> {
  const opened = 'model' in classifier ? classifier : { model: classifier, preparation: undefined };
  const { model } = opened;
  const from = { chosen, file: model.name, format: 'Striate', option: 'preprocessing' } as const;
  return opened.preparation && chosen === undefined ? opened.preparation : preparationFor(model, from);
}

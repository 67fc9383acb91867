import { augment as augmented, type AugmentationStep, type AugmentOptions } from '../data/augmentation/index.js';
import type { DataSet, DataSplits } from '../data/dataSet.js';
import { PictureFiles } from '../data/folders/pictureFiles.js';
import { NormalizedSet } from '../data/normalizedSet.js';
import { engineChoiceIn, engineChoiceKinds, type EngineChoice } from '../fit/weightStore.js';
import { adapted, classCount, type Model } from '../models/index.js';
import {
  completePreprocessing,
  namedPreprocessing,
  type CompletePreprocessing,
  type Preprocessing,
  type PreprocessingName,
} from '../pictures/index.js';
import { atSize, keepsNumbers } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { StriateError } from '../tensor/index.js';
import { measureOnDataSet } from '../zoo/index.js';
import { alignClasses, differingNames, listed } from './alignClasses.js';
import { classNamesOf, otherNamesOf } from './classNames.js';
import type { OpenedModel } from './openModel.js';
import { preparationFor, takesPictures } from './preparation.js';

/** Options of `prepareTransfer`. */
export interface PrepareTransferOptions extends EngineChoice {
  /**
   * What training leaves as it is: 'none', 'features' (all layers before the classifier), or the name of the last layer that is
   * not trained; by default 'features' where the model gets a new classifier, and 'none' otherwise.
   */
  readonly freeze?: string | undefined;
  /** How training pictures are augmented; not at all by default. */
  readonly augment?: AugmentOptions | readonly AugmentationStep[];
  /** Seed of a new classifier's weights and of the pictures that are measured; the model's by default. */
  readonly seed?: number;
  /** What notes call the model; its own name by default. */
  readonly name?: string;
}

const accepts = {
  where: 'prepareTransfer',
  kinds: { ...engineChoiceKinds, freeze: 'string', augment: 'list or object', seed: 'number', name: 'string' },
} as const satisfies AcceptedOptions<PrepareTransferOptions>;

/** A trained model and a data set, ready for each other. */
export interface Transfer {
  /** At the size of the data's pictures, with its frozen layers frozen; `compile` comes next. */
  readonly model: Model;
  /** Pictures prepared as the model wants them, labels as it numbers its classes, training pictures augmented. */
  readonly data: DataSplits;
  /** 'none', 'features', or the last layer that is not trained. */
  readonly frozen: string;
  /** Whether the data's classes are the model's, or half of them at least; otherwise its classifier is a new one. */
  readonly keepsClassifier: boolean;
  /** The preprocessing that was measured to suit the model, where neither the model nor the data state any. */
  readonly measured: PreprocessingName | undefined;
  /** What was decided, in sentences for the user. */
  readonly notes: readonly string[];
}

/** How messages name the options of `prepareTransfer`. */
export type TransferOptionNames = Readonly<Record<'freeze' | 'preprocessing', string>>;

/**
 * Prepares a trained classifier and a data set for transfer learning. The model is brought to the size of the pictures and
 * gets a new classifier where its classes are not those of the data; the pictures are prepared as the model states, or as a
 * measurement suggests; labels follow the model's numbers.
 *
 * @param trained a model, or what `openModel` gave
 * @throws StriateError when the model and the data do not suit each other, or `freeze` names no layer or leaves nothing to train.
 *
 * @example
 * const opened = await openModel('squeezenet.onnx');
 * const photos = await openDataSet('photos', { pictures: { inputShape: opened.model.inputs[0].shape } });
 * const { model, data, notes } = await prepareTransfer(opened, photos);
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
 * await model.fit(data.train, { epochs: 5, validationData: data.validation });
 */
export async function prepareTransfer(
  trained: Model | OpenedModel,
  data: DataSplits,
  options: PrepareTransferOptions = {},
): Promise<Transfer> {
  expectOptions(accepts, options);
  const names = { freeze: 'freeze', preprocessing: 'preprocessing' } as const;
  const opened = 'model' in trained ? trained : await openedFrom(trained, names);
  return prepareTransferAs(opened, data, { ...options, computing: engineChoiceIn(options) }, names);
}

/** `prepareTransfer` with options that were read, and messages that call them by other names. */
export async function prepareTransferAs(
  opened: OpenedModel,
  data: DataSplits,
  options: Omit<PrepareTransferOptions, keyof EngineChoice> & { readonly computing: EngineChoice | undefined },
  names: TransferOptionNames,
): Promise<Transfer> {
  const { train } = data;
  const { seed = opened.model.seed, name = opened.model.name } = options;
  expectFreezable(opened.model, options.freeze, names.freeze);
  const classNames = await classNamesOf(opened.model);
  const otherNames = await otherNamesOf(classNames ?? [], train.classNames);
  const { model, keepsClassifier } = await adapted(opened.model, train, { seed, classNames, otherNames });
  if (options.computing) model.useEngine(options.computing);
  const notes: string[] = [];
  if (!keepsClassifier) {
    notes.push(
      `${name} tells ${classCount(opened.model)} classes apart, ${train.name} has ${train.classNames.length} ` +
        `(${listed(train.classNames)}): it gets a new classifier in the place of '${model.layers.at(-1)!.name}'.`,
    );
  }
  const frozen = options.freeze ?? (keepsClassifier ? 'none' : 'features');
  freezeLayers(model, frozen, names.freeze);
  const wanted = await wantedPreprocessing({ ...opened, model }, train, { seed, name, keepsClassifier, names });
  if (wanted.note !== undefined) notes.push(wanted.note);
  const pictures = mapSplits(data, (set) => preparedSet(set, wanted.preprocessing));
  const ready = { ...pictures, train: augmentedSet(pictures.train, options.augment) };
  model.preprocessing = usedPreprocessing(ready.train);
  const result = { model, frozen, keepsClassifier, measured: wanted.measured };
  if (!keepsClassifier) return { ...result, data: ready, notes };
  const aligned = await alignSplits(model, ready, name);
  return { ...result, data: aligned.data, notes: [...notes, ...aligned.notes] };
}

/** What `openModel` would say of a model by itself. */
async function openedFrom(model: Model, names: TransferOptionNames): Promise<OpenedModel> {
  const from = { file: model.name, format: 'Striate' as const, option: names.preprocessing };
  const preparation = takesPictures(model) ? await preparationFor(model, from) : undefined;
  return { model, format: 'Striate', preparation };
}

interface WantedPreprocessing {
  /** Undefined: the pictures come as they are. */
  readonly preprocessing?: Preprocessing;
  readonly measured?: PreprocessingName;
  readonly note?: string | undefined;
}

/** How the model wants its pictures: as it states, or, where it states nothing, as a measurement on the data suggests. */
async function wantedPreprocessing(
  { model, format, preparation }: OpenedModel,
  train: DataSet,
  { seed, name, keepsClassifier, names }: WantedOptions,
): Promise<WantedPreprocessing> {
  if (!preparation) return {};
  const { stated, note, preprocessing } = preparation;
  if (stated) return { preprocessing: atSize(preprocessing, train.inputShape) };
  // Grey pictures in files are drawings for a model that does not say otherwise; in memory, they come as they are.
  const inFiles = train instanceof PictureFiles;
  if (preprocessing.channels === 'grey')
    return inFiles ? { preprocessing: atSize(preprocessing, train.inputShape) } : {};
  if (train.preprocessing && !keepsNumbers(train.preprocessing)) return {};
  // What Striate trained on such classes saw numbers from 0 to 1 before files said how they were prepared.
  const worthTrying = !(format === 'Striate' && keepsClassifier);
  const found = worthTrying ? await measureOnDataSet(model, train, seed) : undefined;
  if (!found) return { preprocessing: atSize(preprocessing, train.inputShape), note };
  const [best] = found.measured;
  const scores = found.measured.map((one) => `${one.name} ${Math.max(one.explained, -1).toFixed(2)}`).join(', ');
  return {
    preprocessing: namedPreprocessing(best.name, train.inputShape),
    measured: best.name,
    note:
      `${name} does not say how its pictures are prepared. Of ${found.pictures} training pictures, a linear classifier ` +
      `explains: ${scores}; taken: ${best.name}. ${names.preprocessing} takes another.`,
  };
}

interface WantedOptions {
  readonly seed: number;
  readonly name: string;
  readonly keepsClassifier: boolean;
  readonly names: TransferOptionNames;
}

/** Parts that are one stay one: a folder without a test part is tested on its validation part. */
function mapSplits({ train, validation, test }: DataSplits, change: (set: DataSet) => DataSet): DataSplits {
  const tested = change(test);
  return {
    train: change(train),
    validation: validation === test ? tested : validation && change(validation),
    test: tested,
  };
}

/** A data set with its pictures prepared otherwise: those in memory, which are from 0 to 1, keep their size. */
function preparedSet(data: DataSet, preprocessing: Preprocessing | undefined): DataSet {
  if (!preprocessing) return data;
  if (data instanceof PictureFiles) return data.prepared(preprocessing);
  const base = data instanceof NormalizedSet ? data.base : data;
  return keepsNumbers(preprocessing) ? base : new NormalizedSet(base, preprocessing);
}

function augmentedSet(data: DataSet, options: PrepareTransferOptions['augment'] = {}): DataSet {
  // Colours and turns are those of pictures: numbers are brought into the model's range afterwards.
  if (data instanceof NormalizedSet) return new NormalizedSet(augmented(data.base, options), data.preprocessing);
  return augmented(data, options);
}

/**
 * How the pictures of a data set came out, in full; undefined for grey drawings in memory, which `classify` makes of whatever
 * strokes a picture has.
 */
function usedPreprocessing({ name, inputShape, preprocessing }: DataSet): CompletePreprocessing | undefined {
  const channels = inputShape[2];
  if (inputShape.length !== 3 || (channels !== 1 && channels !== 3)) return undefined;
  if (!preprocessing && channels === 1) return undefined;
  return completePreprocessing(preprocessing ?? {}, inputShape, `data '${name}'`);
}

/** The same data with its labels as the model numbers its classes, which are those of the data. */
async function alignSplits(
  model: Model,
  data: DataSplits,
  name: string,
): Promise<{ readonly data: DataSplits; readonly notes: readonly string[] }> {
  const { train, validation, test } = data;
  const found = await alignClasses(model, train);
  const aligned = found.data;
  const note = differingNames(found);
  const notes = note === undefined ? [] : [note];
  if (aligned === train) return { data, notes };
  const isPart = train.classNames.length < classCount(model);
  notes.push(
    `${name} tells the classes of ${train.name} apart ${isPart ? `among ${classCount(model)}` : 'in another order'}: its ` +
      `classifier stays, and labels follow it (${listed(aligned.classNames)}).`,
  );
  const { data: alignedTest } = await alignClasses(model, test);
  const alignedValidation =
    validation === test ? alignedTest : validation && (await alignClasses(model, validation)).data;
  return { data: { train: aligned, validation: alignedValidation, test: alignedTest }, notes };
}

/** Freezes what is asked for, and nothing else. */
function freezeLayers(model: Model, freeze: string, option: string): void {
  model.unfreeze();
  if (freeze === 'none') return;
  if (freeze === 'features') model.embedding.freeze();
  else model.freeze(freeze);
  if (model.parameterCounts().trainable > 0) return;
  throw new StriateError({
    where: `${option} ${freeze}`,
    rule: 'leaves nothing to train',
    advice: 'name a layer before the last with weights',
  });
}

/**
 * Checks what is to be frozen. A new classifier has the name of the one before it, so this can be said before any data are read.
 *
 * @param option how messages name the option
 * @throws StriateError when it is no layer.
 */
export function expectFreezable({ layers }: Model, freeze = 'none', option = 'freeze'): void {
  if (freeze === 'none' || freeze === 'features' || layers.some(({ name }) => name === freeze)) return;
  const named = layers.filter(({ weights }) => weights.length > 0).map(({ name }) => name);
  throw new StriateError({
    where: `${option} ${freeze}`,
    rule: 'must be none, features, or a layer of the model',
    advice: `those with weights are ${named.join(', ')}`,
  });
}

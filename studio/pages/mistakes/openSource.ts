/** In the worker: the model and the pictures that the page asks about. */
import {
  alignClasses,
  digits,
  imageFiles,
  layers,
  normalizedSplits,
  openModel,
  sequential,
  StriateError,
  xo,
  type DataSet,
  type DataSplits,
  type Model,
  type Preprocessing,
} from 'striate';
import type { TaskContext } from '../../engine/protocol.js';
import { servedData } from '../../server/servedData.js';
import { openFolder } from '../../storage/photoFolders.js';
import { problem } from './problems.js';

/** Pictures to judge a model on: drawn here, of the server's data, or photos that this browser keeps. */
export type SourceData =
  | { readonly kind: 'drawn'; readonly name: 'digits' | 'xo' }
  | { readonly kind: 'served'; readonly api: string; readonly folder: string }
  | { readonly kind: 'kept'; readonly address: string };

/** What is to be judged. */
export interface JudgedSource {
  /** Names it, so that what was judged before need not be again. */
  readonly key: string;
  readonly part: 'test' | 'train';
  readonly data: SourceData;
  /** A model's file; undefined: a small network that learns drawn digits here. */
  readonly model?: { readonly blob: Blob; readonly name: string } | undefined;
}

/** A model, and pictures whose labels are as it numbers its classes. */
export interface OpenedSource {
  readonly model: Model;
  readonly data: DataSet;
  /** What the pictures are called, of files. */
  readonly files: readonly string[] | undefined;
  /** What their folder is called, where it was dropped. */
  readonly folder?: string;
  /** The part that they are, as tables of labels call it. */
  readonly part: 'train' | 'validation' | 'test';
  /** How many of the pictures the model has learned from, as far as the page knows. */
  readonly learned: number;
}

/** The network of the digits, once it has learned. */
let digitNet: Promise<Model> | undefined;

/** Pictures that the digit net learns from: few, so that it takes seconds, and leaves mistakes to look at. */
const learned = 3000;

/** @throws StriateError where model and pictures do not suit each other. */
export async function openSource(source: JudgedSource, context: TaskContext): Promise<OpenedSource> {
  if (!source.model) return ownSource(source, context);
  const { blob, name } = source.model;
  const { model, preparation } = await openModel(blob, { name });
  model.useEngine({ engine: context.engine });
  const found = await splitsOf(source.data, model.inputs[0].shape, preparation?.preprocessing);
  const { splits } = found;
  // Where a folder has no part of its own for testing, that is its validation part.
  const asked = source.part === 'train' ? splits.train : splits.test;
  const part = asked !== splits.test ? 'train' : splits.test === splits.validation ? 'validation' : 'test';
  const files = found.isOfFiles && 'path' in asked ? pathsOf(asked as DataSet & Pathed) : undefined;
  const { data } = await alignClasses(model, asked);
  const folder = source.data.kind === 'kept' ? { folder: asked.name } : {};
  return { model, data, files, ...folder, part, learned: 0 };
}

/** Pictures that have files. */
interface Pathed {
  path(index: number): string;
}

const pathsOf = (set: DataSet & Pathed): string[] => Array.from({ length: set.size }, (_, i) => set.path(i));

async function splitsOf(
  data: SourceData,
  inputShape: readonly number[],
  preprocessing: Preprocessing | undefined,
): Promise<{ readonly splits: DataSplits; readonly isOfFiles: boolean }> {
  if (data.kind === 'served') return servedData(data.api, data.folder, { inputShape, preprocessing });
  if (data.kind === 'kept') {
    const { files, name } = await openFolder(data.address);
    const splits = await imageFiles(files, { name, inputShape, ...(preprocessing && { preprocessing }) });
    return { splits, isOfFiles: true };
  }
  const splits: DataSplits = data.name === 'xo' ? xo() : digits();
  return { splits: preprocessing ? normalizedSplits(splits, preprocessing) : splits, isOfFiles: false };
}

async function ownSource({ data, part }: JudgedSource, context: TaskContext): Promise<OpenedSource> {
  if (data.kind !== 'drawn' || data.name !== 'digits') {
    throw new StriateError({
      where: data.kind === 'kept' ? problem.photos : problem.thesePictures,
      rule: problem.needModel,
      advice: problem.dropModel,
    });
  }
  const model = await (digitNet ??= learnDigits(context).catch((error: unknown) => {
    digitNet = undefined;
    throw error;
  }));
  const { train, test } = digits(part === 'train' ? { test: 1 } : { train: 1 });
  if (part === 'train') return { model, data: train, files: undefined, part, learned };
  return { model, data: test, files: undefined, part, learned: 0 };
}

/** A small network that learns drawn digits for some seconds. */
async function learnDigits(context: TaskContext): Promise<Model> {
  const { engine, signal } = context;
  const { train } = digits({ train: learned, test: 1 });
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 32, activation: 'relu' }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    seed: 1,
  });
  model.classNames = train.classNames;
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', engine });
  await model.fit(train, {
    epochs: 2,
    batchSize: 32,
    seed: 1,
    verbose: 0,
    signal,
    callbacks: [{ onTrainBatchEnd: (batch) => context.progress({ done: batch * 32, total: learned }) }],
  });
  signal.throwIfAborted();
  return model;
}

import type { DataSet } from '../data/dataSet.js';
import { Tensor } from '../tensor/index.js';
import type { InputData, TargetData } from './batchColumns.js';
import type { BatchStream } from './batchSource.js';
import type { ValidationData } from './fitOptions.js';

/** Training data in one of its forms. */
export type FitData =
  | { readonly kind: 'dataSet'; readonly dataSet: DataSet }
  | { readonly kind: 'stream'; readonly stream: BatchStream }
  | {
      readonly kind: 'tensors';
      readonly x: InputData;
      readonly y?: TargetData | undefined;
      readonly sampleWeight?: ArrayLike<number> | undefined;
    };

/** Whether a value follows the contract of data sets. */
export function isDataSet(value: unknown): value is DataSet {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fill' in value &&
    typeof value.fill === 'function' &&
    'inputShape' in value
  );
}

/** Whether a value gives batches one after another. */
export function isStream(value: unknown): value is BatchStream {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** Tells the forms of data apart. */
export function fitData(
  x: InputData | DataSet | BatchStream,
  y?: TargetData,
  sampleWeight?: ArrayLike<number>,
): FitData {
  if (isDataSet(x)) return { kind: 'dataSet', dataSet: x };
  if (isStream(x)) return { kind: 'stream', stream: x };
  return { kind: 'tensors', x, y, sampleWeight };
}

/**
 * Tells the two ways apart in which `fit` and `evaluate` are called: `(x, y, options)` and `(data, options)`; weights of
 * examples are an option.
 */
export function givenData<Options extends { readonly sampleWeight?: ArrayLike<number> }>(
  x: InputData | DataSet | BatchStream,
  second: TargetData | Options | undefined,
  third: Options | undefined,
): { data: FitData; options: Options } {
  const tensors = !isDataSet(x) && !isStream(x);
  const options = ((tensors ? third : second) ?? {}) as Options;
  return { data: tensors ? fitData(x, second, options.sampleWeight) : fitData(x), options };
}

/** Data as `validationData` takes them: tensors are `[x, y]`. */
export function validationOf(data: ValidationData): FitData {
  return Array.isArray(data)
    ? fitData(...(data as [InputData, TargetData, ArrayLike<number>?]))
    : fitData(data as DataSet | BatchStream);
}

/** The shapes of a model's inputs in this data, without the batch; undefined where the data does not say. */
export function shapesOf(data: FitData): (readonly number[])[] | undefined {
  if (data.kind === 'dataSet') return [data.dataSet.inputShape];
  if (data.kind === 'stream') return undefined;
  const tensors = data.x instanceof Tensor ? [data.x] : Object.values(data.x);
  return tensors.every((tensor) => tensor instanceof Tensor) ? tensors.map(({ shape }) => shape.slice(1)) : undefined;
}

/** Examples in a batch: as asked for, or as the data set says, or 32. */
export function batchSizeFor(data: FitData, asked?: number): number {
  return asked ?? (data.kind === 'dataSet' ? data.dataSet.batchSize : undefined) ?? 32;
}

/** Examples of a step where nothing says how many: `most`, and of small sets an eighth, from 4, so that an epoch has several steps. */
export function usualBatchSize(examples: number, most = 32): number {
  return Math.min(most, Math.max(4, Math.ceil(examples / 8)));
}

/** Examples in a batch of training: as asked for, as the data set says, or as its size suggests. */
export function trainingBatchSize(
  data: FitData,
  options: { readonly batchSize?: number | undefined; readonly validationSplit?: number | undefined },
): number {
  const said = options.batchSize ?? (data.kind === 'dataSet' ? data.dataSet.batchSize : undefined);
  const examples = trainingExamples(data, options);
  return said ?? (examples === undefined ? 32 : usualBatchSize(examples));
}

/** How many examples are trained on, without those held back; undefined for generators. */
export function trainingExamples(
  data: FitData,
  { validationSplit = 0 }: { readonly validationSplit?: number | undefined },
): number | undefined {
  const all = exampleCount(data);
  return all === undefined ? undefined : Math.floor(all * (1 - validationSplit));
}

/** How many examples there are; undefined for generators. */
export function exampleCount(data: FitData): number | undefined {
  if (data.kind === 'stream') return undefined;
  if (data.kind === 'dataSet') return data.dataSet.size;
  const first: unknown = data.x instanceof Tensor ? data.x : Object.values(data.x ?? {})[0];
  // What is no tensor is refused where the examples are read.
  return first instanceof Tensor ? first.shape[0] : undefined;
}

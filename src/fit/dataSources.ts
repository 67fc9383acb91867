import { StriateError } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import { BatchBuffers } from './batchBuffers.js';
import { IndexedSource, StreamSource, type BatchSource, type IndexedOptions } from './batchSource.js';
import { DataSetExamples, tensorExamples, type ExampleOptions, type Examples } from './examples.js';
import { NamedExamples } from './namedExamples.js';
import { exampleCount, trainingBatchSize, trainingExamples, validationOf, type FitData } from './fitData.js';
import type { FitOptions } from './fitOptions.js';
import { worthKeeping } from './frozenFeatures.js';

/** Where training and validation batches come from. */
export function trainingSources(
  data: FitData,
  options: FitOptions,
  examples: ExampleOptions,
  seed: number,
  buffers = new BatchBuffers(),
): { source: BatchSource; validation: BatchSource | undefined } {
  const {
    batchSize = trainingBatchSize(data, options),
    validationBatchSize = batchSize,
    shuffle = true,
    validationSplit = 0,
    stepsPerEpoch,
  } = options;
  const { validationData, validationSteps, classWeight } = options;
  const validationOptions: ExampleOptions = { ...examples, where: 'fit, validationData' };
  const given = (): BatchSource | undefined => {
    if (!validationData) return undefined;
    const from = validationOf(validationData);
    return sequentialSource(from, validationOptions, {
      batchSize: validationBatchSize,
      steps: validationSteps,
      buffers,
    });
  };
  const trainingOptions: ExampleOptions = { ...examples, classWeight };
  if (data.kind === 'stream') {
    expectNotFrozen(trainingOptions);
    if (validationSplit)
      throw new StriateError({
        where: 'fit',
        rule: 'validationSplit needs examples in memory',
        advice: 'use validationData',
      });
    return { source: new StreamSource(data.stream, trainingOptions, stepsPerEpoch), validation: given() };
  }
  const all = indexedExamples(data, trainingOptions);
  const held = validationSplit ? all.size - Math.floor(all.size * (1 - validationSplit)) : 0;
  if (held === all.size) {
    throw new StriateError({
      where: 'fit',
      rule: `validationSplit ${validationSplit} of ${all.size} examples leaves none to train on`,
    });
  }
  const source = new IndexedSource(all, {
    batchSize,
    buffers,
    end: all.size - held,
    passSeed: seed,
    shuffleSeed: shuffle ? seed : undefined,
    steps: stepsPerEpoch,
  });
  if (!held) return { source, validation: given() };
  // As in Keras, classes are weighted in training only; sample weights also in validation.
  const heldBack = classWeight ? indexedExamples(data, examples) : all;
  const begin = all.size - held;
  return {
    source,
    validation: new IndexedSource(heldBack, { batchSize: validationBatchSize, begin, buffers, steps: validationSteps }),
  };
}

/** The number of steps of an epoch of training; undefined for generators that are not told. */
export function stepsPerEpoch(data: FitData, options: FitOptions): number | undefined {
  const { stepsPerEpoch: most = Infinity } = options;
  const examples = trainingExamples(data, options);
  if (examples === undefined) return options.stepsPerEpoch;
  return Math.min(Math.ceil(examples / trainingBatchSize(data, options)), most);
}

/** What `cacheFeatures` asks for, for this data. */
export function cachesFeatures(
  { cacheFeatures = false, validationData, views = 0 }: FitOptions,
  data: FitData,
  topology: Topology,
): boolean {
  if (cacheFeatures !== 'auto') return cacheFeatures;
  const all = validationData ? [data, validationOf(validationData)] : [data];
  const changes = (one: FitData): boolean => one.kind === 'dataSet' && (one.dataSet.varies ?? false);
  const isFixed = all.every((one) => one.kind !== 'stream' && (views > 0 || !changes(one)));
  return (
    isFixed &&
    worthKeeping(
      topology,
      all.reduce((sum, one) => sum + (exampleCount(one) ?? 0) * (changes(one) ? views : 1), 0),
    )
  );
}

function expectNotFrozen({ where, frozen }: ExampleOptions): void {
  if (frozen)
    throw new StriateError({ where, rule: 'cacheFeatures needs tensors or a data set', received: 'a generator' });
}

function indexedExamples(data: Exclude<FitData, { kind: 'stream' }>, options: ExampleOptions): Examples {
  const varies = data.kind === 'dataSet' && (data.dataSet.varies ?? false);
  if (options.frozen && varies && !options.views) {
    throw new StriateError({
      where: options.where,
      rule: `the data set '${data.dataSet.name}' changes its pictures every epoch, so features cannot be kept`,
      advice:
        'say of how many changed versions of each picture (views: 4), or leave cacheFeatures or the augmentation out',
    });
  }
  const examples =
    data.kind === 'tensors'
      ? tensorExamples(options, data.x, data.y, data.sampleWeight)
      : data.dataSet.fillNamedTargets && options.objective
        ? new NamedExamples(data.dataSet, options.objective, options)
        : new DataSetExamples(data.dataSet, options);
  return options.frozen ? options.frozen.examples(examples, varies) : examples;
}

/** Batches in the order in which the examples lie. */
export function sequentialSource(
  data: FitData,
  options: ExampleOptions,
  indexed: Pick<IndexedOptions, 'batchSize' | 'steps' | 'buffers'>,
): BatchSource {
  if (data.kind === 'stream') {
    expectNotFrozen(options);
    return new StreamSource(data.stream, options, indexed.steps);
  }
  return new IndexedSource(indexedExamples(data, options), indexed);
}

/** Batches to predict for: as they lie, and their number must be known. */
export function predictionSource(data: FitData, topology: Topology, batchSize: number): IndexedSource {
  if (data.kind === 'stream')
    throw new StriateError({ where: 'predict', rule: 'needs a tensor or a data set', received: 'a generator' });
  return new IndexedSource(indexedExamples(data, { where: 'predict', topology }), { batchSize });
}

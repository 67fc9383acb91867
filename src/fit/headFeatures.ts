import { findNotFinite } from '../tensor/check.js';
import { sizeOf, StriateError, Tensor } from '../tensor/index.js';
import { IndexedSource, PrefetchedBatches } from './batchSource.js';
import { DataSetExamples, tensorExamples, type Batch, type Examples } from './examples.js';
import { feedNames, type Executor } from './executor.js';
import type { FitData } from './fitData.js';
import { objectiveFor } from './objective.js';
import type { LabelledRows } from './logistic/logisticRegression.js';
import type { Topology } from '../topology/topology.js';

/** Bytes of features that are kept at most. */
const mostKept = 4e9;

/** What features are computed of, and how. */
export interface HeadFeaturesOptions {
  /** What error messages begin with. */
  readonly where: string;
  /** The whole model, which says how targets are given. */
  readonly topology: Topology;
  /** What computes the features: the model's layers up to a vector. */
  readonly executor: Executor;
  /** How many classes there are. */
  readonly classes: number;
  readonly batchSize: number;
  /** How many changed versions of each example come behind the examples as they are. */
  readonly views: number;
  /** The seed of the changes. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of rows that are done and that of all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Features of examples, with their classes. */
export interface HeadFeatures extends LabelledRows {
  /** How many examples there are; row `view · examples + i` is of example i. */
  readonly examples: number;
}

/**
 * What a model's classifier decides by, for all examples: each goes through the layers before it once, and once more for each
 * changed view.
 *
 * @throws StriateError when data and model do not fit each other, or a feature is no finite number; the signal's reason where
 * it ends the work.
 */
export async function headFeatures(data: FitData, options: HeadFeaturesOptions): Promise<HeadFeatures> {
  const { where, topology, executor, classes, views, signal, onProgress, seed } = options;
  const all = labelledExamples(data, options);
  const width = sizeOf(executor.topology.outputs[0].shape);
  const count = all.size * (1 + views);
  if (4 * width * count > mostKept) {
    throw new StriateError({
      where,
      rule: `would keep ${((4 * width * count) / 1e9).toFixed(1)} GB of features, ${width} numbers for each of ${count} pictures`,
      advice: 'train the classifier by fit, with the layers before it frozen',
    });
  }
  const rows = { data: new Float32Array(count * width), count, width, labels: new Int32Array(count), classes };
  const own = new Set(executor.topology.inputNames.map((name) => feedNames.input(name)));
  const target = feedNames.target(topology.outputNames[0]);
  let done = 0;
  for (let view = 0; view <= views; view++) {
    // Changed as in the epochs of a training, after the examples as they are.
    const pass = view === 0 ? {} : { passSeed: seed };
    const source = new IndexedSource(all, { batchSize: options.batchSize, ...pass });
    const batches = new PrefetchedBatches(source.batches(Math.max(view - 1, 0), 0), source.ahead);
    try {
      for (let batch = await batches.next(); batch; batch = await batches.next()) {
        signal?.throwIfAborted();
        const program = await executor.predictor(batch.size);
        const feeds = Object.entries(batch.feeds).filter(([name]) => own.has(name));
        const running = program.run(Object.fromEntries(feeds));
        batches.fetch();
        const found = (await running)['output:0'].data as Float32Array;
        expectFinite(where, found, width, done % all.size);
        rows.data.set(found, done * width);
        takeLabels(where, batch, target, rows.labels, done);
        done += batch.size;
        onProgress?.(done, count);
      }
    } finally {
      await batches.end();
    }
  }
  return { ...rows, examples: all.size };
}

function labelledExamples(data: FitData, { where, topology, classes, views }: HeadFeaturesOptions): Examples {
  if (data.kind === 'stream') {
    throw new StriateError({ where, rule: 'needs tensors or a data set', received: 'a generator' });
  }
  const shares =
    data.kind === 'tensors' && data.y instanceof Tensor && data.y.shape.length === 2 && data.y.shape[1] > 1;
  const single = topology.outputs[0].shape.at(-1) === 1;
  const loss = single ? 'binaryCrossentropy' : shares ? 'categoricalCrossentropy' : 'sparseCategoricalCrossentropy';
  const objective = objectiveFor(topology, { loss });
  if (data.kind === 'tensors') return tensorExamples({ where, topology, objective }, data.x, data.y);
  const { dataSet } = data;
  if (views > 0 && dataSet.fillTargets) {
    throw new StriateError({
      where,
      rule: `the data set '${dataSet.name}' mixes pictures, and a mixed one is of no one class`,
      advice: 'leave mixUp and cutMix out, or give views: 0',
    });
  }
  if (dataSet.classNames.length > classes) {
    throw new StriateError({
      where,
      rule: `the data set '${dataSet.name}' has ${dataSet.classNames.length} classes, the model ${classes}`,
      advice: 'give the model a classifier for them: newHead(model, { classes })',
    });
  }
  return new DataSetExamples(dataSet, { where, topology, objective });
}

function expectFinite(where: string, features: Float32Array, width: number, first: number): void {
  const bad = findNotFinite(features);
  if (bad === -1) return;
  throw new StriateError({
    where,
    rule: `feature ${bad % width} of example ${first + Math.floor(bad / width)} is ${features[bad]}`,
    advice:
      'look at the weights of the layers before the classifier (model.hasFiniteWeights()), and at how pictures are prepared',
  });
}

/** Takes the class numbers of a batch, given as such, as one-hot rows, or as 0 and 1 for a single output. */
function takeLabels(where: string, { size, feeds }: Batch, feed: string, labels: Int32Array, first: number): void {
  const targets = feeds[feed];
  if (targets instanceof Int32Array) {
    labels.set(targets, first);
    return;
  }
  const width = targets.length / size;
  for (let i = 0; i < size; i++) {
    const row = targets.subarray(i * width, (i + 1) * width);
    const label = width === 1 ? row[0] : row.indexOf(1);
    const pure = width === 1 ? label === 0 || label === 1 : row.every((value, k) => value === (k === label ? 1 : 0));
    if (!pure) {
      throw new StriateError({
        where,
        rule: `the target of example ${first + i} must be one class`,
        received: `[${row.slice(0, 6).join(', ')}${width > 6 ? ', …' : ''}]`,
        advice: 'train with shares of classes by fit',
      });
    }
    labels[first + i] = label;
  }
}

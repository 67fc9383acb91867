import type { DataSet } from '../data/dataSet.js';
import type { InputData, TargetData } from '../fit/batchColumns.js';
import { Executor } from '../fit/executor.js';
import { batchSizeFor, fitData, type FitData } from '../fit/fitData.js';
import { headFeatures, type HeadFeatures } from '../fit/headFeatures.js';
import { stratifiedFolds } from '../fit/logistic/crossValidation.js';
import { predictTogether, solveTogether } from '../fit/logistic/logisticRegression.js';
import { momentsOf, standardize } from '../fit/logistic/standardization.js';
import { ProgressLine } from '../platform/progressLine.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { featurePart } from '../topology/featureSplit.js';
import {
  findLabelIssues,
  type LabelIssueFilter,
  type LabelIssueOptions,
  type LabelIssues,
} from '../training/labelIssues.js';
import { choosePenalty } from './choosePenalty.js';
import type { HeadModel } from './solveHead.js';

/** How far `suspectLabels` is. */
export type SuspectLabelsProgress =
  | { readonly stage: 'features'; readonly done: number; readonly total: number }
  | { readonly stage: 'penalty'; readonly C: number }
  | { readonly stage: 'solving'; readonly C: number };

/** Options of `suspectLabels`. */
export interface SuspectLabelsOptions extends LabelIssueOptions {
  /** As `findLabelIssues` has it, but 'lowQuality' by default: with few examples a class it finds more and is right more often. */
  readonly filterBy?: LabelIssueFilter;
  /** In how many parts pictures are held out; 5 by default. */
  readonly folds?: number;
  /** Deals pictures out to parts; the model's by default. */
  readonly seed?: number;
  /** The inverse of the penalty's strength, as `fitHead` has it; by default the best of 10⁻⁵ to 10². */
  readonly C?: number | readonly number[];
  /** Pictures that go through the network at once; as the data set says, or 32, by default. */
  readonly batchSize?: number;
  /** 0 silent, 1 shows how far the features are (default). */
  readonly verbose?: 0 | 1;
  readonly onProgress?: (progress: SuspectLabelsProgress) => void;
  /** Ends the work: `suspectLabels` then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What was found, and the probabilities it was found by. */
export interface SuspectLabels extends LabelIssues {
  /** [N, classes] of what a classifier that had not seen an example gives it; NaN for those that none could judge. */
  readonly probabilities: Tensor<'float32'>;
  /** The class of each example as it is given. */
  readonly labels: Int32Array;
  /** Examples that are the only ones of their class: without them nothing knows the class. */
  readonly unjudged: readonly number[];
  readonly folds: number;
  /** The inverse of the penalty's strength that was taken. */
  readonly C: number;
  readonly seconds: { readonly features: number; readonly solving: number };
}

const accepts = {
  where: 'suspectLabels',
  kinds: {
    folds: 'number',
    seed: 'number',
    C: 'number or list',
    batchSize: 'number',
    verbose: 'number',
    onProgress: 'function',
    signal: 'object',
    filterBy: 'string',
    rankBy: 'string',
  },
} as const satisfies AcceptedOptions<SuspectLabelsOptions>;

/** The largest component of the gradient of the mean loss in the end: probabilities to five digits. */
const tolerance = 1e-6;

/** What `suspectLabels` does. */
export async function outOfSampleLabels(
  model: HeadModel,
  data: DataSet | readonly [x: InputData, y: TargetData],
  options: SuspectLabelsOptions = {},
): Promise<SuspectLabels> {
  checkOptions(options);
  const { seed = model.seed, signal, onProgress, filterBy = 'lowQuality', rankBy = 'selfConfidence' } = options;
  const given = Array.isArray(data) ? fitData(...(data as [InputData, TargetData])) : fitData(data as DataSet);
  const began = performance.now();
  const rows = await featuresOf(model, given, options);
  const featured = performance.now();
  const counts = countsOf(rows);
  const held = counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
  const folds = Math.min(options.folds ?? 5, held);
  standardize(rows, momentsOf(rows));
  const ones = new Float64Array(rows.count).fill(1);
  const { C, start } = await choosePenalty(rows, ones, counts, {
    C: options.C,
    folds,
    seed,
    signal,
    onResult: (result) => onProgress?.({ stage: 'penalty', C: result.C }),
  });
  onProgress?.({ stage: 'solving', C });
  const parts = stratifiedFolds(rows.labels, folds, seed);
  const problems = Array.from({ length: folds }, (_, part) => {
    return { rowWeights: ones.map((one, i) => (parts[i] === part ? 0 : one)), C, start };
  });
  const solutions = await solveTogether(rows, problems, { tolerance, signal });
  const points = solutions.map(({ parameters }) => parameters);
  const probabilities = await predictTogether(rows, points, parts, signal);
  signal?.throwIfAborted();
  const found = judged(rows, parts, probabilities, { filterBy, rankBy });
  return {
    ...found,
    probabilities: new Tensor('float32', [rows.count, rows.classes], Float32Array.from(probabilities)),
    labels: rows.labels,
    unjudged: [...parts.keys()].filter((i) => parts[i] < 0),
    folds,
    C,
    seconds: { features: (featured - began) / 1000, solving: (performance.now() - featured) / 1000 },
  };
}

function checkOptions(options: SuspectLabelsOptions): void {
  const { where } = accepts;
  expectOptions(accepts, options);
  const { folds, batchSize, verbose, C } = options;
  if (folds !== undefined) expectWhole(where, 'folds', folds, 2);
  if (batchSize !== undefined) expectWhole(where, 'batchSize', batchSize);
  if (verbose !== undefined) expectOneOf(where, 'verbose', String(verbose), ['0', '1']);
  if (typeof C === 'object') {
    if (C.length === 0) throw new StriateError({ where, rule: 'C must be a number or a list of some', received: '[]' });
    for (const one of C) expectNumber(where, 'each C', one, { above: 0 });
  } else if (C !== undefined) expectNumber(where, 'C', C, { above: 0 });
}

/** What the layers before the classifier give for each example, without augmentation. */
async function featuresOf(
  { name, topology, store }: HeadModel,
  data: FitData,
  { batchSize, signal, seed = 0, verbose = 1, onProgress }: SuspectLabelsOptions,
): Promise<HeadFeatures> {
  const executor = new Executor(featurePart(name, topology, 'embedding'), store);
  const units = topology.outputs[0].shape.at(-1)!;
  let line: ProgressLine | undefined;
  try {
    const rows = await headFeatures(data, {
      where: accepts.where,
      topology,
      executor,
      classes: Math.max(units, 2),
      views: 0,
      seed,
      signal,
      batchSize: batchSizeFor(data, batchSize),
      onProgress: (done, total) => {
        if (verbose) line ??= new ProgressLine('pictures seen by the network', total);
        line?.update(done);
        onProgress?.({ stage: 'features', done, total });
      },
    });
    // A network of a thousand classes may judge pictures of two.
    const known = data.kind === 'dataSet' ? data.dataSet.classNames.length : 0;
    const classes = rows.labels.reduce((most, label) => Math.max(most, label + 1), Math.max(known, 2));
    return { ...rows, classes };
  } finally {
    line?.[Symbol.dispose]();
    executor.forget();
  }
}

/** How many examples each class has. */
function countsOf({ labels, classes }: HeadFeatures): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  if (counts.filter((count) => count > 1).length < 2) {
    throw new StriateError({
      where: accepts.where,
      rule: 'needs at least two classes of two examples each, so that some can be held out',
      received: `${labels.length} examples of ${counts.filter((count) => count > 0).length} classes`,
    });
  }
  return counts;
}

/** The issues among the examples that were held out, by their places among all. */
function judged(
  { labels, classes }: HeadFeatures,
  parts: Int32Array,
  probabilities: Float64Array,
  options: LabelIssueOptions,
): LabelIssues {
  const places = [...parts.keys()].filter((i) => parts[i] >= 0);
  const rows = places.map((i) => probabilities.subarray(i * classes, (i + 1) * classes));
  const own = places.map((i) => labels[i]);
  const found = findLabelIssues(own, rows, options);
  const quality = new Float64Array(labels.length).fill(NaN);
  places.forEach((place, i) => (quality[place] = found.quality[i]));
  return { ...found, quality, issues: found.issues.map((issue) => ({ ...issue, index: places[issue.index] })) };
}

import type { Loss } from '../../../training/loss.js';
import type { Metric } from '../../../training/metric.js';
import type { MetricName } from '../../../training/metricNames.js';
import { metricFromConfig, metrics, type MetricChoice } from '../../../training/metrics.js';
import type { Json } from '../json.js';
import { originOf } from '../read/origin.js';
import { alike, isMissing, named, noteOthers, titleOf, type Note } from './serialized.js';

/** What is known of the output that a metric measures, where it is written. */
export interface MetricContext {
  readonly loss: Loss;
  /** Whether the loss takes the output for scores, before softmax or sigmoid. */
  readonly scores: boolean;
  /** Whether the output's last operators give scores. */
  readonly endsInScores: boolean;
  /** The size of its last axis. */
  readonly outputs: number;
}

type Options = Readonly<Record<string, unknown>>;

/** How a metric stands in Keras's files. */
interface MetricRow {
  /** Keras's class. */
  readonly className: string;
  /** What Keras calls it where no name is given. */
  readonly name: string;
  /** Keras's settings under their names here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What Keras's settings must be besides; noted where they are not. */
  readonly expected?: Json;
  /** The settings in Keras; undefined where Keras does not count the same. */
  write?(options: Options, context: MetricContext): Json | undefined;
}

const snake = (className: string): string =>
  className
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

const isSparse = ({ loss }: MetricContext): boolean => loss.targets === 'classes';
const isBinary = ({ loss }: MetricContext): boolean => loss.accuracy === 'binaryAccuracy';

/** A metric of numbers, which takes no settings. */
const plain = (className: string, name = snake(className)): MetricRow => ({ className, name });

/** A threshold above 0 that is below any score but 0: Keras compares with none that is 0. */
const barely = 1e-30;

/**
 * The threshold of probabilities as one of what the model gives, of which Keras takes those from 0 to 1; undefined where there is
 * none.
 */
function thresholdFor(threshold: unknown, context: MetricContext): number | undefined {
  const share = typeof threshold === 'number' ? threshold : 0.5;
  if (!context.scores) return share;
  if (!isBinary(context)) return undefined;
  const score = Math.log(share / (1 - share));
  return score >= 0 && score <= 1 ? score : undefined;
}

/** A metric that counts outputs above a threshold, all together. */
const counted = (className: string, settings: Readonly<Record<string, string>> = {}): MetricRow => ({
  className,
  name: snake(className),
  settings: { thresholds: 'threshold', ...settings },
  write({ threshold, average, classId }, context) {
    const limit = thresholdFor(threshold, context);
    // Class by class, Keras does not count.
    if (isSparse(context) || average !== undefined || limit === undefined) return undefined;
    const stated = limit !== 0.5;
    return { ...(stated && { thresholds: limit }), ...(classId !== undefined && { class_id: classId }) };
  },
});

/** A cross-entropy, which Keras must be told of scores. */
const crossentropy = (className: string, sparse: boolean): MetricRow => ({
  className,
  name: snake(className),
  settings: {},
  expected: { label_smoothing: 0, axis: -1, ignore_class: null },
  write: (_, context) => (isSparse(context) === sparse ? { from_logits: context.endsInScores } : undefined),
});

/** Intersections over unions; one class a position, of scores or probabilities. */
const overUnions = (className: string, settings: Readonly<Record<string, string>>): MetricRow => ({
  className,
  name: snake(className),
  settings: { ignore_class: 'ignoreClass', ...settings },
  expected: { sparse_y_pred: false, axis: -1 },
  write({ threshold, ignoreClass, targetClassIds }, context) {
    if (threshold !== undefined || context.outputs === 1 || isBinary(context)) return undefined;
    return {
      num_classes: context.outputs,
      ...(targetClassIds !== undefined && { target_class_ids: targetClassIds }),
      ...(ignoreClass !== undefined && { ignore_class: ignoreClass }),
      sparse_y_true: isSparse(context),
      sparse_y_pred: false,
    };
  },
});

/** Metrics of Keras and the ones here; undefined where Keras has none. */
const rows = {
  sparseCategoricalAccuracy: plain('SparseCategoricalAccuracy'),
  categoricalAccuracy: plain('CategoricalAccuracy'),
  binaryAccuracy: {
    ...plain('BinaryAccuracy'),
    settings: {},
    write: (_, { scores }) => (scores ? { threshold: barely } : {}),
  },
  topKCategoricalAccuracy: { ...plain('TopKCategoricalAccuracy'), settings: { k: 'k' } },
  sparseTopKCategoricalAccuracy: { ...plain('SparseTopKCategoricalAccuracy'), settings: { k: 'k' } },
  precision: counted('Precision', { class_id: 'classId' }),
  recall: counted('Recall', { class_id: 'classId' }),
  f1Score: {
    className: 'F1Score',
    name: 'f1_score',
    settings: { average: 'average', threshold: 'threshold' },
    write({ average, threshold, classId }, context) {
      const byLargest = threshold === undefined && context.outputs > 1 && !isBinary(context);
      const limit = byLargest ? undefined : thresholdFor(threshold, context);
      // Keras takes no threshold of 0, which a probability of a half is as a score.
      if (isSparse(context) || classId !== undefined || (!byLargest && limit === undefined)) return undefined;
      return { average: average ?? 'macro', ...(limit !== undefined && { threshold: Math.max(limit, barely) }) };
    },
  },
  auc: {
    className: 'AUC',
    name: 'auc',
    settings: {
      num_thresholds: 'numThresholds',
      thresholds: 'thresholds',
      curve: 'curve',
      summation_method: 'summationMethod',
      multi_label: 'multiLabel',
      label_weights: 'labelWeights',
    },
    write({ numThresholds, thresholds, curve, summationMethod, multiLabel, labelWeights }, context) {
      if (isSparse(context) || (context.scores && !isBinary(context))) return undefined;
      return {
        num_thresholds: numThresholds ?? 200,
        ...(thresholds !== undefined && { thresholds }),
        curve: curve ?? 'ROC',
        summation_method: summationMethod ?? 'interpolation',
        multi_label: multiLabel ?? false,
        ...(multiLabel === true && { num_labels: context.outputs }),
        ...(labelWeights !== undefined && { label_weights: labelWeights }),
        from_logits: context.scores,
      };
    },
  },
  iou: overUnions('IoU', { target_class_ids: 'targetClassIds' }),
  meanIoU: overUnions('MeanIoU', {}),
  matthewsCorrelation: undefined,
  cohenKappa: undefined,
  truePositives: counted('TruePositives'),
  trueNegatives: counted('TrueNegatives'),
  falsePositives: counted('FalsePositives'),
  falseNegatives: counted('FalseNegatives'),
  meanSquaredError: plain('MeanSquaredError'),
  meanAbsoluteError: plain('MeanAbsoluteError'),
  rootMeanSquaredError: plain('RootMeanSquaredError'),
  meanAbsolutePercentageError: plain('MeanAbsolutePercentageError'),
  meanSquaredLogarithmicError: plain('MeanSquaredLogarithmicError'),
  logCosh: plain('LogCoshError', 'logcosh'),
  poisson: plain('Poisson'),
  hinge: plain('Hinge'),
  squaredHinge: plain('SquaredHinge'),
  categoricalHinge: plain('CategoricalHinge'),
  klDivergence: plain('KLDivergence', 'kl_divergence'),
  cosineSimilarity: plain('CosineSimilarity'),
  mse: plain('MeanSquaredError', 'mse'),
  mae: plain('MeanAbsoluteError', 'mae'),
  binaryCrossentropy: crossentropy('BinaryCrossentropy', false),
  categoricalCrossentropy: crossentropy('CategoricalCrossentropy', false),
  sparseCategoricalCrossentropy: crossentropy('SparseCategoricalCrossentropy', true),
} as const satisfies Readonly<Record<MetricName, MetricRow | undefined>>;

/** Intersections over unions of yes and no, which Keras has a class of its own for. */
const binaryIoU: MetricRow = {
  ...plain('BinaryIoU', 'binary_io_u'),
  settings: { target_class_ids: 'targetClassIds', threshold: 'threshold' },
  write({ threshold, targetClassIds }, context) {
    const limit = isSparse(context) ? undefined : thresholdFor(threshold, context);
    return limit === undefined ? undefined : { threshold: limit, target_class_ids: targetClassIds ?? [0, 1] };
  },
};

/** Other classes of Keras's, and functions that are not called as their classes. */
const others: Readonly<Record<string, { readonly kind: MetricName; readonly row: MetricRow }>> = {
  BinaryIoU: { kind: 'iou', row: binaryIoU },
  OneHotIoU: { kind: 'iou', row: { ...rows.iou, className: 'OneHotIoU', name: 'one_hot_io_u' } },
  OneHotMeanIoU: { kind: 'meanIoU', row: { ...rows.meanIoU, className: 'OneHotMeanIoU', name: 'one_hot_mean_io_u' } },
};

const functionNames: Readonly<Record<string, MetricName>> = {
  mse: 'mse',
  mae: 'mae',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  rmse: 'rootMeanSquaredError',
  logcosh: 'logCosh',
  kld: 'klDivergence',
  kldivergence: 'klDivergence',
  kullbackleiblerdivergence: 'klDivergence',
  cosineproximity: 'cosineSimilarity',
  bce: 'binaryCrossentropy',
};

interface Known {
  readonly kind: MetricName;
  readonly row: MetricRow;
}

/** The metric that Keras calls by a class's or a function's name. */
function knownMetric(name: string): Known | undefined {
  const other = Object.entries(others).find(([className]) => alike(className) === alike(name));
  if (other) return other[1];
  const kind =
    functionNames[alike(name)] ??
    (Object.keys(rows) as MetricName[]).find((candidate) => {
      const row: MetricRow | undefined = rows[candidate];
      return row !== undefined && (alike(row.className) === alike(name) || alike(row.name) === alike(name));
    });
  const row = kind && rows[kind];
  return row && { kind, row };
}

const isAccuracy = (name: string): boolean => /^(acc|accuracy)$/i.test(name);

/** The cross-entropy that Keras chooses beside a loss, as it does accuracy. */
function chosenCrossentropy(loss: Loss): MetricName {
  if (loss.targets === 'classes') return 'sparseCategoricalCrossentropy';
  return loss.accuracy === 'binaryAccuracy' ? 'binaryCrossentropy' : 'categoricalCrossentropy';
}

/** A metric of a file; undefined where Striate has none that counts the same, which is noted. */
export function readMetric(value: unknown, loss: Loss, note: Note): MetricChoice | undefined {
  const title = titleOf(value);
  const refuse = (): undefined => {
    note(`metric ${title}`);
  };
  const { name, config } = named(value);
  const given = typeof config.name === 'string' ? config.name : undefined;
  if (originOf(value) !== undefined) return refuse();
  const byName = isAccuracy(name) ? name : /Wrapper$|Accuracy$/.test(name) ? given : undefined;
  if (byName !== undefined && isAccuracy(byName)) return byName.toLowerCase() as 'accuracy' | 'acc';
  if (name === 'crossentropy' || name === 'ce') {
    return metricFromConfig(chosenCrossentropy(loss), { name });
  }
  // A function in a wrapper, by its name or, in Keras 3, as an object.
  const wrapped = name.endsWith('Wrapper') ? named(config.fn).name : name;
  if (originOf(config.fn) !== undefined) return refuse();
  const known = knownMetric(wrapped);
  if (!known) return refuse();
  const { kind, row } = known;
  const options: Record<string, unknown> = {};
  for (const [setting, option] of Object.entries(row.settings ?? {})) {
    const found = single(setting, config[setting]);
    if (!isMissing(found) && !isUsual(setting, found)) options[option] = found;
  }
  if (options.threshold !== undefined && Array.isArray(options.threshold)) return refuse();
  // Of probabilities; scores as Keras takes them are told by the model here.
  if (kind === 'binaryAccuracy' && !isMissing(config.threshold) && config.threshold !== 0.5) {
    if (typeof config.threshold !== 'number' || config.threshold > barely) note(`metric ${title} threshold`);
  }
  if (kind === 'f1Score' && isMissing(config.average)) note(`metric ${title} average`);
  if (kind === 'auc' && config.thresholds !== undefined) delete options.numThresholds;
  for (const [setting, expected] of Object.entries(row.expected ?? {})) {
    const is = config[setting] ?? (setting === 'sparse_y_pred' && wrapped.startsWith('OneHot') ? false : null);
    // Class numbers as predictions are what no model here gives.
    if (setting === 'sparse_y_pred' && is !== expected && !isMissing(is)) return refuse();
  }
  const read = [
    ...Object.keys(row.settings ?? {}),
    ...Object.keys(row.expected ?? {}).filter((setting) => isAsExpected(row, setting, config[setting])),
    ...['name', 'num_classes', 'num_labels', 'from_logits', 'sparse_y_true'],
    ...(kind === 'binaryAccuracy' ? ['threshold'] : []),
  ];
  noteOthers(config, read, note, `metric ${title}`);
  if (given !== undefined && given !== row.name && 'name' in (config as object)) options.name = given;
  return makeMetric(kind, options, name === wrapped && typeof value === 'string');
}

/** A metric with its options: those without any by name. */
function makeMetric(kind: MetricName, options: Options, isName: boolean): MetricChoice {
  if (kind !== 'iou' && isName && Object.keys(options).length === 0) return kind;
  const metric = metricFromConfig(kind, takesName(kind) ? options : withoutName(options));
  const { name } = options;
  return typeof name === 'string' && metric.name !== name ? renamed(metric, name) : metric;
}

const accuracies = ['sparseCategoricalAccuracy', 'categoricalAccuracy', 'binaryAccuracy'];
const takesName = (kind: MetricName): boolean => !accuracies.includes(kind);

const withoutName = ({ name: _, ...rest }: Options): Options => rest;

/** The same under another name. */
function renamed(metric: Metric, name: string): Metric {
  return { ...metric, name };
}

const isAsExpected = ({ expected }: MetricRow, setting: string, value: unknown): boolean =>
  isMissing(value) || expected?.[setting] === value;

/** Keras's thresholds may be a list of one. */
function single(setting: string, value: unknown): unknown {
  const isList = setting === 'thresholds' && Array.isArray(value) && value.length === 1;
  return isList ? (value as readonly unknown[])[0] : value;
}

/** What metrics have anyway, which need not be said. */
const usual: Json = { num_thresholds: 200, curve: 'ROC', summation_method: 'interpolation', multi_label: false, k: 5 };

const isUsual = (setting: string, value: unknown): boolean => usual[setting] === value;

/** A metric as Keras's; undefined where Keras has none that counts the same. */
export function writtenMetric(choice: MetricChoice, context: MetricContext): Json | string | undefined {
  if (choice === 'accuracy' || choice === 'acc') {
    // Keras compares with a half, of whatever numbers.
    const byThreshold = context.loss.targets === 'values' && context.outputs === 1;
    if (!byThreshold || !context.scores) return choice;
    return serializedMetric('BinaryAccuracy', { name: choice, threshold: barely });
  }
  const metric = typeof choice === 'string' ? metrics[choice]() : typeof choice === 'function' ? choice() : choice;
  const { kind } = metric;
  if (kind === undefined || !Object.hasOwn(rows, kind)) return undefined;
  const ofOne = context.outputs === 1 && (kind === 'iou' || kind === 'meanIoU');
  const row: MetricRow | undefined = ofOne ? binaryIoU : rows[kind as MetricName];
  const options = metric.config?.() ?? {};
  const settings = row?.write ? row.write(options, context) : plainSettings(row, options);
  if (!row || !settings) return undefined;
  return serializedMetric(row.className, { name: metric.name === kind ? row.name : metric.name, ...settings });
}

/** Settings that have other names in Keras, and nothing else. */
function plainSettings(row: MetricRow | undefined, options: Options): Json {
  const settings = Object.entries(row?.settings ?? {}).map(([setting, option]) => [setting, options[option]] as const);
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined));
}

const serializedMetric = (className: string, config: Json): Json => ({
  module: 'keras.metrics',
  class_name: className,
  config,
  registered_name: null,
});

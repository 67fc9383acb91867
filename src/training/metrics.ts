import { withForeignNames } from '../tensor/index.js';
import { expectOptions } from '../tensor/acceptedOptions.js';
import {
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracies.js';
import { auc } from './auc.js';
import {
  cohenKappa,
  f1Score,
  falseNegatives,
  falsePositives,
  iou,
  matthewsCorrelation,
  meanIoU,
  precision,
  recall,
  trueNegatives,
  truePositives,
} from './classMetrics.js';
import type { Loss } from './loss.js';
import type { LossName } from './lossNames.js';
import { losses } from './losses.js';
import { expectMetricName, type MetricName } from './metricNames.js';
import { expectTargets, metricOptionKinds, type Metric, type MetricOptions } from './metric.js';

/** What a loss measures, by its usual options, as a number beside the loss that is trained for. */
function measure(kind: string, of: LossName, finish?: (mean: number) => number) {
  return (options: MetricOptions = {}): Metric => {
    const { name = kind } = expectOptions({ where: kind, kinds: metricOptionKinds }, options);
    const measured = losses[of]();
    return {
      name,
      kind,
      emit(prediction, target, loss) {
        expectTargets(name, loss, measured.targets);
        return measured.emit(prediction, target);
      },
      ...(finish && { result: ([sum]: readonly number[], examples: number) => finish(sum / Math.max(examples, 1)) }),
      config: () => ({ ...options }),
    };
  };
}

/**
 * The metrics, by Keras's names in camelCase: `metrics.precision({ average: 'macro' })`; by name they have their usual options.
 * 'accuracy' stands for the one that suits the loss.
 *
 * @namespace
 * @example
 * const areas = [metrics.auc(), metrics.auc({ curve: 'PR', name: 'prAuc' })];
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy', 'precision', 'recall', ...areas] });
 */
export const metrics = withForeignNames(
  'metrics',
  {
    sparseCategoricalAccuracy,
    categoricalAccuracy,
    binaryAccuracy,
    topKCategoricalAccuracy,
    sparseTopKCategoricalAccuracy,
    precision,
    recall,
    f1Score,
    auc,
    iou,
    meanIoU,
    matthewsCorrelation,
    cohenKappa,
    truePositives,
    trueNegatives,
    falsePositives,
    falseNegatives,
    meanSquaredError: measure('meanSquaredError', 'meanSquaredError'),
    meanAbsoluteError: measure('meanAbsoluteError', 'meanAbsoluteError'),
    rootMeanSquaredError: measure('rootMeanSquaredError', 'meanSquaredError', Math.sqrt),
    meanAbsolutePercentageError: measure('meanAbsolutePercentageError', 'meanAbsolutePercentageError'),
    meanSquaredLogarithmicError: measure('meanSquaredLogarithmicError', 'meanSquaredLogarithmicError'),
    logCosh: measure('logCosh', 'logCosh'),
    poisson: measure('poisson', 'poisson'),
    hinge: measure('hinge', 'hinge'),
    squaredHinge: measure('squaredHinge', 'squaredHinge'),
    categoricalHinge: measure('categoricalHinge', 'categoricalHinge'),
    klDivergence: measure('klDivergence', 'klDivergence'),
    /** The cosine itself, of which the loss is the negative, as in Keras. */
    cosineSimilarity: measure('cosineSimilarity', 'cosineSimilarity', (mean) => -mean),
    mse: measure('mse', 'meanSquaredError'),
    mae: measure('mae', 'meanAbsoluteError'),
    binaryCrossentropy: measure('binaryCrossentropy', 'binaryCrossentropy'),
    categoricalCrossentropy: measure('categoricalCrossentropy', 'categoricalCrossentropy'),
    sparseCategoricalCrossentropy: measure('sparseCategoricalCrossentropy', 'sparseCategoricalCrossentropy'),
  } as const satisfies Record<MetricName, (options: never) => Metric>,
  {
    'accuracy Accuracy acc': "write 'accuracy', which is the one that suits the loss",
    AUC: 'write metrics.auc',
    'MSE MAE': 'write metrics.mse or metrics.mae',
    'f1 F1': 'write metrics.f1Score',
    'oneHotMeanIoU oneHotIoU binaryIoU OneHotMeanIoU OneHotIoU BinaryIoU':
      'write metrics.meanIoU or metrics.iou, which take targets as the loss does',
    'IoU MeanIou': 'write metrics.iou or metrics.meanIoU',
    'topK topKAccuracy': 'write metrics.topKCategoricalAccuracy or metrics.sparseTopKCategoricalAccuracy',
    KLDivergence: 'write metrics.klDivergence',
    'mcc MCC': 'write metrics.matthewsCorrelation',
    'confusionMatrix confusion_matrix': "write striate evaluate, or count model.predict's largest scores",
    'mean Mean sum Sum': 'leave it out: what is logged is the mean over the epoch',
  },
);

/** Makes a metric of the table with its usual options. */
export type MetricFactory = () => Metric;

/** A metric by name, an object, or what makes one; 'accuracy' is the one that suits the loss. */
export type MetricChoice = Exclude<MetricName, 'iou'> | 'accuracy' | 'acc' | Metric | MetricFactory;

/**
 * The metric that a choice stands for, beside a given loss. For 'accuracy' beside mean squared error, a single output is compared
 * with 0.5 and several with the largest, as in Keras.
 *
 * @param outputs the size of the prediction's last axis
 * @throws StriateError when there is no metric of that name.
 */
export function resolveMetric(metric: MetricChoice, loss: Loss, outputs: number): Metric {
  if (typeof metric === 'function') return metric();
  if (typeof metric !== 'string') return metric;
  if (metric === 'accuracy' || metric === 'acc') {
    // As in Keras: of one number by a threshold, of several by the largest, whatever the loss.
    const byValues = outputs === 1 ? 'binaryAccuracy' : 'categoricalAccuracy';
    const chosen = metrics[loss.targets === 'values' ? byValues : loss.accuracy]();
    return { name: metric, emit: chosen.emit.bind(chosen) };
  }
  return metricFromConfig(metric, {});
}

/**
 * Makes again a metric whose `kind` and `config()` were saved.
 *
 * @throws StriateError when there is no metric of that name.
 */
export function metricFromConfig(kind: string, config: Record<string, unknown>): Metric {
  expectMetricName(kind);
  return (metrics[kind] as (options: object) => Metric)(config);
}

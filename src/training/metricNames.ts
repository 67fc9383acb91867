import { StriateError } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';

/**
 * The metrics that `compile` takes by name, under which logs have them, too. It checks names by this list alone; what they stand
 * for (`metrics.ts`) is fetched by the first program that needs it.
 */
export const metricNames = [
  'sparseCategoricalAccuracy',
  'categoricalAccuracy',
  'binaryAccuracy',
  'topKCategoricalAccuracy',
  'sparseTopKCategoricalAccuracy',
  'precision',
  'recall',
  'f1Score',
  'auc',
  'iou',
  'meanIoU',
  'matthewsCorrelation',
  'cohenKappa',
  'truePositives',
  'trueNegatives',
  'falsePositives',
  'falseNegatives',
  'meanSquaredError',
  'meanAbsoluteError',
  'rootMeanSquaredError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'logCosh',
  'poisson',
  'hinge',
  'squaredHinge',
  'categoricalHinge',
  'klDivergence',
  'cosineSimilarity',
  'mse',
  'mae',
  'binaryCrossentropy',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
] as const;

/** The name of a metric in the table. */
export type MetricName = (typeof metricNames)[number];

/** @throws StriateError when there is no metric of that name. */
export function expectMetricName(name: string): asserts name is MetricName {
  if ((metricNames as readonly string[]).includes(name)) return;
  throw new StriateError({
    where: 'compile',
    rule: `there is no metric '${name}'`,
    advice: nameAdvice(name, ['accuracy', ...metricNames]),
  });
}

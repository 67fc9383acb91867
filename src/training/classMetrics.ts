import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole, expectWholes } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { classCounts, emitClassCounts, withNo, type ClassCount, type Decisions } from './classCounts.js';
import type { Loss } from './loss.js';
import { metricOptionKinds, ratio, type Metric, type MetricOptions } from './metric.js';

/** How numbers of several classes become one: of all counts together, their mean, or their mean by how often classes occur. */
export type Average = 'micro' | 'macro' | 'weighted';

const averages: readonly Average[] = ['micro', 'macro', 'weighted'];

/** Options of precision, recall and F1. */
export interface ClassMetricOptions extends MetricOptions {
  /**
   * Probabilities above it mean yes, for each output on its own. Where it is left out, several outputs of a categorical loss
   * are decided by the largest, others at 0.5.
   */
  readonly threshold?: number;
  /** How the classes' numbers become one; 'macro' by default. Classes that neither occur nor are predicted count as 0, as in Keras. */
  readonly average?: Average;
  /** The only class that counts. */
  readonly classId?: number;
}

const classOptionKinds = {
  ...metricOptionKinds,
  threshold: 'number',
  average: 'string',
  classId: 'number',
} as const satisfies OptionKinds<ClassMetricOptions>;

/** Whether the largest output decides. */
function largestDecides(loss: Loss, outputs: number): boolean {
  return outputs > 1 && loss.accuracy !== 'binaryAccuracy';
}

function average(classes: readonly ClassCount[], how: Average, of: (count: ClassCount) => number): number {
  const sum = (each: (count: ClassCount) => number): number => classes.reduce((a, count) => a + each(count), 0);
  if (how === 'micro') {
    return of({ right: sum((c) => c.right), predicted: sum((c) => c.predicted), actual: sum((c) => c.actual) });
  }
  if (how === 'macro') return sum(of) / classes.length;
  return ratio(
    sum((c) => of(c) * c.actual),
    sum((c) => c.actual),
  );
}

/** A share of right decisions. Keras's precision and recall throw all outputs together unless told otherwise; its F1 never does. */
function share(
  kind: string,
  options: ClassMetricOptions,
  together: 'unlessAveraged' | 'never',
  of: (count: ClassCount) => number,
): Metric {
  expectOptions({ where: kind, kinds: classOptionKinds }, options);
  const { threshold, classId, name = kind } = options;
  const { average: how = 'macro' } = options;
  expectOneOf(kind, 'average', how, averages);
  if (threshold !== undefined) expectNumber(kind, 'threshold', threshold, { least: 0, most: 1 });
  if (classId !== undefined) expectWhole(kind, 'classId', classId, 0);
  return {
    name,
    kind,
    emit(prediction, target, loss) {
      const outputs = prediction.type.shape.at(-1) ?? 1;
      if (classId !== undefined && classId >= outputs) {
        throw new StriateError({
          where: `metric '${name}'`,
          rule: `classId must lie below ${outputs}`,
          received: classId,
        });
      }
      const alike = together === 'unlessAveraged' && loss.targets === 'values' && !options.average;
      const byLargest = threshold === undefined && largestDecides(loss, outputs) && !alike;
      const decisions: Decisions = {
        threshold: byLargest ? undefined : (threshold ?? 0.5),
        together: alike && classId === undefined,
      };
      return emitClassCounts(name, prediction, target, loss, decisions);
    },
    result(sums) {
      const { classes } = classCounts(sums);
      return average(classId === undefined ? classes : [classes[classId]], how, of);
    },
    config: () => ({ ...options }),
  };
}

/**
 * How many of those that are predicted are right (Keras's Precision). Where targets are one number an output, all outputs above 0.5
 * are counted together, as in Keras, unless there is an `average`; where they are class numbers, the largest output decides.
 */
export const precision = (options: ClassMetricOptions = {}): Metric =>
  share('precision', options, 'unlessAveraged', ({ right, predicted }) => ratio(right, predicted));

/** How many of those that are there are found (Keras's Recall); decisions as in `precision`. */
export const recall = (options: ClassMetricOptions = {}): Metric =>
  share('recall', options, 'unlessAveraged', ({ right, actual }) => ratio(right, actual));

/** The harmonic mean of precision and recall of each class (Keras's F1Score), averaged over classes. */
export const f1Score = (options: ClassMetricOptions = {}): Metric =>
  share('f1Score', options, 'never', ({ right, predicted, actual }) => ratio(2 * right, predicted + actual));

/** Options of the metrics that decide as accuracy does. */
export interface DecidedMetricOptions extends MetricOptions {
  /** Probabilities above it mean yes, where the largest output does not decide; 0.5 by default. */
  readonly threshold?: number;
}

/** Options of the intersections over unions. */
export interface IoUOptions extends DecidedMetricOptions {
  /** A class whose pixels are not counted. */
  readonly ignoreClass?: number;
  /** The classes whose mean is taken; all by default. */
  readonly targetClassIds?: readonly number[];
}

const decidedOptionKinds = {
  ...metricOptionKinds,
  threshold: 'number',
} as const satisfies OptionKinds<DecidedMetricOptions>;

const iouOptionKinds = {
  ...decidedOptionKinds,
  ignoreClass: 'number',
  targetClassIds: 'list',
} as const satisfies OptionKinds<IoUOptions>;

/** What all classes' counts together give, no being a class where there is one output. */
function decided(kind: string, options: IoUOptions, result: (counts: ReturnType<typeof withNo>) => number): Metric {
  const { threshold = 0.5, ignoreClass, name = kind } = options;
  expectNumber(kind, 'threshold', threshold, { least: 0, most: 1 });
  return {
    name,
    kind,
    emit(prediction, target, loss) {
      const outputs = prediction.type.shape.at(-1) ?? 1;
      const byLargest = largestDecides(loss, outputs);
      if (!byLargest && ignoreClass !== undefined) {
        throw new StriateError({
          where: `metric '${name}'`,
          rule: 'ignoreClass needs several classes',
          received: outputs,
        });
      }
      const decisions = { threshold: byLargest ? undefined : threshold, together: !byLargest, ignoreClass };
      return emitClassCounts(name, prediction, target, loss, decisions);
    },
    result: (sums) => result(withNo(sums)),
    config: () => ({ ...options }),
  };
}

function expectDecided(kind: string, options: DecidedMetricOptions): DecidedMetricOptions {
  return expectOptions({ where: kind, kinds: decidedOptionKinds }, options);
}

/**
 * The mean over classes of what prediction and truth have in common, as a share of what either has (Keras's MeanIoU; with one
 * output, BinaryIoU). Classes that neither has are left out.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: [metrics.meanIoU({ ignoreClass: 0 })] });
 */
export const meanIoU = (options: IoUOptions = {}): Metric => intersections('meanIoU', options);

/** `meanIoU` of the classes that `targetClassIds` names (Keras's IoU). */
export function iou(options: IoUOptions & { readonly targetClassIds: readonly number[] }): Metric {
  expectOptions({ where: 'iou', kinds: iouOptionKinds }, options as IoUOptions);
  expectWholes('iou', 'targetClassIds', options.targetClassIds, 0);
  return intersections('iou', options);
}

function intersections(kind: string, options: IoUOptions): Metric {
  const { targetClassIds, ignoreClass } = expectOptions({ where: kind, kinds: iouOptionKinds }, options);
  if (targetClassIds !== undefined) expectWholes(kind, 'targetClassIds', targetClassIds, 0);
  if (ignoreClass !== undefined) expectWhole(kind, 'ignoreClass', ignoreClass, 0);
  return decided(kind, options, ({ classes }) => {
    const chosen = targetClassIds ? classes.filter((_, i) => targetClassIds.includes(i)) : classes;
    const shares = chosen.flatMap(({ right, predicted, actual }) => {
      const either = predicted + actual - right;
      return either > 0 ? [right / either] : [];
    });
    return ratio(
      shares.reduce((a, b) => a + b, 0),
      shares.length,
    );
  });
}

/** Matthews's correlation of prediction and truth, −1 to 1, for any number of classes (scikit-learn's matthews_corrcoef). */
export const matthewsCorrelation = (options: DecidedMetricOptions = {}): Metric =>
  decided('matthewsCorrelation', expectDecided('matthewsCorrelation', options), ({ total, classes }) => {
    const sum = (of: (count: ClassCount) => number): number => classes.reduce((a, c) => a + of(c), 0);
    const common = sum((c) => c.right) * total - sum((c) => c.predicted * c.actual);
    const spread = (of: (count: ClassCount) => number): number => total ** 2 - sum((c) => of(c) ** 2);
    return ratio(common, Math.sqrt(spread((c) => c.predicted)) * Math.sqrt(spread((c) => c.actual)));
  });

/** Cohen's kappa: accuracy beyond what chance gives, 1 for all right (scikit-learn's cohen_kappa_score). */
export const cohenKappa = (options: DecidedMetricOptions = {}): Metric =>
  decided('cohenKappa', expectDecided('cohenKappa', options), ({ total, classes }) => {
    const sum = (of: (count: ClassCount) => number): number => classes.reduce((a, c) => a + of(c), 0);
    const byChance = ratio(
      sum((c) => c.predicted * c.actual),
      total ** 2,
    );
    return ratio(
      ratio(
        sum((c) => c.right),
        total,
      ) - byChance,
      1 - byChance,
    );
  });

/** Numbers of decisions that are counted together, as Keras's TruePositives and its siblings count them. */
function counted(kind: string, options: DecidedMetricOptions, of: (yes: ClassCount, no: ClassCount) => number): Metric {
  const { threshold = 0.5, name = kind } = expectDecided(kind, options);
  expectNumber(kind, 'threshold', threshold, { least: 0, most: 1 });
  return {
    name,
    kind,
    emit: (prediction, target, loss) => emitClassCounts(name, prediction, target, loss, { threshold, together: true }),
    result(sums) {
      const [no, yes] = withNo(sums).classes;
      return of(yes, no);
    },
    config: () => ({ ...options }),
  };
}

/** The number of outputs that are rightly above the threshold. */
export const truePositives = (options: DecidedMetricOptions = {}): Metric =>
  counted('truePositives', options, (yes) => yes.right);

/** The number of outputs that are rightly not above the threshold. */
export const trueNegatives = (options: DecidedMetricOptions = {}): Metric =>
  counted('trueNegatives', options, (_, no) => no.right);

/** The number of outputs that are wrongly above the threshold. */
export const falsePositives = (options: DecidedMetricOptions = {}): Metric =>
  counted('falsePositives', options, (yes) => yes.predicted - yes.right);

/** The number of outputs that are wrongly not above the threshold. */
export const falseNegatives = (options: DecidedMetricOptions = {}): Metric =>
  counted('falseNegatives', options, (_, no) => no.predicted - no.right);

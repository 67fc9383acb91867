import type { Node } from '../graph/index.js';
import { affine, concat, mul, oneHot, reduceSum, reshape, sub } from '../ops/allOperators.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { expectSameShape } from './loss.js';
import { above, metricOptionKinds, positive, probabilities, ratio, type Metric, type MetricOptions } from './metric.js';

/** Options of the area under a curve, Keras's. */
export interface AUCOptions extends MetricOptions {
  /** 200 by default, evenly from 0 to 1; more give a result nearer to the area under the curve of all scores. */
  readonly numThresholds?: number;
  /** Thresholds between 0 and 1 in place of even ones; both ends are added. */
  readonly thresholds?: readonly number[];
  /** Of true against false positives ('ROC', the default), or of precision against recall. */
  readonly curve?: 'ROC' | 'PR';
  /** How the area between two thresholds is taken; 'interpolation' by default. */
  readonly summationMethod?: 'interpolation' | 'minoring' | 'majoring';
  /**
   * Whether each output has a curve of its own, whose areas are averaged, instead of all having one. By default false where
   * targets are one number an output, as in Keras, and true where they are class numbers.
   */
  readonly multiLabel?: boolean;
  /** How much each output's area counts in their mean; all alike by default. */
  readonly labelWeights?: readonly number[];
}

const accepts = {
  where: 'auc',
  kinds: {
    ...metricOptionKinds,
    numThresholds: 'number',
    thresholds: 'list',
    curve: 'string',
    summationMethod: 'string',
    multiLabel: 'boolean',
    labelWeights: 'list',
  },
} as const satisfies AcceptedOptions<AUCOptions>;

/** Counts of one output, threshold by threshold, from the one that all are above to the one that none is. */
interface Counts {
  readonly yes: readonly number[];
  readonly no: readonly number[];
}

/** The area by precision that is interpolated as Davis & Goadrich (2006) do it. */
function interpolatedPrecision({ yes, no }: Counts): number {
  let area = 0;
  for (let i = 0; i + 1 < yes.length; i++) {
    const [before, after] = [yes[i] + no[i], yes[i + 1] + no[i + 1]];
    const gained = yes[i] - yes[i + 1];
    const slope = ratio(gained, Math.max(before - after, 0));
    const intercept = yes[i + 1] - slope * after;
    const log = before > 0 && after > 0 ? Math.log(before / after) : 0;
    area += ratio(slope * (gained + intercept * log), yes[0]);
  }
  return area;
}

const heights = {
  interpolation: (a: number, b: number): number => (a + b) / 2,
  minoring: Math.min,
  majoring: Math.max,
} as const;

function areaUnder({ yes, no }: Counts, curve: 'ROC' | 'PR', method: keyof typeof heights): number {
  if (curve === 'PR' && method === 'interpolation') return interpolatedPrecision({ yes, no });
  const recall = yes.map((n) => ratio(n, yes[0]));
  const [x, y] =
    curve === 'ROC' ? [no.map((n) => ratio(n, no[0])), recall] : [recall, yes.map((n, i) => ratio(n, n + no[i]))];
  let area = 0;
  for (let i = 0; i + 1 < x.length; i++) area += (x[i] - x[i + 1]) * heights[method](y[i], y[i + 1]);
  return area;
}

/**
 * The area under a curve over thresholds (Keras's AUC). Scores go through sigmoid or softmax first, whichever suits the loss.
 *
 * @example
 * model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: [metrics.auc({ curve: 'PR', name: 'prAuc' })] });
 */
export function auc(options: AUCOptions = {}): Metric {
  expectOptions(accepts, options);
  const { numThresholds = 200, thresholds, curve = 'ROC', summationMethod = 'interpolation', name = 'auc' } = options;
  expectWhole('auc', 'numThresholds', numThresholds, 2);
  expectOneOf('auc', 'curve', curve, ['ROC', 'PR']);
  expectOneOf('auc', 'summationMethod', summationMethod, ['interpolation', 'minoring', 'majoring']);
  for (const threshold of thresholds ?? []) expectNumber('auc', 'thresholds', threshold, { least: 0, most: 1 });
  const { labelWeights } = options;
  for (const weight of labelWeights ?? []) expectNumber('auc', 'labelWeights', weight, { least: 0 });
  const inner = thresholds?.length ?? numThresholds - 2;
  const even = Array.from({ length: inner }, (_, i) => i + 1);
  const places = Float32Array.from(thresholds ? [...thresholds].sort((a, b) => a - b) : even);
  // Keras multiplies where thresholds are even, and compares with whole numbers.
  const scale = thresholds ? 1 : numThresholds - 1;
  return {
    name,
    kind: 'auc',
    emit(prediction, target, loss) {
      const { shape } = prediction.type;
      if (loss.targets === 'values') expectSameShape(name, prediction, target);
      const each = options.multiLabel ?? loss.targets === 'classes';
      const depth = shape[shape.length - 1];
      const truth = loss.targets === 'classes' ? oneHot(target, { depth }) : above(target, 0.5);
      // [N, positions, labels]: one label where all have one curve.
      const labels = each ? depth : 1;
      if (labelWeights && (!each || labelWeights.length !== depth)) {
        throw new StriateError({
          where: `metric '${name}'`,
          rule: each ? `needs ${depth} labelWeights, one an output` : 'labelWeights need multiLabel: true',
          received: labelWeights.length,
        });
      }
      const positions = shape.slice(1).reduce((a, b) => a * b, 1) / labels;
      const flat = (x: Node): Node => reshape(x, { shape: [shape[0], positions, labels] });
      const scores = flat(affine(probabilities(prediction, loss), { scale, offset: 0 }));
      const yes = flat(truth);
      const no = affine(yes, { scale: -1, offset: 1 });
      const over = (x: Node): Node => reduceSum(x, { axes: [1], keepDims: false });
      const counts = [over(yes), over(no)];
      if (places.length) {
        const { graph } = prediction;
        const along = [shape[0], positions, labels, 1];
        const limits = graph.constant(places, [1, 1, 1, places.length]);
        const passed = positive(sub(reshape(scores, { shape: along }), limits));
        for (const truths of [yes, no]) {
          const sums = over(mul(passed, reshape(truths, { shape: along })));
          counts.push(reshape(sums, { shape: [shape[0], labels * places.length] }));
        }
      }
      return concat(...counts, { axis: 1 });
    },
    result(sums) {
      const labels = sums.length / (2 * (1 + places.length));
      const start = 2 * labels;
      const half = labels * places.length;
      const curveOf = (label: number, first: number, which: number): number[] => {
        const at = start + which * half + label * places.length;
        return [first, ...sums.slice(at, at + places.length), 0];
      };
      let area = 0;
      for (let label = 0; label < labels; label++) {
        const yes = curveOf(label, sums[label], 0);
        const no = curveOf(label, sums[labels + label], 1);
        area += areaUnder({ yes, no }, curve, summationMethod) * (labelWeights?.[label] ?? 1);
      }
      return ratio(area, labelWeights ? labelWeights.reduce((a, b) => a + b, 0) : labels);
    },
    config: () => ({ ...options }),
  };
}

import type { Node } from '../graph/index.js';
import { affine, argMax, equal, mul, oneHot, reduceSum, sub } from '../ops/allOperators.js';
import { expectOptions, optionsFactory, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber, expectWhole } from '../tensor/check.js';
import { expectSameShape, perExample, type Loss } from './loss.js';
import {
  above,
  classScores,
  expectTargets,
  metricOptionKinds,
  positive,
  type Metric,
  type MetricOptions,
} from './metric.js';
import { endsInScores } from './scores.js';

/** What is 1 where a prediction is right; `name` is what errors call the metric. */
type EmitRight = (prediction: Node, target: Node, loss: Loss, name: string) => Node;

function shareRight(kind: string, options: MetricOptions, right: EmitRight): Metric {
  const { name = kind } = options;
  return {
    name,
    kind,
    emit: (prediction, target, loss) => perExample(right(prediction, target, loss, name)),
    config: () => ({ ...options }),
  };
}

function accuracy(kind: string, options: MetricOptions, right: EmitRight): Metric {
  return shareRight(kind, expectOptions({ where: kind, kinds: metricOptionKinds }, options), right);
}

/** How often the largest prediction is that of the right class; targets are class numbers. */
export const sparseCategoricalAccuracy = (options: MetricOptions = {}): Metric =>
  accuracy('sparseCategoricalAccuracy', options, (prediction, target, loss, name) => {
    expectTargets(name, loss, 'classes');
    const best = argMax(classScores(prediction));
    return equal(best, target);
  });

/** How often the largest prediction is where the largest target is. */
export const categoricalAccuracy = (options: MetricOptions = {}): Metric =>
  accuracy('categoricalAccuracy', options, (prediction, target, loss, name) => {
    expectTargets(name, loss, 'values');
    expectSameShape(name, prediction, target);
    const best = argMax(classScores(prediction));
    const right = argMax(target);
    return equal(best, right);
  });

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Probabilities above it mean yes; 0.5 by default. */
  readonly threshold?: number;
}

/** How many predictions are on the target's side of the threshold: a probability, which becomes a score where they are scores. */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  const kind = 'binaryAccuracy';
  const { threshold = 0.5 } = expectOptions(
    {
      where: kind,
      kinds: { ...metricOptionKinds, threshold: 'number' },
    } satisfies AcceptedOptions<BinaryAccuracyOptions>,
    options,
  );
  expectNumber(kind, 'threshold', threshold, { above: 0, below: 1 });
  const score = Math.log(threshold / (1 - threshold));
  return shareRight(kind, options, (prediction, target, loss, name) => {
    expectTargets(name, loss, 'values');
    expectSameShape(name, prediction, target);
    const scores = loss.fromLogits ?? endsInScores(prediction);
    const yes = above(prediction, scores ? score : threshold);
    const right = above(target, 0.5);
    return equal(yes, right);
  });
}

/** Options of the top-k accuracies. */
export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count; 5 by default, as in Keras. */
  readonly k?: number;
}

/** The table of a top-k accuracy: `topKCategoricalAccuracy(3)`, as in Keras. */
const topKAccepts = (where: string) =>
  ({
    where,
    first: ['k'],
    kinds: { ...metricOptionKinds, k: 'number' },
  }) as const satisfies AcceptedOptions<TopKOptions>;

/** Keras counts classes alike with the k-th among the first k, too: fewer than k predictions are larger than the right one's. */
function topK(
  kind: string,
  options: TopKOptions,
  oneHotOf: (target: Node, prediction: Node, loss: Loss) => Node,
): Metric {
  const { k = 5, name = kind } = options;
  expectWhole(kind, 'k', k);
  return {
    name,
    kind,
    emit(prediction, target, loss) {
      const scores = classScores(prediction);
      const axes = [scores.type.shape.length - 1];
      const own = reduceSum(mul(scores, oneHotOf(target, prediction, loss)), { axes, keepDims: true });
      const larger = reduceSum(positive(sub(scores, own)), { axes, keepDims: false });
      return perExample(affine(above(larger, k - 0.5), { scale: -1, offset: 1 }));
    },
    config: () => ({ ...options }),
  };
}

/** How often the right class is among the k largest predictions; targets are class numbers. */
export const sparseTopKCategoricalAccuracy = optionsFactory(
  topKAccepts('sparseTopKCategoricalAccuracy'),
  (options: TopKOptions): Metric =>
    topK('sparseTopKCategoricalAccuracy', options, (target, prediction, loss) => {
      expectTargets('sparseTopKCategoricalAccuracy', loss, 'classes');
      return oneHot(target, { depth: prediction.type.shape.at(-1)! });
    }),
);

/** How often the class of the largest target is among the k largest predictions. */
export const topKCategoricalAccuracy = optionsFactory(
  topKAccepts('topKCategoricalAccuracy'),
  (options: TopKOptions): Metric =>
    topK('topKCategoricalAccuracy', options, (target, prediction, loss) => {
      expectTargets('topKCategoricalAccuracy', loss, 'values');
      expectSameShape('topKCategoricalAccuracy', prediction, target);
      return oneHot(argMax(target), { depth: prediction.type.shape.at(-1)! });
    }),
);

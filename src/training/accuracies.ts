import type { Node } from '../graph/index.js';
import { affine, argMax, equal, mul, oneHot, reduceSum, sub } from '../ops/allOperators.js';
import { expectWhole } from '../tensor/check.js';
import { expectSameShape, perExample, type Loss } from './loss.js';
import { above, classScores, expectTargets, positive, type Metric, type MetricOptions } from './metric.js';
import { expectKnown } from './optionNames.js';
import { endsInScores } from './scores.js';

/** How often the largest prediction is that of the right class; targets are class numbers. */
export const sparseCategoricalAccuracy = (): Metric => ({
  name: 'sparseCategoricalAccuracy',
  kind: 'sparseCategoricalAccuracy',
  emit(prediction, target, loss) {
    expectTargets(this.name, loss, 'classes');
    const best = argMax(classScores(prediction));
    return perExample(equal(best, target));
  },
});

/** How often the largest prediction is where the largest target is. */
export const categoricalAccuracy = (): Metric => ({
  name: 'categoricalAccuracy',
  kind: 'categoricalAccuracy',
  emit(prediction, target, loss) {
    expectTargets(this.name, loss, 'values');
    expectSameShape(this.name, prediction, target);
    const best = argMax(classScores(prediction));
    const right = argMax(target);
    return perExample(equal(best, right));
  },
});

/** How many predictions are on the target's side of 0.5, for scores of 0. */
export const binaryAccuracy = (): Metric => ({
  name: 'binaryAccuracy',
  kind: 'binaryAccuracy',
  emit(prediction, target, loss) {
    expectTargets(this.name, loss, 'values');
    expectSameShape(this.name, prediction, target);
    const scores = loss.fromLogits ?? endsInScores(prediction);
    const yes = above(prediction, scores ? 0 : 0.5);
    const right = above(target, 0.5);
    return perExample(equal(yes, right));
  },
});

/** Options of the top-k accuracies. */
export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count; 5 by default, as in Keras. */
  readonly k?: number;
}

/** Keras counts classes alike with the k-th among the first k, too: fewer than k predictions are larger than the right one's. */
function topK(
  kind: string,
  options: TopKOptions,
  oneHotOf: (target: Node, prediction: Node, loss: Loss) => Node,
): Metric {
  expectKnown(kind, options, { k: true, name: true });
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
export const sparseTopKCategoricalAccuracy = (options: TopKOptions = {}): Metric =>
  topK('sparseTopKCategoricalAccuracy', options, (target, prediction, loss) => {
    expectTargets('sparseTopKCategoricalAccuracy', loss, 'classes');
    return oneHot(target, { depth: prediction.type.shape.at(-1)! });
  });

/** How often the class of the largest target is among the k largest predictions. */
export const topKCategoricalAccuracy = (options: TopKOptions = {}): Metric =>
  topK('topKCategoricalAccuracy', options, (target, prediction, loss) => {
    expectTargets('topKCategoricalAccuracy', loss, 'values');
    expectSameShape('topKCategoricalAccuracy', prediction, target);
    return oneHot(argMax(target), { depth: prediction.type.shape.at(-1)! });
  });

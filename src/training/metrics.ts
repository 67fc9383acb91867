import type { Node } from '../graph/index.js';
import { abs, affine, argMax, clip, equal, softmax, square, sub } from '../ops/index.js';
import { StriateError } from '../tensor/index.js';
import { expectSameShape, perExample, type Loss } from './loss.js';
import { endsInScores, logitsOf } from './scores.js';

/** A number that is reported beside the loss: its mean over the examples. */
export interface Metric {
  /** What history and callbacks call it. */
  readonly name: string;
  /** Emits one number per example: prediction [N, …], target as the loss takes it → [N]. */
  emit(prediction: Node, target: Node, loss: Loss): Node;
}

/** Scores that have the same largest class as the prediction; saves computing a softmax that only a metric would use. */
function scores(prediction: Node): Node {
  return logitsOf(prediction, softmax) ?? prediction;
}

function expectClasses(name: string, loss: Loss, targets: Loss['targets']): void {
  if (loss.targets !== targets) {
    const needs = targets === 'classes' ? 'class numbers' : 'one number per output';
    throw new StriateError({
      where: `metric '${name}'`,
      rule: `needs ${needs} as targets`,
      advice: `the loss '${loss.name}' takes the other kind`,
    });
  }
}

const sparseCategoricalAccuracy: Metric = {
  name: 'sparseCategoricalAccuracy',
  emit(prediction, target, loss) {
    expectClasses(this.name, loss, 'classes');
    const best = argMax(scores(prediction));
    return perExample(equal(best, target));
  },
};

const categoricalAccuracy: Metric = {
  name: 'categoricalAccuracy',
  emit(prediction, target, loss) {
    expectClasses(this.name, loss, 'values');
    expectSameShape(this.name, prediction, target);
    const best = argMax(scores(prediction));
    const right = argMax(target);
    return perExample(equal(best, right));
  },
};

/** 1 where x > threshold, else 0, exactly: the product is 0 at the threshold and beyond 1 at the next float32. */
function above(x: Node, threshold: number): Node {
  const scale = 2 ** 100;
  const steep = affine(x, { scale, offset: -threshold * scale });
  return clip(steep, { min: 0, max: 1 });
}

const binaryAccuracy: Metric = {
  name: 'binaryAccuracy',
  emit(prediction, target, loss) {
    expectClasses(this.name, loss, 'values');
    expectSameShape(this.name, prediction, target);
    const scores = loss.fromLogits ?? endsInScores(prediction);
    const yes = above(prediction, scores ? 0 : 0.5);
    const right = above(target, 0.5);
    return perExample(equal(yes, right));
  },
};

function differences(name: string, measure: (difference: Node) => Node): Metric {
  return {
    name,
    emit(prediction, target, loss) {
      expectClasses(name, loss, 'values');
      expectSameShape(name, prediction, target);
      const difference = sub(prediction, target);
      return perExample(measure(difference));
    },
  };
}

/** The metrics, by Keras's names in camelCase; 'accuracy' stands for the one that suits the loss. */
export const metrics = {
  sparseCategoricalAccuracy,
  categoricalAccuracy,
  binaryAccuracy,
  meanSquaredError: differences('meanSquaredError', square),
  meanAbsoluteError: differences('meanAbsoluteError', abs),
  mse: differences('mse', square),
  mae: differences('mae', abs),
} as const satisfies Record<string, Metric>;

/** The name of a metric in the table. */
export type MetricName = keyof typeof metrics;

/**
 * The metric that a name or object stands for, beside a given loss. For 'accuracy' beside mean squared error, a single
 * output is compared with 0.5 and several with the largest, as in Keras.
 *
 * @param outputs the size of the prediction's last axis
 * @throws StriateError when there is no metric of that name.
 */
export function resolveMetric(metric: MetricName | 'accuracy' | Metric, loss: Loss, outputs: number): Metric {
  if (typeof metric !== 'string') return metric;
  if (metric === 'accuracy') {
    const single = outputs === 1 && loss.accuracy === 'categoricalAccuracy';
    const chosen = metrics[single ? 'binaryAccuracy' : loss.accuracy];
    return { name: 'accuracy', emit: chosen.emit.bind(chosen) };
  }
  if (!Object.hasOwn(metrics, metric)) {
    const known = ['accuracy', ...Object.keys(metrics)].join(', ');
    throw new StriateError({
      where: 'compile',
      rule: `there is no metric '${metric as string}'`,
      advice: `use one of ${known}`,
    });
  }
  return metrics[metric];
}

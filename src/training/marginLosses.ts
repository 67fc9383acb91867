import type { Node } from '../graph/index.js';
import { add, clip, equal, mul, reduceMax, reduceSum, relu, square, sub } from '../ops/allOperators.js';
import { scaled } from '../ops/affine.js';
import { expectSameShape, perExample, type AccuracyName, type Loss } from './loss.js';

function margin(name: string, accuracy: AccuracyName, measure: (prediction: Node, target: Node) => Node): Loss {
  return {
    name,
    targets: 'values',
    accuracy,
    fromLogits: true,
    config: () => ({}),
    emit(prediction, target) {
      expectSameShape(name, prediction, target);
      return perExample(measure(prediction, target));
    },
  };
}

/** Labels of a batch as −1 and 1: where all are 0 or 1, that is what they stand for, as in Keras. */
function signs(labels: Node): Node {
  const axes = labels.type.shape.map((_, axis) => axis);
  const others = scaled(equal(square(labels), labels), -1, 1);
  const anyOther = clip(reduceSum(others, { axes, keepDims: false }), { min: 0, max: 1 });
  // y + (2y − 1 − y) where there is no other.
  return add(labels, mul(scaled(labels, 1, -1), scaled(anyOther, -1, 1)));
}

/** How far each prediction is short of a margin of 1 on its target's side. */
const shortfall = (prediction: Node, target: Node): Node => relu(scaled(mul(signs(target), prediction), -1, 1));

/** Mean of max(0, 1 − y · prediction), for y of −1 and 1, or 0 and 1 (Keras's Hinge). */
export const hinge = (): Loss => margin('hinge', 'binaryAccuracy', shortfall);

/** Mean of max(0, 1 − y · prediction)², for y of −1 and 1, or 0 and 1 (Keras's SquaredHinge). */
export const squaredHinge = (): Loss =>
  margin('squaredHinge', 'binaryAccuracy', (prediction, target) => square(shortfall(prediction, target)));

/** max(0, 1 + the largest wrong score − the right one), for one-hot targets (Keras's CategoricalHinge). */
export const categoricalHinge = (): Loss =>
  margin('categoricalHinge', 'categoricalAccuracy', (prediction, target) => {
    const over = { axes: [prediction.type.shape.length - 1], keepDims: false };
    const right = reduceSum(mul(target, prediction), over);
    const wrong = reduceMax(mul(scaled(target, -1, 1), prediction), over);
    return relu(scaled(sub(wrong, right), 1, 1));
  });

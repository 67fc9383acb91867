import type { Node } from '../../graph/index.js';
import { add, div, log, exp, mul, reduceMax, reduceSum, sub } from '../../ops/allOperators.js';
import type { JointLoss } from '../../training/jointLoss.js';
import { stopGradient } from '../../ops/trainingOperators.js';
import { positive } from '../../training/metric.js';
import { classesOf, columns, countOfBatch, highest, placesLoss, scaled, smoothL1, sumOfExample } from './lossParts.js';

/** Places of the background that count for each that has a thing. */
const negativesPerThing = 3;

/** Cross-entropy of each place: [N, P, C] and its class's share → [N, P, 1]. */
function crossentropy(scores: Node, label: Node, classes: number): Node {
  const last = { axes: [2], keepDims: true };
  const most = stopGradient(reduceMax(scores, last));
  const logSum = add(log(reduceSum(exp(sub(scores, most)), last)), most);
  const isThing = positive(label);
  const own = reduceSum(mul(scores, classesOf(label, classes)), last);
  const background = mul(columns(scores, 0, 1), scaled(isThing, -1, 1));
  return sub(logSum, add(own, background));
}

/**
 * SSD's loss (Liu et al. 2016; torchvision's SSD.compute_loss): smooth L1 of the box codes of places that have a thing, and cross-entropy of
 * those and of the three times as many places of the background, picture by picture, that are most wrong; both by the number of
 * things' places in the batch.
 *
 * A target's row is the label (0 the background) and four codes.
 */
export function ssdLoss(places: number, classes: number): JointLoss {
  return placesLoss({
    name: 'ssd',
    places,
    numbers: 5,
    parts: ['classification', 'boxRegression'],
    emit([scores, codes], target) {
      const label = columns(target, 0, 1);
      const isThing = positive(label);
      const things = sumOfExample(isThing);
      const count = countOfBatch(things);
      const wrong = crossentropy(scores, label, classes);
      const background = mul(wrong, scaled(isThing, -1, 1));
      const chosen = add(isThing, highest(background, scaled(things, negativesPerThing)));
      const off = smoothL1(sub(codes, columns(target, 1, 4)));
      return {
        classification: div(sumOfExample(mul(wrong, chosen)), count),
        boxRegression: div(sumOfExample(mul(off, isThing)), count),
      };
    },
  });
}

import { add, div, mul, reshape, sub } from '../../ops/allOperators.js';
import { scaled } from '../../ops/affine.js';
import type { JointLoss } from '../../training/jointLoss.js';
import { softmaxCrossentropy } from '../../ops/trainingOperators.js';
import { huberOf } from '../../training/differenceLosses.js';
import { positive } from '../../training/metric.js';
import { classesOf, columns, countOfBatch, highest, placesLoss, sumOfExample } from './lossParts.js';

/** Places of the background that count for each that has a thing. */
const negativesPerThing = 3;

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
      const rows = label.type.shape;
      const wrong = reshape(softmaxCrossentropy(scores, classesOf(label, classes, 0)), { shape: rows });
      const background = mul(wrong, scaled(isThing, -1, 1));
      const chosen = add(isThing, highest(background, scaled(things, negativesPerThing)));
      const off = huberOf(sub(codes, columns(target, 1, 4)));
      return {
        classification: div(sumOfExample(mul(wrong, chosen)), count),
        boxRegression: div(sumOfExample(mul(off, isThing)), count),
      };
    },
  });
}

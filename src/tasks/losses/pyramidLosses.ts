import type { Node } from '../../graph/index.js';
import { abs, add, div, mul, sigmoid, square, sub } from '../../ops/allOperators.js';
import { scaled } from '../../ops/affine.js';
import { sigmoidCrossentropy } from '../../ops/trainingOperators.js';
import type { JointLoss } from '../../training/jointLoss.js';
import { positive } from '../../training/metric.js';
import {
  atLeastOne,
  classesOf,
  columns,
  countOfBatch,
  larger,
  placesLoss,
  smaller,
  sumOfExample,
} from './lossParts.js';

/** Focal loss of each yes or no (Lin et al. 2017), as torchvision's networks weigh it. */
function focal(scores: Node, truth: Node): Node {
  const [alpha, opposite] = [0.25, 0.75];
  const right = sigmoid(scores);
  // 1 − p of what is true: what is sure already counts little.
  const doubt = add(mul(truth, scaled(right, -1, 1)), mul(scaled(truth, -1, 1), right));
  const weight = scaled(truth, alpha - opposite, opposite);
  return mul(mul(sigmoidCrossentropy(scores, truth), square(doubt)), weight);
}

/** What keeps a division finite, as in torchvision. */
const epsilon = 1e-7;

/** 1 − generalized IoU of two boxes around one point, by the distances of their sides, left, top, right, bottom: [N, P, 4] → [N, P, 1]. */
function generalizedIouLoss(found: Node, wanted: Node): Node {
  const at = (x: Node): Node[] => [0, 1, 2, 3].map((i) => columns(x, i, 1));
  const [a, b] = [at(found), at(wanted)];
  const area = (sides: readonly Node[]): Node => mul(add(sides[0], sides[2]), add(sides[1], sides[3]));
  const common = area(a.map((side, i) => smaller(side, b[i])));
  const union = sub(add(area(a), area(b)), common);
  const around = area(a.map((side, i) => larger(side, b[i])));
  const iou = div(common, scaled(union, 1, epsilon));
  return scaled(sub(iou, div(sub(around, union), scaled(around, 1, epsilon))), -1, 1);
}

/**
 * FCOS's loss (Tian et al. 2019; torchvision's FCOSHead.compute_loss): focal loss of all places, generalized IoU and centre-ness of those
 * that have a thing, all by the number of these in the batch.
 *
 * A target's row is the label (0 the background), four distances in strides, and how near the middle the place is.
 */
export function fcosLoss(places: number, classes: number): JointLoss {
  return placesLoss({
    name: 'fcos',
    places,
    numbers: 6,
    parts: ['classification', 'boxRegression', 'centerness'],
    emit([scores, sides, centerness], target) {
      const label = columns(target, 0, 1);
      const isThing = positive(label);
      const count = countOfBatch(sumOfExample(isThing));
      const byThings = (part: Node): Node => div(sumOfExample(part), count);
      return {
        classification: byThings(focal(scores, classesOf(label, classes, 1))),
        boxRegression: byThings(mul(generalizedIouLoss(sides, columns(target, 1, 4)), isThing)),
        centerness: byThings(mul(sigmoidCrossentropy(centerness, columns(target, 5, 1)), isThing)),
      };
    },
  });
}

/**
 * RetinaNet's loss (torchvision's RetinaNetHead.compute_loss): focal loss of all places but those that are neither thing nor background,
 * and the absolute difference of box codes; of each picture by the number of its things' places, and the mean over pictures.
 *
 * A target's row is the label (0 the background, −1 neither) and four codes.
 */
export function retinanetLoss(places: number, classes: number): JointLoss {
  return placesLoss({
    name: 'retinanet',
    places,
    numbers: 5,
    parts: ['classification', 'boxRegression'],
    emit([scores, codes], target) {
      const [examples] = scores.type.shape;
      const label = columns(target, 0, 1);
      const isThing = positive(label);
      const counts = positive(scaled(label, 1, 0.5));
      const things = scaled(atLeastOne(sumOfExample(isThing)), examples);
      const difference = sub(codes, columns(target, 1, 4));
      const off = abs(difference);
      const wrong = focal(scores, classesOf(label, classes, 1));
      return {
        classification: div(sumOfExample(mul(wrong, counts)), things),
        boxRegression: div(sumOfExample(mul(off, isThing)), things),
      };
    },
  });
}

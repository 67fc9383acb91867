import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { scaled } from '../ops/affine.js';
import { assign } from '../ops/assign.js';
import { clip } from '../ops/clip.js';
import { maximum } from '../ops/maximum.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';

/** The weight after its decoupled decay: weight · (1 − rate · decay). */
export function decayedWeight(variable: Variable, learningRate: Node, weightDecay: number): Node {
  const weight = learningRate.graph.variable(variable);
  return weightDecay === 0 ? weight : mul(weight, scaled(learningRate, -weightDecay, 1));
}

/** Takes a step off the decayed weight. */
export function subtractStep(variable: Variable, step: Node, learningRate: Node, weightDecay: number): void {
  assign(variable, sub(decayedWeight(variable, learningRate, weightDecay), step));
}

/** A slot's moving mean with the next value in it, which the slot then holds. */
export function movingMean(slot: Variable, value: Node, keep: number): Node {
  const mean = movedMean(slot, value, keep);
  assign(slot, mean);
  return mean;
}

/** What `movingMean` gives, without keeping it. */
export function movedMean(slot: Variable, value: Node, keep: number): Node {
  const before = value.graph.variable(slot);
  // As Keras and PyTorch move it: what is added is small, and loses less of its digits.
  return add(before, scaled(sub(value, before), 1 - keep));
}

/** The larger of a slot and a value, which the slot then holds. */
export function movingMaximum(slot: Variable, value: Node, keep = 1): Node {
  const before = value.graph.variable(slot);
  const larger = maximum(keep === 1 ? before : scaled(before, keep), value);
  assign(slot, larger);
  return larger;
}

/** −1, 0 or 1, exactly: twice steep enough for the smallest float32. */
export function signOf(x: Node): Node {
  const range = { min: -1, max: 1 };
  const steep = 2 ** 100;
  return clip(scaled(clip(scaled(x, steep), range), steep), range);
}

import type { Node, Variable } from '../graph/index.js';
import { add } from '../ops/add.js';
import { affine } from '../ops/affine.js';
import { assign } from '../ops/assign.js';
import { clip } from '../ops/clip.js';
import { div } from '../ops/div.js';
import { maximum } from '../ops/maximum.js';
import { mul } from '../ops/mul.js';
import { reduceSum } from '../ops/reduceSum.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { StriateError } from '../tensor/index.js';
import type { Optimizer, UpdateInputs, WeightGradient } from './optimizer.js';
import { updateRules, type UpdateRule } from './updateRules.js';

/** What an optimizer's step does: its own, where it is one of the user's, else the table's. */
function ruleOf(optimizer: Optimizer): UpdateRule {
  if (optimizer.emit) {
    return {
      emit: (_, variable, gradient, inputs) => optimizer.emit?.(variable, gradient, inputs),
      scalars: (_, step) => optimizer.scalars?.(step) ?? {},
    };
  }
  const rules: Readonly<Record<string, UpdateRule>> = updateRules;
  if (Object.hasOwn(rules, optimizer.name)) return rules[optimizer.name];
  throw new StriateError({
    where: `optimizer '${optimizer.name}'`,
    rule: 'it must have a method emit',
    advice: 'write emit(variable, gradient, { learningRate, step }), which emits the update of one weight',
  });
}

/** The numbers that an optimizer's update is fed for a step; none where its operators need none. */
export function stepScalars(optimizer: Optimizer, step: number): Readonly<Record<string, number>> {
  return ruleOf(optimizer).scalars?.(optimizer, step) ?? {};
}

/** Emits the operators that keep gradients for a later step. */
export function emitAccumulation(optimizer: Optimizer, gradients: readonly WeightGradient[]): void {
  for (const { variable, gradient } of gradients) assign(...summed(optimizer, variable, gradient));
}

/** Emits the operators that clip the gradients and update the weights. */
export function emitUpdate(optimizer: Optimizer, given: readonly WeightGradient[], inputs: UpdateInputs): void {
  const { graph } = inputs.learningRate;
  const rule = ruleOf(optimizer);
  const gradients = optimizer.accumulates ? given.map((one) => averaged(optimizer, one)) : given;
  const learningRates = new Map<number, Node>([[1, inputs.learningRate]]);
  for (const { variable, gradient, learningRateFactor: factor = 1 } of graph.scope('clip', () =>
    clipped(optimizer, gradients),
  )) {
    let learningRate = learningRates.get(factor);
    if (!learningRate) {
      learningRate = affine(inputs.learningRate, { scale: factor, offset: 0 });
      learningRates.set(factor, learningRate);
    }
    const used = { ...inputs, learningRate };
    graph.scope(variable.name, () => rule.emit(optimizer, variable, decayed(optimizer, variable, gradient), used));
  }
}

/** The gradient with that of the weights' squares, where the decay is coupled. */
function decayed({ coupledDecay }: Optimizer, variable: Variable, gradient: Node): Node {
  if (coupledDecay === 0) return gradient;
  const weights = gradient.graph.variable(variable);
  return add(gradient, affine(weights, { scale: coupledDecay, offset: 0 }));
}

/** The variable that gradients are added up in, and their sum with the next. */
function summed(optimizer: Optimizer, variable: Variable, gradient: Node): [Variable, Node] {
  const sum = optimizer.gradientSum(variable);
  return [sum, add(gradient.graph.variable(sum), gradient)];
}

/** The mean of the gradients since the last step, which begin anew. */
function averaged(optimizer: Optimizer, one: WeightGradient): WeightGradient {
  const [sum, total] = summed(optimizer, one.variable, one.gradient);
  assign(sum, affine(total, { scale: 0, offset: 0 }));
  return { ...one, gradient: affine(total, { scale: 1 / optimizer.accumulation, offset: 0 }) };
}

function clipped({ clipping }: Optimizer, gradients: readonly WeightGradient[]): readonly WeightGradient[] {
  const { clipnorm, clipvalue, globalClipnorm } = clipping;
  const squares = ({ gradient }: WeightGradient): Node => {
    const axes = gradient.type.shape.map((_, axis) => axis);
    const each = square(gradient);
    return axes.length ? reduceSum(each, { axes, keepDims: false }) : each;
  };
  const scaled = (gradient: Node, sum: Node, limit: number): Node => {
    const norm = sqrt(sum);
    const bound = maximum(norm, limit);
    const factor = div(limit, bound);
    return mul(gradient, factor);
  };
  if (clipnorm !== undefined) {
    gradients = gradients.map((g) => ({ ...g, gradient: scaled(g.gradient, squares(g), clipnorm) }));
  }
  if (globalClipnorm !== undefined && gradients.length) {
    const total = gradients.map(squares).reduce((a, b) => add(a, b));
    gradients = gradients.map((g) => ({ ...g, gradient: scaled(g.gradient, total, globalClipnorm) }));
  }
  if (clipvalue !== undefined) {
    const range = { min: -clipvalue, max: clipvalue };
    gradients = gradients.map((g) => ({ ...g, gradient: clip(g.gradient, range) }));
  }
  return gradients;
}

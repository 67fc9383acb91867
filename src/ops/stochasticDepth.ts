import { defineOperator, type OperatorFunction } from '../graph/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import { dropout, type DropoutAttributes } from './dropout.js';

/**
 * Sets a random share of whole examples to 0 and divides the others by 1 − rate (Huang et al. 2016,
 * https://arxiv.org/abs/1603.09382; torchvision's StochasticDepth in its "row" mode): on the branch of a residual block,
 * the example skips the block. x: [N, ...], step: int32 [] → as x.
 *
 * Example n stays where dropout with the same seed and step keeps element n, so that the mask is the same on every
 * engine, and the gradient is the same operator with the same step.
 */
export const stochasticDepth: OperatorFunction<DropoutAttributes> = defineOperator({
  name: 'stochasticDepth',
  scores: 'passes',
  infer(inputs, attributes, name) {
    const x = dropout.infer(inputs, attributes, name);
    if (x.shape.length === 0) {
      throw new StriateError({
        where: name,
        rule: "the input's first axis must number the examples",
        received: formatShape(x.shape),
      });
    }
    return x;
  },
  gradient: ({ inputs: [, step], attributes, gradient }) => [stochasticDepth(gradient, step, attributes), undefined],
  reference: 'beside',
});

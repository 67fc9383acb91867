import { defineOperator, type Type } from '../graph/index.js';
import { expectNumber } from '../tensor/check.js';
import { inferUnary, inferUnaryGradient, mapUnary, mapUnaryGradient } from './elementwise.js';

/** How steep a leaky ReLU is below 0. */
export interface LeakyReluAttributes {
  readonly negativeSlope: number;
}

/** x where positive, else negativeSlope · x (Keras's LeakyReLU). x: any shape → the same shape. */
export const leakyRelu = defineOperator<LeakyReluAttributes>({
  name: 'leakyRelu',
  scores: 'passes',
  infer(inputs, attributes, name): Type {
    expectNumber(name, 'negativeSlope', attributes.negativeSlope);
    return inferUnary(inputs, attributes, name);
  },
  gradient: ({ inputs: [x], attributes, gradient }) => [leakyReluGradient(gradient, x, attributes)],
  reference: mapUnary((x, { negativeSlope }) => (x > 0 ? x : negativeSlope * x)),
});

/** dy where leakyRelu's input x is positive, else negativeSlope · dy. (dy, x) → dx. */
export const leakyReluGradient = defineOperator<LeakyReluAttributes>({
  name: 'leakyReluGradient',
  infer: inferUnaryGradient,
  reference: mapUnaryGradient((dy, x, { negativeSlope }) => (x > 0 ? dy : negativeSlope * dy)),
});

import { elementwise } from '../activationFunctions.js';
import { indexOf, unitAt, type UnitQuestion } from '../units.js';
import { alongAxes, axisIn, broadcastIndex, single, type Rule, type RulesFor } from './rule.js';

/** How the layers that change each number by itself make theirs, and those that make shares of one. */
export const functionRules: RulesFor<
  'Activation' | 'ReLU' | 'LeakyReLU' | 'PReLU' | 'ELU' | 'Clip' | 'Power' | 'Softmax'
> = {
  Activation: ({ activation }, question) => {
    if (activation === 'softmax' || activation === 'logSoftmax') {
      return { ...shares(question, [question.output.shape.length - 1]), activation };
    }
    return activation in elementwise ? { ...single(question, 'function'), activation } : undefined;
  },
  ReLU: ({ maxValue = Infinity, negativeSlope }, question) => ({
    ...single(question, 'function'),
    activation: 'relu',
    apply: (x) => Math.min(maxValue, x > 0 ? x : negativeSlope * x),
  }),
  LeakyReLU: ({ negativeSlope }, question) => ({
    ...single(question, 'function'),
    activation: 'leakyRelu',
    apply: (x) => (x > 0 ? x : negativeSlope * x),
  }),
  PReLU: (_, question) => {
    const slopes = question.weights.get('alpha')!;
    return {
      ...single(question, 'function'),
      activation: 'prelu',
      apply: (x, at) => (x > 0 ? x : slopes.data[broadcastIndex(slopes.shape, question.output.shape, at)] * x),
    };
  },
  ELU: ({ alpha }, question) => ({
    ...single(question, 'function'),
    activation: 'elu',
    apply: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
  }),
  Clip: ({ minValue = -Infinity, maxValue = Infinity }, question) => ({
    ...single(question, 'function'),
    activation: 'clip',
    apply: (x) => Math.min(maxValue, Math.max(minValue, x)),
  }),
  Power: ({ exponent }, question) => ({
    ...single(question, 'function'),
    activation: 'power',
    apply: (x) => x ** exponent,
  }),
  Softmax: ({ axis }, question) => {
    const { shape } = question.output;
    return {
      ...shares(
        question,
        [axis].flat().map((one) => axisIn(shape, one)),
      ),
      activation: 'softmax',
    };
  },
};

/** A number's share of those along some axes. */
function shares(question: UnitQuestion, axes: readonly number[]): Pick<Rule, 'how' | 'each' | 'into' | 'among'> {
  const { shape } = question.output;
  return {
    ...single(question, 'share'),
    among: (at) => alongAxes(shape, indexOf(shape, at), axes).map((index) => unitAt(shape, index)),
  };
}
